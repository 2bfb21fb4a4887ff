"""The local exchange as clients meet it: whoever subscribes, early or late, ends with the books of the capture."""
import asyncio
import json
import ssl
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from venue_process import (BINARY, NUMBERED, PATIENCE, SIMULATED, Capture, Recorder, Venue, recorded_captures, replayed,
                           simulate, simulated_capture)


class VenueTest(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="tickweir-venue-")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def check(self, capture, shown, levels=1000):
        for symbol in capture.symbols:
            self.assertTrue(shown[symbol]["in_sync_at_end"], f"{capture.name}: {symbol}")
            for side in ("bids", "asks"):
                self.assertEqual(shown[symbol][side][:levels], capture.books[symbol][side][:levels],
                                 f"{capture.name}: {symbol}")

    async def play(self, capture, *arguments, certificate=None):
        """One client from the beginning, one that comes when all is over."""
        with Venue(capture.path, "--speed", "max", *arguments) as venue:
            early = await Recorder(venue, capture, self.directory / "early.jsonl", certificate).connect()
            await early.subscribe()
            await early.ask()
            await early.until_over()
            late = await Recorder(venue, capture, self.directory / "late.jsonl", certificate).connect()
            await late.subscribe()
            await late.until_fence()
            await late.ask()
            for client in (early, late):
                self.check(capture, client.books())
                await client.socket.close()
        return venue.summary()


class Clients(VenueTest):
    def test_every_simulated_venue(self):
        for venue in SIMULATED:
            with self.subTest(venue):
                capture = Capture(simulated_capture(self.directory, venue))
                summary = asyncio.run(self.play(capture))
                self.assertEqual(summary["clients"], 2)

    def test_every_recorded_capture(self):
        captures = recorded_captures()
        if not captures:
            self.skipTest("no recorded captures here")
        for path in captures:
            with self.subTest(path.name):
                asyncio.run(self.play(Capture(path)))

    def test_tls_with_a_certificate_made_at_the_start(self):
        capture = Capture(simulated_capture(self.directory, "binance-spot"))
        certificate = self.directory / "venue.pem"
        asyncio.run(self.play(capture, "--tls", "--write-certificate", certificate, certificate=certificate))

        async def refuse():
            with Venue(capture.path, "--tls") as venue:
                with self.assertRaises(ssl.SSLCertVerificationError):
                    await Recorder(venue, capture, self.directory / "x", certificate).connect()
        asyncio.run(refuse())

    def test_tls_with_a_certificate_of_ones_own(self):
        capture = Capture(simulated_capture(self.directory, "kraken-v2", 2_000))
        certificate, key = self.directory / "own.pem", self.directory / "own.key"
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                               "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                               "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], capture_output=True,
                              check=False)
        if made.returncode != 0:
            self.skipTest("openssl is not installed")
        asyncio.run(self.play(capture, "--tls", "--certificate", certificate, "--key", key, certificate=certificate))

    def test_binance_streams_in_the_target_with_and_without_envelope(self):
        capture = Capture(simulated_capture(self.directory, "binance-spot", 2_000))
        stream = f"{capture.symbols[0].lower()}@depth@100ms"

        async def first(target):
            with Venue(capture.path, "--speed", "max") as venue:
                client = await Recorder(venue, capture, self.directory / "x", target=target).connect()
                frame = json.loads(await client.take())
                await client.socket.close()
                return frame
        raw = asyncio.run(first(f"/ws/{stream}"))
        self.assertEqual(raw["e"], "depthUpdate")
        combined = asyncio.run(first(f"/stream?streams={stream}"))
        self.assertEqual((combined["stream"], combined["data"]["s"]), (stream, capture.symbols[0]))

    def test_what_is_refused_over_http(self):
        capture = Capture(simulated_capture(self.directory, "binance-spot", 2_000))
        with Venue(capture.path) as venue:
            for target, status in (("/api/v3/depth?symbol=NO", 400), ("/api/v3/depth", 400), ("/api/v3/time", 404),
                                   (f"/api/v3/depth?symbol={capture.symbols[0]}&limit=x", 400), ("/", 426)):
                self.assertEqual(venue.get(target)[0], status, target)


