// Drawing at the screen's pace: however many messages change a view, it is painted once a frame.

const waiting = new Set();
let asked = false;

function paintAll(now) {
  asked = false;
  const views = [...waiting];
  waiting.clear();
  for (const view of views) view.paint(now);
}

/** Has `view.paint(now)` called with the next frame; many calls until then are one. */
export function paintSoon(view) {
  waiting.add(view);
  if (asked) return;
  asked = true;
  requestAnimationFrame(paintAll);
}
