// The connection to /v1/stream: keeps it up, keeps subscribed to what is wanted, and checks that
// each stream's sequence numbers join. Knows nothing of what the messages mean beyond that.
//
//   closed ──connect──► connecting ──open──► live ──close, or silence──► waiting ──delay──► connecting

const delayFirst = 500;
const delayMost = 15_000;
const steadyAfter = 10_000;  // a connection that lasted this long starts the delays anew
const pingEvery = 5_000;
const silenceMost = 12_000;
const snapshotPatience = 3_000;
const refusedPatience = 5_000;
const symbolsInOneMessage = 200;
const pendingMost = 256;

export class Stream {
  #url;
  #events;
  #socket = null;
  #state = "closed";
  #failures = 0;
  #openedAt = 0;
  #heardAt = 0;
  #pingedAt = 0;
  #retry = 0;
  #retryAt = 0;
  #lastId = 0;
  #pending = new Map();   // id → what was asked
  #wanted = new Map();    // channel → {options, keys}
  #asked = new Map();     // channel → keys asked for on this connection
  #positions = new Map(); // "channel key" → {seq, awaited since}
  #refused = new Map();   // "channel key" → when to ask again

  gaps = 0;
  conflated = 0;
  received = 0;
  roundTrip = null;

  /**
   * `events` has onState(state, text), onMessage(message, key), onGap(channel, key), onNotice(text).
   * `keyOf` answers the key ("venue:symbol") of the instrument that a message is about.
   */
  constructor(url, keyOf, events) {
    this.#url = url;
    this.keyOf = keyOf;
    this.#events = events;
    setInterval(() => this.#tick(performance.now()), 500);
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#retryNow(); });
  }

  get state() { return this.#state; }
  get retryIn() { return this.#state === "waiting" ? Math.max(0, this.#retryAt - performance.now()) : 0; }

  connect() {
    clearTimeout(this.#retry);
    this.#setState("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.onopen = () => { if (socket === this.#socket) this.#opened(); };
    socket.onmessage = (event) => { if (socket === this.#socket) this.#received(event.data); };
    socket.onclose = (event) => { if (socket === this.#socket) this.#closed(event.code, event.reason); };
  }

  /** Replaces what is wanted on a channel: an iterable of keys, and options such as {depth: 10}. */
  want(channel, keys, options = {}) {
    this.#wanted.set(channel, { options, keys: new Set(keys) });
    if (this.#state === "live") this.#settle(channel);
  }

  #opened() {
    this.#openedAt = this.#heardAt = performance.now();
    this.#pingedAt = -Infinity;
    this.#asked.clear();
    this.#positions.clear();
    this.#pending.clear();
    this.#refused.clear();
    this.#setState("live");
    for (const channel of this.#wanted.keys()) this.#settle(channel);
  }

  #closed(code, reason) {
    const now = performance.now();
    if (this.#openedAt && now - this.#openedAt > steadyAfter) this.#failures = 0;
    this.#openedAt = 0;
    this.#socket = null;
    this.roundTrip = null;
    const most = Math.min(delayMost, delayFirst * 2 ** this.#failures++);
    const delay = most * (0.5 + Math.random() / 2);  // apart, when many lose one gateway
    this.#retryAt = now + delay;
    this.#retry = setTimeout(() => this.connect(), delay);
    this.#setState("waiting", reason || (code === 1006 ? "" : `closed with ${code}`));
  }

  #retryNow() {
    if (this.#state === "waiting") this.connect();
  }

  #setState(state, text = "") {
    this.#state = state;
    this.#events.onState(state, text);
  }

  // Asks for what is wanted and not asked, and leaves what is asked and not wanted.
  #settle(channel) {
    const { options, keys } = this.#wanted.get(channel);
    const asked = this.#asked.get(channel) ?? new Set();
    this.#asked.set(channel, asked);
    this.#forgetRefusals(channel, keys);
    const leaving = [...asked].filter((key) => !keys.has(key));
    const coming = [...keys].filter((key) => !asked.has(key) && !this.#refused.has(`${channel} ${key}`));
    for (const key of leaving) {
      asked.delete(key);
      this.#positions.delete(`${channel} ${key}`);
    }
    const now = performance.now();
    for (const key of coming) {
      asked.add(key);
      this.#positions.set(`${channel} ${key}`, { seq: null, awaited: now });
    }
    this.#sendInParts({ op: "unsubscribe", channel }, leaving);
    this.#sendInParts({ op: "subscribe", channel, ...options }, coming);
  }

  // A refusal holds as long as the key stays wanted: who comes back to it may ask again.
  #forgetRefusals(channel, keys) {
    for (const name of this.#refused.keys()) {
      const space = name.indexOf(" ");
      if (name.slice(0, space) === channel && !keys.has(name.slice(space + 1))) this.#refused.delete(name);
    }
  }

  #sendInParts(request, keys) {
    for (let first = 0; first < keys.length; first += symbolsInOneMessage) {
      this.#send({ ...request, symbols: keys.slice(first, first + symbolsInOneMessage) });
    }
  }

  #send(request) {
    const id = ++this.#lastId;
    this.#pending.set(id, request);
    if (this.#pending.size > pendingMost) this.#pending.delete(this.#pending.keys().next().value);
    this.#socket.send(JSON.stringify({ op: request.op, id, ...request }));
    return id;
  }

  #received(text) {
    this.#heardAt = performance.now();
    ++this.received;
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      this.#events.onNotice("The gateway sent a message that is not JSON.");
      return;
    }
    switch (message.type) {
      case "snapshot":
      case "update":
      case "trade": return this.#data(message);
      case "ack": return this.#answered(message);
      case "error": return this.#failed(message);
      case "pong": return this.#ponged(message);
      case "warning": return this.#events.onNotice(`Warning ${message.code ?? ""}: ${message.reason ?? ""}`);
      default: return this.#events.onMessage(message, null);
    }
  }

  #data(message) {
    const key = this.keyOf(message);
    if (!this.#asked.get(message.channel)?.has(key)) return;  // left while it was under way
    if (message.conflated > 0) this.conflated += message.conflated;
    if (this.#joins(message, `${message.channel} ${key}`, key)) this.#events.onMessage(message, key);
  }

  // Whether the message may be applied. A level update that does not join would make the book wrong:
  // it is dropped, and a snapshot asked for. The other channels' messages stand by themselves.
  #joins(message, name, key) {
    const position = this.#positions.get(name);
    if (message.type === "snapshot") {
      position.seq = message.seq ?? null;
      position.awaited = null;
      return true;
    }
    if (message.prev === undefined) return true;
    const levels = message.channel === "l2";
    if (levels && position.awaited !== null) return false;
    const joined = position.seq === null || position.seq === message.prev;
    position.seq = message.seq;
    if (joined) return true;
    ++this.gaps;
    this.#askSnapshot(message.channel, key, position);
    this.#events.onGap(message.channel, key);
    return !levels;
  }

  #askSnapshot(channel, key, position) {
    position.awaited = performance.now();
    this.#send({ op: "snapshot", channel, symbols: [key] });
  }

  #answered(message) {
    const request = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    for (const { symbol, code, reason } of message.rejected ?? []) {
      const key = request?.symbols?.find((asked) => asked === symbol || asked.endsWith(`:${symbol}`)) ?? symbol;
      this.#refuse(request, key, code, reason);
    }
  }

  #failed(message) {
    const request = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (!request?.symbols) {
      this.#events.onNotice(`Error ${message.code ?? ""}: ${message.reason ?? ""}`);
      return;
    }
    for (const key of request.symbols) this.#refuse(request, key, message.code, message.reason);
  }

  #refuse(request, key, code, reason) {
    this.#events.onNotice(`${key}: ${request?.op ?? "request"} refused, ${code} ${reason}`);
    if (request?.op !== "subscribe") return;
    this.#asked.get(request.channel)?.delete(key);
    this.#positions.delete(`${request.channel} ${key}`);
    // Too many requests and load pass; the other reasons last as long as the connection.
    const passing = code === 429 || code === 503;
    this.#refused.set(`${request.channel} ${key}`, passing ? performance.now() + refusedPatience : Infinity);
  }

  #ponged(message) {
    const request = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (request?.op === "ping") this.roundTrip = performance.now() - request.at;
  }

  #tick(now) {
    if (this.#state === "connecting" && now - this.#heardAt > silenceMost) return this.#drop("no answer");
    if (this.#state !== "live") return;
    if (now - this.#heardAt > silenceMost) return this.#drop("the gateway fell silent");
    if (now - this.#pingedAt > pingEvery) this.#ping(now);
    for (const [name, until] of this.#refused) {
      if (until > now) continue;
      this.#refused.delete(name);
      this.#settle(name.slice(0, name.indexOf(" ")));
    }
    this.#askOverdueSnapshots(now);
  }

  #ping(now) {
    this.#pingedAt = now;
    const id = ++this.#lastId;
    this.#pending.set(id, { op: "ping", at: now });
    this.#socket.send(JSON.stringify({ op: "ping", id }));
  }

  #askOverdueSnapshots(now) {
    for (const [name, position] of this.#positions) {
      if (position.awaited === null || now - position.awaited < snapshotPatience) continue;
      if (!name.startsWith("l2 ")) continue;
      this.#askSnapshot("l2", name.slice(3), position);
    }
  }

  // Gives a connection up at once: its own close could take minutes when the path is dead.
  #drop(reason) {
    const socket = this.#socket;
    this.#closed(1006, reason);
    socket.close();
  }
}
