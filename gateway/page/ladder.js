// The depth ladder: ten asks above ten bids around the spread, each quantity with a bar. Its rows
// are made once and never move; only what differs is written.
import { clockText, decimalsOf, element, milliseconds, setDecimal, setText } from "./format.js";
import { paintSoon } from "./frame.js";

const depth = 10;

function makeRow(side) {
  const row = { bar: element("i", "amount"), quantity: element("span", ""), price: element("td", "number price"), orders: element("td", "number orders") };
  const quantity = element("td", "number quantity", row.bar, row.quantity);
  const none = () => element("td", "");
  row.root = side === "bid"
    ? element("tr", side, row.orders, quantity, row.price, none(), none())
    : element("tr", side, none(), none(), row.price, quantity, row.orders);
  row.scale = -1;
  return row;
}

function paintRow(row, level, { most, priceDecimals, quantityDecimals }) {
  setDecimal(row.price, level ? level[0] : "", priceDecimals);
  setDecimal(row.quantity, level ? level[1] : "", quantityDecimals);
  setText(row.orders, level?.[2] === undefined ? "" : String(level[2]));
  const scale = level && most > 0 ? Math.round((Number(level[1]) / most) * 200) / 200 : 0;
  if (row.scale === scale) return;
  row.scale = scale;
  row.bar.style.transform = `scaleX(${scale})`;
}

export class Ladder {
  #book;
  #bids = Array.from({ length: depth }, () => makeRow("bid"));
  #asks = Array.from({ length: depth }, () => makeRow("ask"));
  #spread = document.getElementById("ladder-spread");
  #points = document.getElementById("ladder-points");
  #time = document.getElementById("book-time");
  #table = document.getElementById("ladder");

  constructor(book) {
    this.#book = book;
    document.getElementById("asks").append(...this.#asks.map((row) => row.root).reverse());
    document.getElementById("bids").append(...this.#bids.map((row) => row.root));
  }

  changed() { paintSoon(this); }

  paint() {
    const { bids, asks } = this.#book;
    const scales = { most: 0, priceDecimals: 0, quantityDecimals: 0 };
    for (const [price, quantity] of [...bids.slice(0, depth), ...asks.slice(0, depth)]) {
      scales.most = Math.max(scales.most, Number(quantity));
      scales.priceDecimals = Math.max(scales.priceDecimals, decimalsOf(price));
      scales.quantityDecimals = Math.max(scales.quantityDecimals, decimalsOf(quantity));
    }
    for (let at = 0; at < depth; ++at) {
      paintRow(this.#bids[at], bids[at], scales);
      paintRow(this.#asks[at], asks[at], scales);
    }
    const points = this.#book.spreadPoints;
    setText(this.#spread, this.#book.spread ?? "–");
    setText(this.#points, points === null ? "" : `${points.toFixed(1)} bp`);
    setText(this.#time, this.#book.time > 0 ? clockText(milliseconds(this.#book.time)) : "");
    this.#table.toggleAttribute("data-doubtful", !this.#book.ready);
  }
}
