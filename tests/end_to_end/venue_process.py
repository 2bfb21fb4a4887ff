"""`tickweir venue` as a process of its own, the captures it plays, and a client that records what it is sent."""
import asyncio
import gzip
import http.client
import json
import os
import re
import signal
import ssl
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from running_gateway import (BINARY, PATIENCE, SOURCE, Gateway, Running,  # noqa: E402, F401
                             replayed, simulate)

import websockets  # noqa: E402

DATA = Path(os.environ.get("TICKWEIR_DATA", SOURCE / "../shared/data")) / "json"
# The venues whose readers see what is missing, and those that have nothing to see it by.
NUMBERED = ["binance-spot", "binance-usdm", "binance-coinm", "coinbase-advanced", "kraken-v1", "kraken-v2",
            "kraken-futures", "okx", "bybit", "deribit"]
SIMULATED = [*NUMBERED, "coinbase-exchange", "bitstamp", "bitmex"]
OVER = r"the capture is over"
# What a venue says to a text that is no request.
REFUSAL = re.compile(r'"error"|errorMessage|"alert"|"success":false|bts:error')


class Capture:
    """What a test has to know of a capture."""

    def __init__(self, path):
        self.path = Path(path)
        self.name = self.path.name.split(".jsonl")[0]
        self.sends, self.targets, self.times = [], [], []
        opened = gzip.open if self.path.suffix == ".gz" else open
        with opened(self.path, "rt", encoding="utf-8") as lines:
            self.venue = next(lines).split(": ")[1].strip()
            for line in lines:
                if line.startswith("#"):
                    continue
                time_ns, rest = line.rstrip("\n").split(" ", 1)
                self.times.append(int(time_ns))
                if rest.startswith("SEND "):
                    self.sends.append(rest[5:])
                elif rest.startswith("GET "):
                    self.targets.append(rest.split(" ", 2)[1])
        self.books = replayed(self.path)
        self.symbols = [symbol for symbol, book in self.books.items() if book["in_sync_at_end"]]

    @property
    def seconds(self):
        return (self.times[-1] - self.times[0]) / 1e9

    def requests(self):
        """What a client sends for all of it: what the recorder did, where that is known."""
        asked = [send for send in self.sends if "unsubscribe" not in send]
        if asked:
            return asked
        streams = [f"{symbol.lower()}@{channel}" for symbol in self.symbols for channel in ("depth@100ms", "trade")]
        return [json.dumps({"method": "SUBSCRIBE", "params": streams, "id": 1})]

    def snapshots(self):
        """Where books are to be asked for, whole ones; none where they come with the frames."""
        return {"binance-spot": [f"/api/v3/depth?symbol={one}&limit=5000" for one in self.books],
                "binance-usdm": [f"/fapi/v1/depth?symbol={one}&limit=1000" for one in self.books],
                "binance-coinm": [f"/dapi/v1/depth?symbol={one}&limit=1000" for one in self.books],
                "bitstamp": [f"/api/v2/order_book/{one}/" for one in self.books]}.get(self.venue, [])


def recorded_captures():
    """Undamaged ones of the data, none where there is no data; the two long ones left out."""
    return [path for path in sorted(DATA.glob("*.jsonl.gz"))
            if "damaged" not in path.name and "_20240808" not in path.name]


def simulated_capture(directory, venue, messages=8_000):
    return simulate(directory / f"{venue}.jsonl", "--venue", venue, "--instruments", 3, "--messages", messages)


class Venue(Running):
    """A running local exchange. As a context: at its end it must stop with status 0."""

    def __init__(self, capture, *arguments, environment=None):
        super().__init__("venue", capture, *arguments, environment=environment)
        self.url = self.first_line(r"^wss?://\S+:\d+$")
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            print(f"the venue said:\n{self.tail()}", file=sys.stderr)
            return self.kill()
        self.process.send_signal(signal.SIGTERM)
        self.until_exit()

    def until_over(self):
        assert self.log.until(OVER), f"the capture never ended: {self.tail()}"

    def summary(self):
        """The counts of its last line, once it has ended."""
        return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", self.out.lines[-1])}

    def get(self, target, certificate=None):
        """One request; answers status and body."""
        if self.url.startswith("wss:"):
            context = ssl.create_default_context(cafile=certificate)
            connection = http.client.HTTPSConnection("localhost", self.port, timeout=PATIENCE, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


class Recorder:
    """A client that writes what it gets as a capture, so that the offline replay can judge it."""

    def __init__(self, venue, capture, path, certificate=None, target="/"):
        self.venue, self.capture, self.path = venue, capture, Path(path)
        self.certificate, self.target = certificate, target
        self.lines = [f"# venue: {capture.venue}"]
        self.frames = []

    def note(self, what):
        self.lines.append(f"{time.time_ns()} {what}")

    async def connect(self, max_queue=None):
        options = {}
        if self.venue.url.startswith("wss:"):
            options = {"ssl": ssl.create_default_context(cafile=self.certificate), "server_hostname": "localhost"}
        self.socket = await websockets.connect(self.venue.url + self.target, max_size=None, max_queue=max_queue,
                                               **options)
        return self

    async def subscribe(self):
        for request in self.capture.requests():
            self.note(f"SEND {request}")
            await self.socket.send(request)

    async def take(self):
        """The next frame."""
        frame = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        self.frames.append(frame)
        self.note(frame)
        return frame

    async def ask(self):
        """Books over HTTP, where the venue gives them so, while frames keep coming."""
        loop = asyncio.get_running_loop()
        for target in self.capture.snapshots():
            asked = loop.run_in_executor(None, self.venue.get, target, self.certificate)
            status, body = await asked
            assert status == 200, f"{target}: {status} {body}"
            await self.until_fence()
            self.note(f"GET {target} {body}")

    async def until_fence(self):
        """Takes all that was queued before a request that is none."""
        await self.socket.send("fence")
        while True:
            frame = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            if REFUSAL.search(frame[:400]):
                return
            self.frames.append(frame)
            self.note(frame)

    async def until_over(self):
        """Takes all until the capture is over."""
        loop = asyncio.get_running_loop()
        over = loop.run_in_executor(None, self.venue.until_over)
        while not over.done():
            taking = asyncio.ensure_future(self.socket.recv())
            await asyncio.wait({taking, over}, return_when=asyncio.FIRST_COMPLETED)
            if taking.done():
                self.frames.append(taking.result())
                self.note(taking.result())
            else:
                taking.cancel()
                await asyncio.gather(taking, return_exceptions=True)
        await over
        await self.until_fence()

    def books(self):
        """What the offline replay makes of it."""
        self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        return replayed(self.path)
