// A client of jspurefix, another's FIX engine: logs on, asks with a TestRequest, asks for market data, logs out.
// Arguments: the folder of the npm package, the port, the client's CompID, venue and symbol. Prints one line of JSON that
// tells what it was sent.
"use strict";

const path = require("path");

const [packageFolder, port, sender, venue, symbol] = process.argv.slice(2);
// What the package is built on wants to be there before it.
require(path.join(packageFolder, "../reflect-metadata"));
const jspurefix = require(packageFolder);
const patience = 20000;

const heard = { ready: false, messages: [], heartbeat: null, stopped: false, error: null };

class Client extends jspurefix.AsciiSession {
  constructor(config) {
    super(config);
    this.logReceivedMsgs = true;
    this.pending = new Set(["heartbeat", "market data"]);
  }

  onReady() {
    heard.ready = true;
    this.send("1", { TestReqID: "are-you-there" });
    this.send("V", {
      MDReqID: "r1",
      SubscriptionRequestType: "0",
      MarketDepth: 1,
      MDReqGrp: { NoMDEntryTypes: [{ MDEntryType: "0" }, { MDEntryType: "1" }] },
      InstrmtMDReqGrp: { NoRelatedSym: [{ Instrument: { Symbol: symbol, SecurityExchange: venue } }] },
    });
  }

  onApplicationMsg(type, view) {
    heard.messages.push({ type, fields: view.toObject() });
    this.answered("market data");
  }

  onDecoded(type, text) {
    if (type === "0" && text.includes("112=are-you-there")) {
      heard.heartbeat = text;
      this.answered("heartbeat");
    }
    if (type === "3" || type === "5") heard[type === "3" ? "reject" : "logout"] = text;
  }

  answered(what) {
    if (this.pending.delete(what) && this.pending.size === 0) this.done();
  }

  onEncoded() {}

  onStopped(error) {
    heard.stopped = true;
    if (error) heard.error = String(error);
  }

  onLogon() {
    return true;
  }
}

const quiet = new jspurefix.JsFixWinstonLogFactory(jspurefix.WinstonLogger.consoleOptions("error"));

class Launcher extends jspurefix.SessionLauncher {
  constructor() {
    super({
      application: {
        type: "initiator",
        name: "client",
        reconnectSeconds: 0,
        tcp: { host: "127.0.0.1", port: Number(port) },
        protocol: "ascii",
        dictionary: path.join(packageFolder, "data/FIX44.xml"),
      },
      EncryptMethod: 0,
      ResetSeqNumFlag: true,
      HeartBtInt: 30,
      SenderCompId: sender,
      TargetCompID: "TICKWEIR",
      TargetSubID: "fix",
      BeginString: "FIX.4.4",
    }, null, quiet);
  }

  makeFactory() {
    return { makeSession: (config) => new Client(config) };
  }
}

function finish() {
  console.log(JSON.stringify(heard));
  process.exit(0);
}

setTimeout(() => {
  heard.error = heard.error || "it took too long";
  finish();
}, patience);
new Launcher().run().then(finish, (error) => {
  heard.error = heard.error || String(error);
  finish();
});
