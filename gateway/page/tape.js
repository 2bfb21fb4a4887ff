// The trade tape, newest first. Rows are used again from the bottom, so a frame costs as many rows
// as trades came.
import { clockText, countText, decimalsOf, element, milliseconds, setDecimal, setText } from "./format.js";
import { paintSoon } from "./frame.js";

const rowsMost = 60;
const idsMost = 4096;
const sides = { buy: "▲ Buy", sell: "▼ Sell" };

function makeRow() {
  const row = element("tr", "");
  row.append(element("td", "number time"), element("td", "side"), element("td", "number price"), element("td", "number"));
  return row;
}

function fillRow(row, trade, priceDecimals, quantityDecimals) {
  const [time, side, price, quantity] = row.children;
  row.className = trade.side ?? "";
  setText(time, clockText(milliseconds(trade.time)));
  setText(side, sides[trade.side] ?? "–");
  setDecimal(price, trade.price, priceDecimals);
  setDecimal(quantity, trade.quantity, quantityDecimals);
}

export class Tape {
  #body = document.getElementById("tape");
  #empty = document.getElementById("tape-empty");
  #count = document.getElementById("tape-count");
  #trades = [];     // the newest, oldest first
  #unpainted = 0;   // how many at the end of #trades have no row yet
  #ids = new Set(); // of trades seen live or told, so that none shows twice
  #seen = 0;
  #decimals = { price: 0, quantity: 0 };  // the most that any of the trades has

  clear() {
    this.#decimals = { price: 0, quantity: 0 };
    this.#trades = [];
    this.#unpainted = 0;
    this.#ids.clear();
    this.#seen = 0;
    this.#body.replaceChildren();
    paintSoon(this);
  }

  /** A trade as it happens; false where it was there already. */
  add(trade) {
    // Where the venue gives no ids two trades may be alike.
    if (!this.#isNew(trade) && trade.trade_id !== null) return false;
    this.#trades.push(trade);
    if (this.#trades.length > 2 * rowsMost) this.#trades.splice(0, rowsMost);
    ++this.#unpainted;
    ++this.#seen;
    paintSoon(this);
    return true;
  }

  /** Trades of before, in any order; answers those that were not there, oldest first. */
  addEarlier(trades) {
    const earlier = trades.filter((trade) => this.#isNew(trade)).sort((a, b) => a.time - b.time);
    this.#trades = [...earlier, ...this.#trades].sort((a, b) => a.time - b.time).slice(-2 * rowsMost);
    this.#unpainted = this.#trades.length;
    this.#body.replaceChildren();
    paintSoon(this);
    return earlier;
  }

  paint() {
    this.#empty.hidden = this.#trades.length > 0;
    setText(this.#count, this.#seen > 0 ? `${countText(this.#seen)} live` : "");
    this.#widen();
    const count = Math.min(this.#unpainted, rowsMost, this.#trades.length);
    this.#unpainted = 0;
    for (const trade of this.#trades.slice(this.#trades.length - count)) {
      const row = this.#body.childElementCount < rowsMost ? makeRow() : this.#body.lastElementChild;
      fillRow(row, trade, this.#decimals.price, this.#decimals.quantity);
      this.#body.prepend(row);
    }
  }

  // More decimals than before move the points of all rows, so that all are written again.
  #widen() {
    const { price, quantity } = this.#decimals;
    for (const trade of this.#trades.slice(this.#trades.length - Math.min(this.#unpainted, this.#trades.length))) {
      this.#decimals.price = Math.max(this.#decimals.price, decimalsOf(trade.price));
      this.#decimals.quantity = Math.max(this.#decimals.quantity, decimalsOf(trade.quantity));
    }
    if (this.#decimals.price === price && this.#decimals.quantity === quantity) return;
    this.#unpainted = this.#trades.length;
    this.#body.replaceChildren();
  }

  // An id alone is not enough: a capture that is played again has the same ids at other times.
  #isNew(trade) {
    const id = `${trade.trade_id} ${trade.time} ${trade.price} ${trade.quantity} ${trade.side}`;
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > idsMost) this.#ids.delete(this.#ids.values().next().value);
    return true;
  }
}
