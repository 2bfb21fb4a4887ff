// The gateway's health as /v1/status tells it, asked for gently: every two seconds, and not at all
// while nobody looks.
import { bytesText, countText, durationText, element, setAttribute, setText } from "./format.js";
import { getJson } from "./instruments.js";

const pollEvery = 2_000;
const rowsMost = 64;
const noticesMost = 6;
const tones = {
  live: "good", connecting: "wait", recovering: "wait", ended: "calm", gap: "bad", stale: "bad",
};

/** The load modes by their letter and number. */
const modes = {
  L0: ["L0 normal", "good"], L1: ["L1 trim", "wait"], L2: ["L2 shed", "wait"],
  L3: ["L3 protect", "bad"], L4: ["L4 cancel-only", "bad"], L5: ["L5 stopped", "bad"],
};

function byId(id) { return document.getElementById(id); }

/** Shows a load mode in the bar. */
export function showMode(mode) {
  if (!mode) return;
  const [text, tone] = modes[mode] ?? [mode, mode === "normal" ? "good" : "wait"];
  setText(byId("mode"), text);
  setAttribute(byId("mode"), "data-tone", tone);
  byId("mode").hidden = false;
}

/** Adds a line to the notices; the same one again is counted. */
export function notice(text) {
  const list = byId("notices");
  const newest = list.firstElementChild;
  if (newest?.dataset.text === text) {
    newest.dataset.times = Number(newest.dataset.times) + 1;
    setText(newest, `${text} (${newest.dataset.times} times)`);
    return;
  }
  const line = element("li", "", text);
  line.dataset.text = text;
  line.dataset.times = 1;
  list.prepend(line);
  while (list.childElementCount > noticesMost) list.lastElementChild.remove();
}

// As many rows in a table body as there are things, each filled by `fill`.
function fillRows(body, things, columns, fill) {
  while (body.childElementCount > things.length) body.lastElementChild.remove();
  while (body.childElementCount < things.length) {
    const row = element("tr", "", ...Array.from({ length: columns }, (_, at) => element(at ? "td" : "th", "")));
    row.firstChild.setAttribute("scope", "row");
    body.append(row);
  }
  things.forEach((thing, at) => fill(body.children[at], thing));
}

export class Health {
  #events;
  #messages = new Map();  // feed → {count, at} of the last answer
  #timer = 0;
  #asking = false;

  /** `events` has onInstruments(count): how many the feeds know, told with each answer. */
  constructor(events) {
    this.#events = events;
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.poll(); });
  }

  async poll() {
    clearTimeout(this.#timer);
    if (this.#asking || document.hidden) return;
    this.#asking = true;
    try {
      this.#show(await getJson("/v1/status"), performance.now());
    } catch {
      // The connection's own state tells that the gateway is away.
    } finally {
      this.#asking = false;
      this.#timer = setTimeout(() => this.poll(), pollEvery);
    }
  }

  #show(status, now) {
    showMode(status.mode);
    setText(byId("version"), status.version ?? "");
    setText(byId("uptime"), durationText(status.uptime_seconds * 1000));
    setText(byId("connections"), countText(status.connections));
    setText(byId("subscriptions"), countText(status.subscriptions));
    const feeds = (status.feeds ?? []).slice(0, rowsMost);
    fillRows(byId("feeds"), feeds, 5, (row, feed) => this.#showFeed(row, feed, now));
    fillRows(byId("budgets"), (status.budgets ?? []).slice(0, rowsMost), 3, showBudget);
    this.#events.onInstruments(status.instruments ?? feeds.reduce((sum, feed) => sum + (feed.instruments ?? 0), 0));
  }

  #showFeed(row, feed, now) {
    const [name, state, rate, gaps, age] = row.children;
    setText(name, feed.name);
    setAttribute(name, "title", `${feed.kind ?? ""} ${feed.venue ?? ""}`.trim());
    if (!state.firstElementChild) state.append(element("span", "pill"), element("span", "why"));
    setText(state.firstElementChild, feed.state ?? "unknown");
    setAttribute(state.firstElementChild, "data-tone", tones[feed.state] ?? "wait");
    setText(state.lastElementChild, feed.reason ?? "");
    setText(rate, countText(this.#rateOf(feed, now)));
    setText(gaps, countText(feed.gaps));
    setAttribute(gaps, "data-tone", feed.gaps > 0 ? "bad" : null);
    setText(age, durationText(feed.age_ms ?? NaN));
  }

  #rateOf(feed, now) {
    const before = this.#messages.get(feed.name);
    this.#messages.set(feed.name, { count: feed.messages, at: now });
    if (!before || feed.messages < before.count) return NaN;
    return ((feed.messages - before.count) / (now - before.at)) * 1000;
  }
}

function showBudget(row, budget) {
  const [name, bar, used] = row.children;
  const share = (part) => (budget.limit > 0 ? Math.min(1, part / budget.limit) : 0);
  setText(name, budget.name);
  if (!bar.firstElementChild) bar.append(element("span", "meter", element("i", "high"), element("i", "used")));
  const [high, now] = bar.firstElementChild.children;
  high.style.transform = `scaleX(${share(budget.high_water)})`;
  now.style.transform = `scaleX(${share(budget.used)})`;
  setAttribute(bar.firstElementChild, "data-tone", budget.refusals > 0 || share(budget.used) > 0.9 ? "bad" : null);
  const refused = budget.refusals > 0 ? `, ${countText(budget.refusals)} refused` : "";
  setText(used, `${bytesText(budget.used)} of ${bytesText(budget.limit)}${refused}`);
}
