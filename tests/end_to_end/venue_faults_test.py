"""What the local exchange does to its clients on request: silence, lateness, gaps, cut connections."""
import asyncio
import json
import sys
import time
import unittest

import websockets
from venue_clients_test import VenueTest
from venue_process import PATIENCE, Capture, Recorder, Venue, simulated_capture


class Faults(VenueTest):
    def capture(self, venue, messages=4_000):
        return Capture(simulated_capture(self.directory, venue, messages))

    def test_a_connection_falls_silent_and_stays_open(self):
        capture = self.capture("okx")

        async def play():
            with Venue(capture.path, "--speed", "max", "--drop-after", 20) as venue:
                client = await Recorder(venue, capture, self.directory / "x").connect()
                await client.subscribe()
                for _ in range(20):
                    await client.take()
                venue.until_over()
                # Pongs of the protocol come from below: the connection lives, and nothing else comes.
                await (await client.socket.ping())
                self.assertFalse(client.socket.messages)
                self.assertTrue(client.socket.open)
                await client.socket.close()
                again = await Recorder(venue, capture, self.directory / "x").connect()
                await again.subscribe()
                self.assertIn('"event":"subscribe"', await again.take())
                await again.socket.close()
            self.assertGreater(venue.summary()["left_out"], 0)
        asyncio.run(play())

    def test_answers_and_snapshots_are_late(self):
        capture = self.capture("binance-spot")

        async def play():
            with Venue(capture.path, "--speed", "max", "--delay", 300) as venue:
                client = await Recorder(venue, capture, self.directory / "late.jsonl").connect()
                begun = time.monotonic()
                await client.subscribe()
                self.assertIn('"result":null', await client.take())
                self.assertGreaterEqual(time.monotonic() - begun, 0.2)  # by another clock
                begun = time.monotonic()
                await client.ask()
                self.assertGreaterEqual(time.monotonic() - begun, 0.2 * len(capture.symbols))
                await client.until_over()
                self.check(capture, client.books())
                await client.socket.close()
        asyncio.run(play())

    def test_every_so_many_book_frames_one_is_left_out(self):
        for name in ("coinbase-advanced", "okx", "kraken-v2"):
            with self.subTest(name):
                capture = self.capture(name, 12_000)

                async def play(capture=capture):
                    with Venue(capture.path, "--speed", "max", "--gap-every", 20) as venue:
                        client = await Recorder(venue, capture, self.directory / "gaps.jsonl").connect()
                        await client.subscribe()
                        await client.until_over()
                        await client.socket.close()
                    self.assertGreater(venue.summary()["left_out"], 0)
                    return client.books()
                books = asyncio.run(play())
                # The reader sees it: by a number that is missing, or a checksum that fails.
                self.assertGreater(sum(one["gaps"] + one["checksums_failed"] for one in books.values()), 0)

    def test_connections_are_cut_and_clients_that_come_back_find_the_book_as_it_stands(self):
        capture = self.capture("kraken-v2")

        async def play():
            speed = max(1, capture.seconds / 5)
            with Venue(capture.path, "--speed", f"{speed:.3f}", "--kill-every", "0.3") as venue:
                cuts = 0
                over = asyncio.get_running_loop().run_in_executor(None, venue.until_over)
                while not over.done():
                    client = Recorder(venue, capture, self.directory / "cut.jsonl")
                    try:
                        await client.connect()
                        await client.subscribe()
                        while True:
                            taking = asyncio.ensure_future(client.take())
                            await asyncio.wait({taking, over}, return_when=asyncio.FIRST_COMPLETED)
                            if not taking.done():
                                taking.cancel()
                                await asyncio.gather(taking, return_exceptions=True)
                                break
                            taking.result()
                        await client.until_fence()
                    except (websockets.ConnectionClosed, websockets.InvalidHandshake, OSError) as cut:
                        # At any time, also before it is open; never with a word.
                        if isinstance(cut, websockets.ConnectionClosed):
                            self.assertEqual(cut.code, 1006)
                        cuts += 1
                        continue
                    self.check(capture, client.books())
                    await client.socket.close()
                await over
                self.assertGreaterEqual(cuts, 2)
                last = await Recorder(venue, capture, self.directory / "last.jsonl").connect()
                await last.subscribe()
                await last.until_fence()
                self.check(capture, last.books())
                await last.socket.close()
            self.assertGreaterEqual(venue.summary()["kills"], 2)
        asyncio.run(play())

    def test_playing_waits_for_a_client_that_is_slow(self):
        capture = self.capture("coinbase-advanced", 40_000)

        async def play():
            with Venue(capture.path, "--speed", "max") as venue:
                # It reads a frame only when it is asked for one.
                client = await Recorder(venue, capture, self.directory / "slow.jsonl").connect(max_queue=1)
                await client.subscribe()
                for _ in range(3):
                    await client.take()
                await client.until_over()
                self.check(capture, client.books())
                await client.socket.close()
            self.assertEqual(venue.summary()["too_slow"], 0)
        asyncio.run(play())

    def test_a_frame_of_the_capture_is_sent_as_it_is(self):
        capture = self.capture("okx", 2_000)
        frames = {line.split(" ", 1)[1] for line in capture.path.read_text().splitlines() if line[0] != "#"}

        async def play():
            with Venue(capture.path, "--speed", "max") as venue:
                client = await Recorder(venue, capture, self.directory / "x").connect()
                await client.subscribe()
                await client.until_over()
                await client.socket.close()
            market = [frame for frame in client.frames if '"event"' not in frame]
            self.assertGreater(len(market), 50)
            self.assertEqual([frame for frame in market if frame not in frames], [])
            self.assertTrue(all(json.loads(frame) for frame in market))
        asyncio.run(play())


if __name__ == "__main__":
    unittest.main(module="__main__", verbosity=2, argv=[sys.argv[0], *sys.argv[1:]])
