// Wires the page: which instrument is chosen, what is subscribed for it, and where each message goes.
import { Book } from "./book.js";
import { Chart } from "./chart.js";
import { compareDecimals } from "./decimal.js";
import { countText, durationText, milliseconds, setAttribute, setText } from "./format.js";
import { Head } from "./head.js";
import { Health, notice, showMode } from "./health.js";
import { InstrumentList } from "./instrument_list.js";
import { getJson, Instruments } from "./instruments.js";
import { Ladder } from "./ladder.js";
import { PriceSeries } from "./series.js";
import { Stream } from "./stream.js";
import { Tape } from "./tape.js";

const depth = 10;
const firstMoveWithin = 1_500;     // ms in which the first instrument that moves is opened by itself
const loadAgainAfter = 2_000;      // ms
const heartbeatLate = 3_000;       // ms
const historyTrades = 500;

function byId(id) { return document.getElementById(id); }

const instruments = new Instruments();
const book = new Book();
const ladder = new Ladder(book);
const tape = new Tape();
const series = new PriceSeries();
const chart = new Chart(series);
const head = new Head(book);
let chosen = null;
let visible = [];
let heartbeatAt = null;
let knownCount = -1;     // what /v1/status counted before
let loading = false;
let mayChooseMoving = location.hash.length < 2;

// ---------------------------------------------------------------- the chosen instrument

function nameInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function addressOf(instrument) {
  return "#" + encodeURIComponent(instrument.key).replaceAll("%3A", ":");
}

function open(instrument, { replace = false } = {}) {
  mayChooseMoving = false;
  if (addressOf(instrument) !== location.hash) {
    history[replace ? "replaceState" : "pushState"](null, "", addressOf(instrument));
  }
  if (instrument === chosen) return;
  chosen = instrument;
  book.clear();
  tape.clear();
  series.clear();
  chart.changed();
  head.choose(instrument);
  list.choose(instrument);
  stream.want("l2", [instrument.key], { depth });
  stream.want("trades", [instrument.key]);
  wantStates();
  loadLast(instrument);
  ladder.changed();
  if (matchMedia("(max-width: 760px)").matches && !replace) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    byId("symbol").closest("section").scrollIntoView({ behavior: calm ? "auto" : "smooth" });
  }
}

function openFromAddress() {
  const name = nameInAddress();
  const instrument = name && instruments.find(name);
  if (instrument) open(instrument, { replace: true });
  else if (name && instruments.count) setText(byId("symbol"), `${name} is not known here`);
}

function inMilliseconds(trade) {
  return { ...trade, time: milliseconds(trade.time) };
}

// The last price, which may be older than all trades told.
async function loadLast(instrument) {
  const quote = await getJson(`/v1/quotes/${encodeURIComponent(instrument.key)}`).catch(() => null);
  if (instrument !== chosen) return;
  head.last ??= quote?.last ?? null;
  head.changed();
}

async function loadTrades(instrument) {
  const target = `/v1/trades/${encodeURIComponent(instrument.key)}?limit=${historyTrades}`;
  const answer = await getJson(target).catch(() => null);
  if (instrument === chosen) addEarlier(answer?.trades ?? []);
}

// Trades of before; live ones meanwhile go ahead of them.
function addEarlier(trades) {
  series.addEarlier(tape.addEarlier(trades).map(inMilliseconds).filter((trade) => trade.time !== null));
  head.last = series.last ?? head.last;
  chart.changed();
  head.changed();
}

function toggleWatch(instrument) {
  instruments.setWatched(instrument, !instrument.watched);
  list.refresh();
  head.changed();
}

// ---------------------------------------------------------------- messages

function onQuote(message, instrument) {
  if (message.bid === undefined) return;  // tells of the state only
  instrument.bidMove = moveOf(instrument.bid, message.bid, instrument.bidMove);
  instrument.askMove = moveOf(instrument.ask, message.ask, instrument.askMove);
  const moved = message.type === "update" && (instrument.bid !== message.bid || instrument.ask !== message.ask);
  instrument.bid = message.bid ?? null;
  instrument.ask = message.ask ?? null;
  list.changed();
  if (moved && mayChooseMoving) open(instrument, { replace: true });
}

function moveOf(before, after, move) {
  if (before === null || after == null || before === after) return move;
  return Math.sign(compareDecimals(after, before));
}

function onDepth(message) {
  book.apply(message);
  const [bid] = book.bids;
  const [ask] = book.asks;
  if (bid && ask && book.time > 0) {
    series.addMid(milliseconds(book.time), bid[0], ask[0]);
    chart.changed();
  }
  ladder.changed();
  head.changed();
}

function onTrade(trade) {
  if (!tape.add(trade)) return;
  head.last = trade.price;
  if (trade.time > 0) series.addTrade(inMilliseconds(trade));
  chart.changed();
  head.changed();
}

function onStatus(message, instrument) {
  showMode(message.mode);
  if (!instrument) return;
  instrument.state = message.state ?? instrument.state;
  instrument.reason = message.reason ?? "";
}

