"""A gateway that follows the local exchange over TLS ends with the books of the capture, whatever happens on the way."""
import contextlib
import json
import sys
import time
import unittest
from urllib.parse import quote

from venue_clients_test import VenueTest
from venue_process import DATA, Gateway, SIMULATED, Capture, Venue, recorded_captures, simulated_capture

# As many levels as an answer over HTTP may have at most, where that is fewer than the book's: what is beyond is not
# known again after a cut.
DEEP = {"binance-spot": 5000, "binance-usdm": 1000, "binance-coinm": 1000}
PATIENCE = 60


class Followed(VenueTest):
    def depth_of(self, capture):
        """Levels a side to subscribe to; 0: as the venue has it."""
        if capture.venue in DEEP:
            return DEEP[capture.venue]
        for send in capture.sends:
            request = json.loads(send)
            depth = request.get("params", {}).get("depth") or request.get("subscription", {}).get("depth")
            topics = [one for one in request.get("args", []) if isinstance(one, str) and one.startswith("orderbook.")]
            if depth or topics:
                return depth or int(topics[0].split(".")[1])
        return 0

    def groups(self, captures):
        """Captures that one gateway can follow together: no instrument twice."""
        groups = []
        for capture in captures:
            names = {(capture.venue, symbol) for symbol in capture.books}
            for group, taken in groups:
                if not names & taken:
                    group.append(capture)
                    taken |= names
                    break
            else:
                groups.append(([capture], names))
        return [group for group, _ in groups]

    def config(self, venues):
        lines = ["[http]", "port = 0"]
        for number, (capture, venue, certificate) in enumerate(venues):
            url = venue.url.replace("127.0.0.1", "localhost")
            symbols = ", ".join(json.dumps(symbol) for symbol in capture.books)
            lines += [f"[feeds.feed{number}]", 'kind = "json"', f'venue = "{capture.venue}"', f"symbols = [{symbols}]",
                      f'url = "{url}"', f'ca_file = "{certificate}"',
                      # Local exchanges come back at once.
                      "reconnect_ms = 50", "reconnect_max_ms = 200"]
            if capture.snapshots():
                lines.append(f'rest_url = "{url.replace("wss:", "https:")}"')
            if self.depth_of(capture):
                lines.append(f"depth = {self.depth_of(capture)}")
        path = self.directory / "gateway.toml"
        path.write_text("\n".join(lines) + "\n")
        return path

    def shown(self, gateway, capture, symbol):
        answer = gateway.get(f"/v1/books/{capture.venue}:{quote(symbol, safe='')}?depth=1000")
        return json.loads(answer.body) if answer.status == 200 else {"status": answer.status}

    def difference(self, gateway, capture, levels):
        """The first book that is not the capture's; None: all are. Where the capture itself loses one it is lost."""
        for symbol in set(capture.books) - set(capture.symbols):
            if self.shown(gateway, capture, symbol).get("in_sync"):
                return f"{capture.name}: {symbol} is in sync"
        for symbol in capture.symbols:
            shown = self.shown(gateway, capture, symbol)
            if not shown.get("in_sync"):
                return f"{capture.name}: {symbol} is not in sync: {str(shown)[:200]}"
            for side in ("bids", "asks"):
                if shown[side][:levels] != capture.books[symbol][side][:levels]:
                    pairs = zip(shown[side][:levels], capture.books[symbol][side][:levels])
                    return f"{capture.name}: {symbol} {side}: {[pair for pair in pairs if pair[0] != pair[1]][:3]}"
        return None

    def follow(self, captures, *arguments, seconds=None, speed=None, levels=1000):
        """Plays them together, each within so many seconds or at one speed, and compares when all are over."""
        with contextlib.ExitStack() as stack:
            venues = []
            for capture in captures:
                certificate = self.directory / f"{capture.name}.pem"
                times = speed or max(1.0, capture.seconds / seconds)
                venue = stack.enter_context(Venue(capture.path, "--tls", "--write-certificate", certificate,
                                                  "--speed", f"{times:.6f}", *arguments))
                venues.append((capture, venue, certificate))
            gateway = stack.enter_context(Gateway("--config", self.config(venues)))
            for _, venue, _ in venues:
                venue.until_over()
            deadline = time.monotonic() + PATIENCE
            for capture, _, _ in venues:
                while difference := self.difference(gateway, capture, levels):
                    self.assertLess(time.monotonic(), deadline, difference)
                    time.sleep(0.02)  # not to take the processor from what is waited for
            counts = gateway.json("/v1/status")["feeds"]
        return counts

    def simulated(self):
        return [Capture(simulated_capture(self.directory, venue)) for venue in SIMULATED]

    def recorded(self, paths):
        captures = [Capture(path) for path in paths]
        if not captures:
            self.skipTest("no recorded captures here")
        return captures

    def test_every_simulated_venue(self):
        self.follow(self.simulated(), seconds=2)

    def test_every_simulated_venue_with_cut_connections(self):
        counts = self.follow(self.simulated(), "--kill-every", 1, seconds=4)
        self.assertTrue(all(feed["disconnects"] >= 1 for feed in counts), counts)

    def test_every_recorded_capture_together_at_ten_times_its_speed(self):
        for group in self.groups(self.recorded(recorded_captures())):
            self.follow(group, speed=10)

    def test_every_recorded_capture_with_a_connection_killed_every_second(self):
        for group in self.groups(self.recorded(recorded_captures())):
            self.follow(group, "--kill-every", 1, seconds=4)

    def test_the_long_recordings_together(self):
        self.follow(self.recorded(sorted(DATA.glob("*_20240808.jsonl.gz"))), seconds=8)

    def test_every_damaged_capture(self):
        for group in self.groups(self.recorded(sorted(DATA.glob("*.damaged-*.jsonl.gz")))):
            self.follow(group, seconds=1)


if __name__ == "__main__":
    unittest.main(module="__main__", verbosity=2, argv=[sys.argv[0], *sys.argv[1:]])
