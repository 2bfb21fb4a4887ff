// Draws the price over the last minutes on a canvas, sharp at any pixel density and at most ten
// times a second. The tag at the last price is the text that came.
import { paintSoon } from "./frame.js";

const paintEvery = 100;  // ms
const margin = { top: 10, right: 74, bottom: 20, left: 8 };
const volumeShare = 0.18;
const timeSteps = [5, 10, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000);

/** The largest of 1, 2, 5 times a power of ten that gives at least `count` steps. */
function niceStep(span, count) {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = raw / power;
  return power * (unit >= 5 ? 5 : unit >= 2 ? 2 : 1);
}

export class Chart {
  #series;
  #canvas = document.getElementById("chart");
  #context = this.#canvas.getContext("2d");
  #colors = {};
  #width = 0;
  #height = 0;
  #minutes = 5;
  #paintedAt = -Infinity;
  #timer = 0;

  constructor(series) {
    this.#series = series;
    new ResizeObserver(() => this.#measure()).observe(this.#canvas.parentElement);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#readColors());
    setInterval(() => this.changed(), 1000);  // time passes without events too
  }

  setMinutes(minutes) {
    this.#minutes = minutes;
    this.#paintedAt = -Infinity;
    this.changed();
  }

  changed() {
    const rest = paintEvery - (performance.now() - this.#paintedAt);
    if (rest <= 0) paintSoon(this);
    else this.#timer ||= setTimeout(() => { this.#timer = 0; paintSoon(this); }, rest);
  }

  paint(now) {
    this.#paintedAt = now;
    const draw = this.#context;
    const ratio = this.#canvas.width / Math.max(1, this.#width);
    draw.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw.clearRect(0, 0, this.#width, this.#height);
    const view = this.#series.empty ? null : this.#series.window(this.#minutes, now);
    this.#describe(view);
    if (!view || this.#width < 120) return;
    this.#place(view);
    this.#drawGrid(view);
    this.#drawVolume(view);
    this.#drawSteps(view.mids, view, this.#colors.mid, 1);
    this.#drawRanges(view);
    this.#drawSteps(view.seconds.map(([time, { close }]) => [time, close]), view, this.#colors.trade, 1.6);
    this.#drawLast(view);
  }

  // Adds to a view how its times and prices map to pixels.
  #place(view) {
    const { start, end, low, high } = view;
    const pad = high > low ? (high - low) * 0.08 : Math.abs(high) * 0.001 || 1;
    view.lowest = low - pad;
    view.highest = high + pad;
    view.right = this.#width - margin.right;
    view.bottom = this.#height - margin.bottom;
    view.floor = view.bottom - (view.bottom - margin.top) * volumeShare;
    view.x = (time) => margin.left + ((Math.min(time, end) - start) / (end - start)) * (view.right - margin.left);
    view.y = (price) => view.floor - ((price - view.lowest) / (view.highest - view.lowest)) * (view.floor - margin.top);
  }

  #drawGrid(view) {
    const draw = this.#context;
    draw.lineWidth = 1;
    draw.strokeStyle = this.#colors.line;
    draw.fillStyle = this.#colors.muted;
    draw.textBaseline = "middle";
    draw.beginPath();
    this.#drawPrices(view);
    this.#drawTimes(view);
    draw.stroke();
  }

  #drawPrices({ lowest, highest, right, y }) {
    const draw = this.#context;
    const step = niceStep(highest - lowest, Math.max(2, Math.floor(this.#height / 70)));
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    draw.textAlign = "left";
    for (let line = Math.ceil(lowest / step); line * step <= highest; ++line) {
      const at = Math.round(y(line * step)) + 0.5;
      draw.moveTo(margin.left, at);
      draw.lineTo(right, at);
      draw.fillText((line * step).toFixed(decimals), right + 6, at);
    }
  }

  #drawTimes({ start, end, right, bottom, x }) {
    const draw = this.#context;
    const labels = Math.max(2, Math.floor((right - margin.left) / 90));
    const every = timeSteps.find((step) => (end - start) / step <= labels) ?? timeSteps.at(-1);
    draw.textAlign = "center";
    for (let time = Math.ceil(start / every) * every; time <= end; time += every) {
      const at = Math.round(x(time)) + 0.5;
      draw.moveTo(at, margin.top);
      draw.lineTo(at, bottom);
      const text = new Date(time).toISOString().slice(11, every < 60_000 ? 19 : 16);
      if (at > margin.left + 26 && at < right - 20) draw.fillText(text, at, bottom + 11);
    }
  }

  #drawVolume({ seconds, start, end, most, bottom, floor, right, x }) {
    const draw = this.#context;
    const second = ((right - margin.left) * 1000) / (end - start);
    const width = Math.max(1, Math.min(12, second - 1));
    const scale = most > 0 ? (bottom - floor - 6) / most : 0;
    draw.globalAlpha = 0.55;
    for (const [time, { bought, sold }] of seconds) {
      draw.fillStyle = this.#colors.bid;
      draw.fillRect(x(time), bottom - bought * scale, width, bought * scale);
      draw.fillStyle = this.#colors.ask;
      draw.fillRect(x(time), bottom - (bought + sold) * scale, width, sold * scale);
    }
    draw.globalAlpha = 1;
  }

  // From the lowest to the highest trade of each second.
  #drawRanges({ seconds, x, y }) {
    const draw = this.#context;
    draw.strokeStyle = this.#colors.trade;
    draw.globalAlpha = 0.4;
    draw.lineWidth = 1;
    draw.beginPath();
    for (const [time, { low, high }] of seconds) {
      if (low === high) continue;
      draw.moveTo(x(time), y(low));
      draw.lineTo(x(time), y(high));
    }
    draw.stroke();
    draw.globalAlpha = 1;
  }

  // A price holds until the next one: steps, and the last one to the right edge.
  #drawSteps(points, { end, x, y }, color, width) {
    if (!points.length) return;
    const draw = this.#context;
    draw.strokeStyle = color;
    draw.lineWidth = width;
    draw.lineJoin = "round";
    draw.beginPath();
    let held = y(points[0][1]);
    draw.moveTo(x(points[0][0]), held);
    for (const [time, price] of points) {
      draw.lineTo(x(time), held);
      held = y(price);
      draw.lineTo(x(time), held);
    }
    draw.lineTo(x(end), held);
    draw.stroke();
  }

