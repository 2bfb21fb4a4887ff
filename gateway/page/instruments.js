// The instruments that the gateway knows: loaded over HTTP, found by name, in a settled order.

const pagesMost = 100;
const watchKey = "tickweir.watch";

/** What the page knows of one instrument; the key is "venue:symbol". */
class Instrument {
  bid = null;
  ask = null;
  bidMove = 0;  // the last change's direction: -1, 0, 1
  askMove = 0;
  state = "";
  inSync = true;
  reason = "";
  watched = false;

  constructor(venue, symbol) {
    this.venue = venue;
    this.symbol = symbol;
    this.key = `${venue}:${symbol}`;
    this.searched = symbol.toUpperCase();
  }
}

function byWatchAndName(a, b) {
  if (a.watched !== b.watched) return a.watched ? -1 : 1;
  return a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : a.venue < b.venue ? -1 : a.venue > b.venue ? 1 : 0;
}

/** 0 the name itself, 1 its beginning, 2 inside of it, 3 its venue; null no match. */
function rank(instrument, text) {
  if (instrument.searched === text) return 0;
  if (instrument.searched.startsWith(text)) return 1;
  if (instrument.searched.includes(text)) return 2;
  return instrument.key.toUpperCase().startsWith(text) ? 3 : null;
}

export class Instruments {
  #byKey = new Map();
  #bySymbol = new Map();  // symbol → the instruments of all venues
  #ordered = [];
  #watched;

  constructor() {
    this.#watched = new Set(this.#storedWatch());
  }

  get count() { return this.#byKey.size; }

  /** The instrument named `venue:symbol`, or `symbol` where one venue alone has it. */
  find(name) {
    const exact = this.#byKey.get(name);
    if (exact) return exact;
    const named = this.#bySymbol.get(name);
    return named?.length === 1 ? named[0] : undefined;
  }

  /** The key of the instrument that a message is about. */
  keyOf(message) {
    if (message.venue !== undefined) return `${message.venue}:${message.symbol}`;
    return this.find(message.symbol)?.key ?? message.symbol;
  }

  /** Those whose name holds the text, best matches first; all of them for an empty text. */
  search(text) {
    const wanted = text.trim().toUpperCase();
    if (!wanted) return this.#ordered;
    const ranks = [[], [], [], []];
    for (const instrument of this.#ordered) {
      const found = rank(instrument, wanted);
      if (found !== null) ranks[found].push(instrument);
    }
    return ranks.flat();
  }

  setWatched(instrument, watched) {
    instrument.watched = watched;
    if (watched) this.#watched.add(instrument.key);
    else this.#watched.delete(instrument.key);
    this.#ordered = [...this.#ordered].sort(byWatchAndName);
    try {
      localStorage.setItem(watchKey, JSON.stringify([...this.#watched]));
    } catch {
      // Without storage the watch list lasts as long as the page.
    }
  }

  /** Loads all of them, cut lists to their end. Throws what fetch throws, or an answer's reason. */
  async load() {
    let after = null;
    for (let page = 0; page < pagesMost; ++page) {
      const answer = await getJson("/v1/instruments" + (after === null ? "" : `?after=${encodeURIComponent(after)}`));
      for (const told of answer.instruments) this.#merge(told);
      after = answer.next ?? null;
      if (after === null) break;
    }
    this.#ordered = [...this.#byKey.values()].sort(byWatchAndName);
  }

  #merge(told) {
    const key = `${told.venue}:${told.symbol}`;
    let instrument = this.#byKey.get(key);
    if (!instrument) {
      instrument = new Instrument(told.venue, told.symbol);
      instrument.watched = this.#watched.has(key);
      this.#byKey.set(key, instrument);
      const named = this.#bySymbol.get(told.symbol);
      if (named) named.push(instrument);
      else this.#bySymbol.set(told.symbol, [instrument]);
    }
    instrument.state = told.state ?? instrument.state;
    instrument.inSync = told.in_sync ?? instrument.inSync;
  }

  #storedWatch() {
    try {
      const stored = JSON.parse(localStorage.getItem(watchKey) ?? "[]");
      return Array.isArray(stored) ? stored.filter((key) => typeof key === "string") : [];
    } catch {
      return [];
    }
  }
}

/** The JSON answer of the gateway; an error's reason is thrown. */
export async function getJson(target) {
  const answer = await fetch(target, { headers: { Accept: "application/json" }, cache: "no-store" });
  const body = await answer.json().catch(() => null);
  if (!answer.ok || body === null) throw new Error(body?.reason ?? `${target}: status ${answer.status}`);
  return body;
}
