"""Ten times the load and back: what the load modes do meanwhile is logged, counted, and told over FIX and WebSocket to
whoever watches, in the same order, and the last that is told is that all is normal."""
import asyncio
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from fix_trader import FixTrader  # noqa: E402
from running_gateway import BINARY, SKIPPED  # noqa: E402
from stream_client import StreamClient, pump  # noqa: E402
from trading_gateway import TradingGateway  # noqa: E402

LOAD = os.environ.get("TICKWEIR_SPIKE_LOAD", str(Path(BINARY).parent / "bench/spike_load"))
SESSIONS, INSTRUMENTS = 20, 50  # of the load; the venue is the one that it makes for a gateway of its own
SETS = ["http.requests_per_second_max=1000000", "fix.connections_per_address_max=1024",
        "fix.accepts_per_second_max=10000", "limits.breaches_max=1000000000",
        "shield.queue_target_us=4000", "shield.order_wait_ms=100",
        "log.repeats_per_second=1000000",
        "log.wal_segment_bytes=16777216", "log.wal_ring_bytes=8388608", "log.wal_ring_reserve_bytes=1048576"]
PATIENCE_OF_A_SPIKE = 200  # seconds

if not Path(LOAD).exists():
    print(f"skipped: {LOAD} is not built", flush=True)
    sys.exit(SKIPPED)


def venue():
    symbols = [f"S{i}" for i in range(INSTRUMENTS)]
    balances = ", ".join(['USD = "1000000000000"', *(f'{symbol} = "1000000000"' for symbol in symbols)])
    lines = ["[venue]\nclient_ids_max = 2097152"]
    lines += [f'[instruments.{symbol}]\nquote = "USD"\nprice_decimals = 2\nquantity_decimals = 0\n'
              'reference = "100.00"\ncollar = "0.5"' for symbol in symbols]
    for i in range(SESSIONS):
        lines.append(f'[accounts.A{i}]\nkey = "key-of-the-load-{i}"\nbalances = {{ {balances} }}')
        lines.append(f'[sessions.LOAD{i}]\naccounts = ["A{i}"]')
    return "\n".join([*lines, '[sessions.WATCH]\naccounts = ["A0"]', ""])


def is_part_of(told, changes):
    """Whether what one was told are changes in their order, of which some may have passed unseen."""
    rest = iter(changes)
    return all(mode in rest for mode in told)


class SpikeModes(unittest.IsolatedAsyncioTestCase):
    def gateway(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        config = Path(directory.name) / "gateway.toml"
        config.write_text(venue())
        gateway = TradingGateway(directory.name, "--config", config, sets=SETS, in_sync=True)
        self.port = gateway.fix_port
        return gateway

    def load(self, gateway):
        run = subprocess.run([LOAD, "--port", str(self.port), "--http-port", str(gateway.port), "--sessions",
                              str(SESSIONS), "--seconds", "1", "--window-ms", "150"], capture_output=True, text=True,
                             timeout=PATIENCE_OF_A_SPIKE, stdin=subprocess.DEVNULL)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def modes_of_stream(self, gateway, over):
        """The modes that a client of the status channel is told, from the first message until L0 after the load."""
        client, modes = StreamClient(gateway), []

        def note(message):
            if message.get("channel") == "status" and "mode" in message and message["mode"] not in modes[-1:]:
                modes.append(message["mode"])

        client.on_message, client.keep = note, False
        client.send_text(json.dumps({"op": "subscribe", "channel": "status", "symbols": ["S0"]}))
        pump([client], lambda: over.is_set() and modes[-1:] == ["L0"], "L0 after the load", PATIENCE_OF_A_SPIKE)
        return modes

    async def test_each_change_of_mode_is_told_to_all_who_watch(self):
        over = threading.Event()
        with self.gateway() as gateway:
            async with FixTrader(self.port, "WATCH") as watch:
                streaming = asyncio.ensure_future(asyncio.to_thread(self.modes_of_stream, gateway, over))
                try:
                    await asyncio.to_thread(self.load, gateway)
                    await asyncio.to_thread(gateway.until, "/v1/status", lambda status: status["mode"] == "L0", "L0")
                finally:
                    over.set()  # who streams does not wait for a load that has failed
                streamed = (await streaming)[1:]
                await watch._until(lambda: watch.messages[-1:] and watch.messages[-1]["58"] == "L0", "the last L0")
            counted = dict(re.findall(r'^tickweir_load_mode_entered_total\{mode="(L\d)"\} (\d+)$',
                                      gateway.get("/metrics").body.decode(), re.MULTILINE))
        changes = [re.search(r"load mode (L\d), was", line)[1] for line in gateway.log.lines if "load mode L" in line]
        self.assertEqual({mode: int(count) for mode, count in counted.items() if int(count)},
                         collections.Counter(changes))
        self.assertEqual({message.kind for message in watch.messages}, {"h"})
        for message in watch.messages:
            self.assertEqual(message["340"], "1" if message["58"] >= "L4" else "2", message)
        told = [message["58"] for message in watch.messages]
        print(f"{len(changes)} changes, {len(told)} told over FIX, {len(streamed)} over WebSocket", flush=True)
        for one in (told, streamed):
            self.assertGreater(len(one), 1)
            self.assertEqual(one[-1], "L0")
            self.assertTrue(is_part_of(one, changes), (one, changes))
            self.assertFalse([pair for pair in zip(one, one[1:]) if pair[0] == pair[1]], one)


if __name__ == "__main__":
    unittest.main(verbosity=2)