  #drawLast({ right, lowest, highest, y }) {
    const { last } = this.#series;
    if (last === null) return;
    const draw = this.#context;
    const at = y(Math.max(lowest, Math.min(highest, Number(last))));
    draw.strokeStyle = this.#colors.trade;
    draw.lineWidth = 1;
    draw.setLineDash([2, 3]);
    draw.beginPath();
    draw.moveTo(margin.left, Math.round(at) + 0.5);
    draw.lineTo(right, Math.round(at) + 0.5);
    draw.stroke();
    draw.setLineDash([]);
    draw.fillStyle = this.#colors.trade;
    draw.fillRect(right + 1, at - 9, margin.right - 1, 18);
    draw.fillStyle = this.#colors.onTrade;
    draw.textAlign = "left";
    draw.textBaseline = "middle";
    draw.fillText(last, right + 6, at + 0.5, margin.right - 10);
  }

  #describe(view) {
    const text = view
      ? `Price over ${this.#minutes} minutes, last ${this.#series.last ?? "unknown"}, from ${view.low} to ${view.high}`
      : "Price chart, nothing to show yet";
    if (this.#canvas.getAttribute("aria-label") !== text) this.#canvas.setAttribute("aria-label", text);
  }

  #measure() {
    const { clientWidth, clientHeight } = this.#canvas.parentElement;
    const ratio = devicePixelRatio || 1;
    this.#width = clientWidth;
    this.#height = clientHeight;
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    this.#readColors();
  }

  #readColors() {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(`--${name}`).trim();
    this.#colors = {
      line: color("chart-line"), muted: color("muted"), bid: color("bid"), ask: color("ask"),
      mid: color("mid"), trade: color("accent"), onTrade: color("on-accent"),
    };
    this.#context.font = `11px ${style.getPropertyValue("--font")}`;
    this.#paintedAt = -Infinity;
    this.changed();
  }
}
