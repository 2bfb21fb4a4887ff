// The searchable list of instruments. Only the rows in sight exist, so ten thousand cost as much as
// thirty; the keys in sight are told, so that quotes are subscribed for these alone.
import { decimalsOf, element, setAttribute, setDecimal, setText } from "./format.js";
import { paintSoon } from "./frame.js";

const restBeforeTelling = 120;  // ms without scrolling
const spareRows = 2;

export class InstrumentList {
  #instruments;
  #events;
  #search = document.getElementById("search");
  #list = document.getElementById("list");
  #space = document.getElementById("list-space");
  #empty = document.getElementById("list-empty");
  #count = document.getElementById("list-count");
  #shown = [];
  #rows = [];
  #active = 0;
  #chosen = null;
  #scrolled = 0;
  #height = 0;
  #rowHeight = 30;
  #telling = 0;
  #trouble = "";
  #loaded = false;

  /** `events` has onOpen(instrument), onWatch(instrument), onVisible(instruments). */
  constructor(instruments, events) {
    this.#instruments = instruments;
    this.#events = events;
    this.#search.addEventListener("input", () => this.#searchAgain());
    this.#search.addEventListener("keydown", (event) => this.#onKey(event));
    this.#list.addEventListener("keydown", (event) => this.#onKey(event));
    this.#list.addEventListener("click", (event) => this.#onClick(event));
    this.#list.addEventListener("scroll", () => {
      this.#scrolled = this.#list.scrollTop;
      this.#moved();
    }, { passive: true });
    new ResizeObserver(() => this.#measure()).observe(this.#list);
    // It tells the first height with a frame, and an instrument may be chosen before that.
    this.#measure();
  }

  /** Shows what was loaded since; `trouble` is why loading failed, if it did. */
  refresh(trouble = "") {
    this.#trouble = trouble;
    this.#loaded ||= trouble === "";
    const active = this.#shown[this.#active];
    this.#shown = this.#instruments.search(this.#search.value);
    this.#active = Math.max(0, this.#shown.indexOf(active));
    this.#moved();
  }

  choose(instrument) {
    this.#chosen = instrument;
    const index = this.#shown.indexOf(instrument);
    if (index >= 0) this.#setActive(index);
    paintSoon(this);
  }

  /** An instrument's quote or state has changed. */
  changed() { paintSoon(this); }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  paint() {
    setText(this.#empty, this.#emptyText());
    this.#empty.hidden = this.#shown.length > 0;
    setText(this.#count, this.#shown.length === 1 ? "1 symbol" : `${this.#shown.length.toLocaleString("en")} symbols`);
    const height = `${this.#shown.length * this.#rowHeight}px`;
    if (this.#space.style.height !== height) this.#space.style.height = height;
    const [first, end] = this.#range(spareRows);
    this.#makeRows(end - first);
    for (const row of this.#rows) row.wanted = false;
    for (let index = first; index < end; ++index) this.#paintRow(this.#rows[index % this.#rows.length], index);
    for (const row of this.#rows) if (row.root.hidden !== !row.wanted) row.root.hidden = !row.wanted;
    const active = this.#active >= first && this.#active < end ? `option-${this.#active}` : null;
    setAttribute(this.#search, "aria-activedescendant", active);
    setAttribute(this.#list, "aria-activedescendant", active);
  }

  #emptyText() {
    if (this.#trouble) return `Instruments cannot be loaded: ${this.#trouble}`;
    if (!this.#loaded) return "Loading instruments…";
    const text = this.#search.value.trim();
    return text ? `No symbol matches “${text}”.` : "The gateway has no instruments yet.";
  }

  #range(spare) {
    const first = Math.floor(this.#scrolled / this.#rowHeight);
    const end = Math.ceil((this.#scrolled + this.#height) / this.#rowHeight);
    return [Math.max(0, first - spare), Math.min(this.#shown.length, end + spare)];
  }

  #makeRows(count) {
    while (this.#rows.length < count) {
      const row = {
        star: element("span", "star"), symbol: element("span", "symbol"), venue: element("span", "venue"),
        bid: element("span", "number"), ask: element("span", "number"),
      };
      row.root = element("div", "row", row.star, element("span", "name", row.symbol, row.venue), row.bid, row.ask);
      row.root.setAttribute("role", "option");
      this.#rows.push(row);
      this.#space.append(row.root);
    }
  }

  #paintRow(row, index) {
    const instrument = this.#shown[index];
    row.wanted = true;
    if (row.index !== index) {
      row.index = index;
      row.root.id = `option-${index}`;
      row.root.style.transform = `translateY(${index * this.#rowHeight}px)`;
      row.root.setAttribute("aria-posinset", index + 1);
    }
    setAttribute(row.root, "aria-setsize", String(this.#shown.length));
    setAttribute(row.root, "aria-selected", String(instrument === this.#chosen));
    setAttribute(row.root, "data-active", index === this.#active ? "" : null);
    setAttribute(row.root, "data-watched", instrument.watched ? "" : null);
    setAttribute(row.root, "data-wrong", instrument.inSync ? null : "");
    setText(row.symbol, instrument.symbol);
    setText(row.venue, noteOf(instrument));
    const decimals = Math.max(decimalsOf(instrument.bid ?? ""), decimalsOf(instrument.ask ?? ""));
    paintPrice(row.bid, instrument.bid, decimals, instrument.bidMove);
    paintPrice(row.ask, instrument.ask, decimals, instrument.askMove);
  }

  #measure() {
    this.#height = this.#list.clientHeight;
    this.#rowHeight = parseFloat(getComputedStyle(this.#list).getPropertyValue("--row")) || 30;
    for (const row of this.#rows) row.index = -1;
    this.#moved();
  }

  #moved() {
    paintSoon(this);
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#events.onVisible(this.#shown.slice(...this.#range(0))), restBeforeTelling);
  }

  #searchAgain() {
    this.#shown = this.#instruments.search(this.#search.value);
    this.#active = 0;
    this.#scrollTo(0);
    this.#moved();
  }

  #setActive(index) {
    this.#active = Math.max(0, Math.min(this.#shown.length - 1, index));
    const top = this.#active * this.#rowHeight;
    if (top < this.#scrolled) this.#scrollTo(top);
    else if (top + this.#rowHeight > this.#scrolled + this.#height) this.#scrollTo(top + this.#rowHeight - this.#height);
    paintSoon(this);
  }

  #scrollTo(top) {
    this.#space.style.height = `${this.#shown.length * this.#rowHeight}px`;
    this.#list.scrollTop = top;
    this.#scrolled = this.#list.scrollTop;
  }

  #onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const searching = event.currentTarget === this.#search;
    const page = Math.max(1, Math.floor(this.#height / this.#rowHeight) - 1);
    switch (event.key) {
      case "ArrowDown": this.#setActive(this.#active + 1); break;
      case "ArrowUp": this.#setActive(this.#active - 1); break;
      case "PageDown": this.#setActive(this.#active + page); break;
      case "PageUp": this.#setActive(this.#active - page); break;
      case "Enter": this.#open(this.#shown[this.#active]); break;
      case "Escape": this.#escape(); break;
      default:
        if (searching || !this.#onListKey(event.key)) return;
    }
    event.preventDefault();
  }

  // Keys that are text or caret movement while searching.
  #onListKey(key) {
    switch (key) {
      case "Home": this.#setActive(0); return true;
      case "End": this.#setActive(this.#shown.length - 1); return true;
      case "w":
      case "W":
        if (this.#shown[this.#active]) this.#events.onWatch(this.#shown[this.#active]);
        return true;
      default: return false;
    }
  }

  #escape() {
    if (this.#search.value) {
      this.#search.value = "";
      this.#searchAgain();
      this.choose(this.#chosen);
    } else {
      document.activeElement?.blur();
    }
  }

  #open(instrument) {
    if (!instrument) return;
    if (this.#search.value) {
      this.#search.value = "";
      this.#searchAgain();
    }
    this.#search.blur();
    this.#events.onOpen(instrument);
  }

  #onClick(event) {
    const row = this.#rows.find(({ root }) => root.contains(event.target));
    const instrument = row && this.#shown[row.index];
    if (!instrument) return;
    if (event.target === row.star) this.#events.onWatch(instrument);
    else this.#open(instrument);
  }
}

function noteOf(instrument) {
  const state = instrument.state && instrument.state !== "trading" ? `${instrument.state} · ` : "";
  return (instrument.inSync ? "" : "may be wrong · ") + state + instrument.venue;
}

function paintPrice(cell, price, decimals, move) {
  setDecimal(cell, price ?? "–", price === null ? 0 : decimals);
  setAttribute(cell, "data-move", price === null || move === 0 ? null : move > 0 ? "up" : "down");
}
