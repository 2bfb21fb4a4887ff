// What the chart shows of one instrument: its trades gathered by the second and the middle of its
// book, for a quarter of an hour of the feed's time. Numbers here only choose pixels.

const secondsKept = 16 * 60;
const midEvery = 250;        // ms between kept middles
const restart = 5_000;       // a time that far back begins a new session
const driftMost = 60_000;    // ms that pass on the axis without any event
const spanLeast = 30_000;    // ms; a young series is drawn wide rather than at the edge

export class PriceSeries {
  #seconds = new Map();  // second → {low, high, close, bought, sold}
  #mids = [];            // {time, price}
  #first = 0;            // oldest and newest event time, ms
  #latest = 0;
  #latestAt = 0;         // when the newest came, page clock
  #lastTime = 0;
  last = null;           // the last trade's price as text

  get empty() { return this.#latest === 0; }

  clear() {
    this.#seconds.clear();
    this.#mids = [];
    this.last = null;
    this.#first = this.#latest = this.#lastTime = 0;
  }

  /** A trade as it happens: {time in ms, price, quantity, side}. */
  addTrade(trade) {
    this.#advance(trade.time);
    this.#gather(trade);
  }

  /** Trades from before those added as they happen, oldest first. */
  addEarlier(trades) {
    for (const trade of trades) {
      if (trade.time > this.#latest) this.#advance(trade.time);
      this.#first = Math.min(this.#first || trade.time, trade.time);
      this.#gather(trade);
    }
  }

  addMid(time, bid, ask) {
    this.#advance(time);
    const price = (Number(bid) + Number(ask)) / 2;
    const newest = this.#mids.at(-1);
    if (newest && Math.floor(newest.time / midEvery) === Math.floor(time / midEvery)) newest.price = price;
    else this.#mids.push({ time, price });
    if (this.#mids.length > (secondsKept * 1000) / midEvery) this.#mids.splice(0, this.#mids.length >> 2);
  }

  /** What lies in the last `minutes` at the page time `now`; null where nothing does. */
  window(minutes, now) {
    const end = this.#latest + Math.min(now - this.#latestAt, driftMost);
    const start = Math.max(end - minutes * 60_000, Math.min(this.#first, end - spanLeast));
    const view = { start, end, seconds: [], mids: [], low: Infinity, high: -Infinity, most: 0 };
    for (let second = Math.floor(start / 1000); second <= Math.floor(end / 1000); ++second) {
      const bucket = this.#seconds.get(second);
      if (!bucket) continue;
      view.seconds.push([Math.max(start, second * 1000), bucket]);
      view.low = Math.min(view.low, bucket.low);
      view.high = Math.max(view.high, bucket.high);
      view.most = Math.max(view.most, bucket.bought + bucket.sold);
    }
    for (const { time, price } of this.#mids) {
      if (time < start) continue;
      view.mids.push([time, price]);
      view.low = Math.min(view.low, price);
      view.high = Math.max(view.high, price);
    }
    return view.low <= view.high ? view : null;
  }

  // A time that jumps back is a capture that began anew: what was kept belongs to another session.
  #advance(time) {
    if (this.#latest && time < this.#latest - restart) this.clear();
    this.#first ||= time;
    if (time < this.#latest) return;
    this.#latest = time;
    this.#latestAt = performance.now();
    if (this.#seconds.size <= secondsKept) return;
    const oldest = Math.floor(time / 1000) - secondsKept;
    for (const second of this.#seconds.keys()) if (second < oldest) this.#seconds.delete(second);
  }

  #gather({ time, price: priceText, quantity, side }) {
    const price = Number(priceText);
    const second = Math.floor(time / 1000);
    const there = this.#seconds.get(second);
    const bucket = there ?? { low: price, high: price, close: price, bought: 0, sold: 0 };
    if (!there) this.#seconds.set(second, bucket);
    bucket.low = Math.min(bucket.low, price);
    bucket.high = Math.max(bucket.high, price);
    if (side === "sell") bucket.sold += Number(quantity);
    else bucket.bought += Number(quantity);
    if (time < this.#lastTime) return;
    this.#lastTime = time;
    this.last = priceText;
    bucket.close = price;
  }
}