class Simulated(VenueTest):
    def simulated(self, venue, *faults, name="x"):
        return simulate(self.directory / f"{venue}-{name}.jsonl", "--venue", venue, "--instruments", 3,
                        "--messages", 12_000, *faults)

    def test_the_same_seed_gives_the_same_bytes(self):
        for venue in SIMULATED:
            once = self.simulated(venue, "--seed", 5, name="once").read_bytes()
            self.assertEqual(once, self.simulated(venue, "--seed", 5, name="again").read_bytes())
            self.assertNotEqual(once, self.simulated(venue, "--seed", 6, name="other").read_bytes())

    def test_lost_frames_are_seen(self):
        for venue in NUMBERED:
            books = replayed(self.simulated(venue, "--loss", "0.05"))
            self.assertGreater(sum(one["gaps"] + one["checksums_failed"] for one in books.values()), 0, venue)

    def test_frames_that_come_twice_do_no_harm_where_they_are_numbered(self):
        for venue in ("binance-spot", "coinbase-advanced"):
            whole, doubled = replayed(self.simulated(venue)), replayed(self.simulated(venue, "--duplicate", "0.1"))
            for symbol, book in whole.items():
                self.assertTrue(doubled[symbol]["in_sync_at_end"], symbol)
                self.assertEqual((doubled[symbol]["bids"], doubled[symbol]["asks"]), (book["bids"], book["asks"]))
            self.assertGreater(sum(one["stale_ignored"] for one in doubled.values()) +
                               (venue == "coinbase-advanced"), 0)

    def test_frames_out_of_order_are_seen(self):
        # Elsewhere two frames of one book have to change places.
        books = replayed(self.simulated("coinbase-advanced", "--reorder", "0.05"))
        self.assertGreater(sum(one["gaps"] for one in books.values()), 0)


class Program(VenueTest):
    def run_venue(self, *arguments):
        return subprocess.run([BINARY, "venue", *map(str, arguments)], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)

    def test_says_what_is_wrong_with_its_arguments(self):
        capture = simulated_capture(self.directory, "okx", 2_000)
        for arguments, why in (([self.directory / "none.jsonl"], "none.jsonl"),
                               ([capture, "--key", "x"], "--certificate and --key go together"),
                               ([capture, "--write-certificate", "x"], "need --tls"),
                               ([capture, "--tls", "--certificate", "no.pem", "--key", "no.key"], "no.pem"),
                               ([capture, "--venue", "nasdaq"], "'nasdaq' is not one of"),
                               ([capture, "--venue", "bybit"], "okx"),
                               ([capture, "--drop-after", "0"], "0"),
                               ([capture, "--address", "nowhere"], "nowhere")):
            run = self.run_venue(*arguments)
            self.assertEqual(run.returncode, 2, (arguments, run.stderr))
            self.assertIn(why, run.stderr)
            self.assertEqual(run.stderr.count("\n"), 1)

    def test_plays_what_stands_before_damage_and_says_so(self):
        whole = Capture(simulated_capture(self.directory, "okx", 2_000))
        cut = self.directory / "cut.jsonl"
        cut.write_bytes(whole.path.read_bytes()[:-40])

        async def play():
            venue = Venue(cut, "--speed", "max")
            client = await Recorder(venue, whole, self.directory / "x").connect()
            await client.subscribe()
            await client.until_over()
            await client.socket.close()
            venue.process.terminate()
            self.assertEqual(venue.process.wait(PATIENCE), 3)
            venue.log.join()
            self.assertTrue(venue.log.until("cut.jsonl: offset"))
            venue.kill()
        asyncio.run(play())

    def test_begins_anew_with_loop(self):
        capture = Capture(simulated_capture(self.directory, "okx", 2_000))

        async def twice():
            with Venue(capture.path, "--speed", "max", "--loop") as venue:
                for _ in range(2):
                    client = await Recorder(venue, capture, self.directory / "x").connect()
                    await client.subscribe()
                    # The end of a round is the end of its connections.
                    await asyncio.wait_for(client.socket.wait_closed(), PATIENCE)
        asyncio.run(twice())


if __name__ == "__main__":
    unittest.main(module="__main__", verbosity=2, argv=[sys.argv[0], *sys.argv[1:]])