function onMessage(message, key) {
  if (message.type === "heartbeat") {
    heartbeatAt = performance.now();
    return;
  }
  const instrument = key === null ? undefined : instruments.find(key);
  if (instrument && message.in_sync !== undefined && message.in_sync !== instrument.inSync) {
    instrument.inSync = message.in_sync;
  }
  switch (message.channel) {
    case "l1": if (instrument) onQuote(message, instrument); break;
    case "l2": if (instrument && instrument === chosen) onDepth(message); break;
    case "trades": onTrades(message, instrument); break;
    case "status": onStatus(message, instrument); break;
  }
  if (instrument && (message.in_sync !== undefined || message.channel === "status")) {
    list.changed();
    head.changed();
  }
}

function onTrades(message, instrument) {
  if (!instrument || instrument !== chosen) return;
  if (message.type === "trade") onTrade(message);
  else if (Array.isArray(message.trades)) addEarlier(message.trades);
  else loadTrades(instrument);
}

const stream = new Stream(
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/stream`,
  (message) => instruments.keyOf(message),
  {
    onState: showConnection,
    onMessage,
    onNotice: notice,
    onGap(channel, key) {
      setText(byId("gaps"), countText(stream.gaps));
      setAttribute(byId("gaps"), "data-tone", "bad");
      notice(`${key}: messages of ${channel} were missed`);
      if (key !== chosen?.key) return;
      if (channel === "l2") book.doubt();
      ladder.changed();
    },
  },
);

// ---------------------------------------------------------------- connection and health

const connectionTexts = { live: ["Live", "good"], connecting: ["Connecting", "wait"], waiting: ["Reconnecting", "bad"] };

function showConnection(state, text) {
  const [name, tone] = connectionTexts[state];
  setText(byId("connection"), name);
  setAttribute(byId("connection"), "data-tone", tone);
  document.body.dataset.connection = state;
  if (state === "live") {
    byId("alarm").hidden = true;
    heartbeatAt = null;
    loadInstruments();
    health.poll();
  } else if (state === "waiting") {
    book.doubt();
    ladder.changed();
    setText(byId("alarm"), `No connection to the gateway${text ? `: ${text}` : ""}. What is shown is not live.`);
    byId("alarm").hidden = false;
  }
}

async function loadInstruments() {
  if (loading) return;
  loading = true;
  let again = false;
  try {
    await instruments.load();
    list.refresh();
    again = instruments.count === 0;
    openFromAddress();
    if (!chosen && instruments.count) setTimeout(openAny, firstMoveWithin);
  } catch (error) {
    list.refresh(error.message);
    again = stream.state === "live";
  } finally {
    loading = false;
  }
  if (again) setTimeout(loadInstruments, loadAgainAfter);
}

function openAny() {
  const first = instruments.search("")[0];
  if (!chosen && mayChooseMoving && first) open(first, { replace: true });
}

function wantStates() {
  const keys = new Set(visible.map((instrument) => instrument.key));
  if (chosen) keys.add(chosen.key);
  stream.want("status", keys);
}

const list = new InstrumentList(instruments, {
  onOpen: open,
  onWatch: toggleWatch,
  onVisible(shown) {
    visible = shown;
    stream.want("l1", shown.map((instrument) => instrument.key));
    wantStates();
  },
});

const health = new Health({
  onInstruments(count) {
    const changed = count !== knownCount && count !== instruments.count;
    knownCount = count;
    if (changed) loadInstruments();
  },
});

// ---------------------------------------------------------------- what time alone changes

let receivedBefore = 0;
let secondAt = performance.now();

function everyHalfSecond() {
  const now = performance.now();
  const age = heartbeatAt === null ? null : now - heartbeatAt;
  setText(byId("heartbeat"), age === null ? "–" : `${(age / 1000).toFixed(1)} s`);
  setAttribute(byId("heartbeat"), "data-tone", age !== null && age > heartbeatLate ? "bad" : null);
  setText(byId("retry"), stream.state === "waiting" ? `in ${Math.ceil(stream.retryIn / 1000)} s` : "");
  setText(byId("conflated"), countText(stream.conflated));
  setText(byId("round-trip"), stream.roundTrip === null ? "–" : durationText(stream.roundTrip));
  if (now - secondAt < 950) return;
  setText(byId("rate"), countText(((stream.received - receivedBefore) / (now - secondAt)) * 1000));
  receivedBefore = stream.received;
  secondAt = now;
  if (document.title !== head.title) document.title = head.title;
}

// ---------------------------------------------------------------- the person

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches?.("input, textarea, [contenteditable]")) return;
  event.preventDefault();
  list.focusSearch();
});
addEventListener("hashchange", openFromAddress);
addEventListener("popstate", openFromAddress);
byId("watch").addEventListener("click", () => { if (chosen) toggleWatch(chosen); });
for (const button of document.querySelectorAll("[data-minutes]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-minutes]")) {
      setAttribute(other, "aria-pressed", String(other === button));
    }
    chart.setMinutes(Number(button.dataset.minutes));
  });
}

stream.want("heartbeat", ["*"]);
stream.connect();
setInterval(everyHalfSecond, 500);
