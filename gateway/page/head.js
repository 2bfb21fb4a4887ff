// The chosen instrument's head: name, state, last price and touch; and the alarm over its book.
import { setAttribute, setText } from "./format.js";
import { paintSoon } from "./frame.js";

const tones = { trading: "good", halted: "bad", paused: "bad", closed: "calm" };

function byId(id) { return document.getElementById(id); }

export class Head {
  #book;
  #instrument = null;
  last = null;  // the last price's text, null while unknown

  constructor(book) { this.#book = book; }

  choose(instrument) {
    this.#instrument = instrument;
    this.last = null;
    paintSoon(this);
  }

  /** A name that no instrument has. */
  showUnknown(name) {
    if (!this.#instrument) setText(byId("symbol"), `${name} is not known here`);
  }

  changed() { paintSoon(this); }

  /** The document's title: what a person sees of a tab in the background. */
  get title() {
    return this.#instrument ? `${this.last ?? "–"} ${this.#instrument.symbol} · Tickweir` : "Tickweir";
  }

  paint() {
    const instrument = this.#instrument;
    if (!instrument) return;
    setText(byId("symbol"), instrument.symbol);
    setText(byId("venue"), instrument.venue);
    setText(byId("state"), instrument.state || "unknown");
    setAttribute(byId("state"), "data-tone", tones[instrument.state] ?? "wait");
    byId("state").hidden = false;
    byId("watch").disabled = false;
    setAttribute(byId("watch"), "aria-pressed", String(instrument.watched));
    setText(byId("last"), this.last ?? "–");
    setText(byId("bid"), this.#book.bids[0]?.[0] ?? "–");
    setText(byId("ask"), this.#book.asks[0]?.[0] ?? "–");
    setText(byId("spread"), this.#book.spread ?? "–");
    byId("book-alarm").hidden = instrument.inSync;
    const reason = instrument.reason ? `: ${instrument.reason}` : "";
    setText(byId("book-alarm"), instrument.inSync ? "" : `Book may be wrong${reason}`);
    byId("book").toggleAttribute("data-wrong", !instrument.inSync);
  }
}
