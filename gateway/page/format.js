// Text for times, counts and bytes, and elements from a few words.

/** Nanoseconds since the epoch as milliseconds; null where there is no time. */
export function milliseconds(nanoseconds) {
  return nanoseconds > 0 ? nanoseconds / 1e6 : null;
}

/** Time of day in UTC: "14:03:07.250". */
export function clockText(time) {
  return time === null || !(Math.abs(time) < 8.64e15) ? "–" : new Date(time).toISOString().slice(11, 23);
}

/** A span of time in its two largest units or less: "840 ms", "4.2 s", "3 min 5 s", "2 d 4 h". */
export function durationText(span) {
  if (!(span >= 0)) return "–";
  if (span < 1000) return `${Math.round(span)} ms`;
  if (span < 60_000) return `${(span / 1000).toFixed(1)} s`;
  const seconds = Math.floor(span / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A whole number with its thousands apart. */
export function countText(count) {
  return Number.isFinite(count) ? grouped.format(count) : "–";
}

/** Bytes in the largest binary unit that leaves at least one. */
export function bytesText(bytes) {
  if (!Number.isFinite(bytes)) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; ++unit) bytes /= 1024;
  return `${unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

/** Sets an element's text where it differs: an unchanged text costs no layout. */
export function setText(element, text) {
  if (element.firstChild?.data !== text || element.childNodes.length !== 1) element.textContent = text;
}

/** Digits after the point of a decimal text. */
export function decimalsOf(text) {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

/**
 * Sets a cell's decimal text, exactly as it is; what it lacks to `decimals` becomes unseen padding
 * (drawn by the style sheet, not part of the text), so that a column's points stand in line.
 */
export function setDecimal(cell, text, decimals) {
  setText(cell, text);
  const there = decimalsOf(text);
  const missing = text === "" || there >= decimals ? 0 : decimals - there;
  setAttribute(cell, "data-pad", missing ? (there ? "" : ".") + "0".repeat(missing) : null);
}

/** Sets or, with null, takes away an attribute where it differs. */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** A new element with a class and children or text. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
