// The depth of one instrument, kept from a snapshot and the updates after it. Prices and quantities
// stay the text that came.
import { compareDecimals, subtractDecimals } from "./decimal.js";

/** One side, best first. Levels are [price, quantity, order count or undefined]. */
class BookSide {
  levels = [];
  #direction;

  /** `direction`: 1 where the lowest price is best, -1 where the highest is. */
  constructor(direction) { this.#direction = direction; }

  replace(levels) {
    this.levels = [...levels].sort((a, b) => this.#direction * compareDecimals(a[0], b[0]));
  }

  /** A level's new state; the quantity "0" removes it. */
  set(level) {
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#direction * compareDecimals(this.levels[middle][0], level[0]) < 0) low = middle + 1;
      else high = middle;
    }
    const there = low < this.levels.length && compareDecimals(this.levels[low][0], level[0]) === 0;
    if (level[1] === "0") this.levels.splice(low, there ? 1 : 0);
    else this.levels.splice(low, there ? 1 : 0, level);
  }
}

export class Book {
  #bids = new BookSide(-1);
  #asks = new BookSide(1);
  ready = false;   // there was a snapshot, and no gap since
  time = 0;        // of the last change, ns

  get bids() { return this.#bids.levels; }
  get asks() { return this.#asks.levels; }

  clear() {
    this.#bids.levels = [];
    this.#asks.levels = [];
    this.ready = false;
    this.time = 0;
  }

  /** Something was missed: what is held stays to be seen, marked, until a snapshot comes. */
  doubt() { this.ready = false; }

  apply(message) {
    this.time = message.time ?? this.time;
    if (message.type === "snapshot") {
      this.#bids.replace(message.bids ?? []);
      this.#asks.replace(message.asks ?? []);
      this.ready = true;
      return;
    }
    for (const level of message.bids ?? []) this.#bids.set(level);
    for (const level of message.asks ?? []) this.#asks.set(level);
  }

  /** Best ask less best bid, exact; null while a side is empty. */
  get spread() {
    if (!this.bids.length || !this.asks.length) return null;
    return subtractDecimals(this.asks[0][0], this.bids[0][0]);
  }

  /** The spread as hundredths of a percent of the middle, for reading only; null without one. */
  get spreadPoints() {
    if (!this.bids.length || !this.asks.length) return null;
    const bid = Number(this.bids[0][0]);
    const ask = Number(this.asks[0][0]);
    return bid + ask > 0 ? ((ask - bid) / ((ask + bid) / 2)) * 10_000 : null;
  }
}
