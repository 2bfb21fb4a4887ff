"""What the tests of a running gateway share: a directory of their own, and how a test file is run."""
import os
import random
import sys
import tempfile
import time
import unittest
from pathlib import Path

from rebuilt_market import RebuiltMarket
from running_gateway import PATIENCE, Gateway, feeds_ended
from stream_client import StreamClient, now_and_then, pump


# A speed for clients that have to see the market from its opening: what `simulate` makes is quiet for half a minute
# before it, which leaves five seconds to connect and subscribe in, however slow the machine.
UNHURRIED = 6


class GatewayTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="tickweir-serve-")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def gateway(self, *arguments, **options):
        return Gateway(*arguments, **options)

    def client(self, gateway, **options):
        return StreamClient(gateway, **options)

    def market_client(self, gateway, depth=10, **options):
        """A client that rebuilds what it is sent, and keeps only the answers to its requests."""
        market = RebuiltMarket(depth)

        def take(message):
            market(message)
            client.keep = message["type"] in ("ack", "pong", "error")

        # The keeping is decided message by message, behind on_message.
        client = None
        client = StreamClient(gateway, **options)
        client.on_message = take
        client.market = market
        return client

    def until_played(self, gateway, clients, checks):
        """Reads for the clients until the feeds have ended and `checks()` holds; once time is up its failure is the
        test's. What is still on its way then would break it: so everything that was queued is waited for."""
        pump(clients, now_and_then(lambda: feeds_ended(gateway.json("/v1/status"))), "the end of the feeds")

        def holds():
            try:
                checks()
                return True
            except AssertionError:
                return False
        try:
            pump(clients, now_and_then(holds), "the end of the market")
        except AssertionError:
            checks()
            raise
        for client in clients:
            client.settle()
        checks()


def eventually(condition, what):
    """Looks until the condition holds; answers its value."""
    deadline = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.01)  # not to take the processor from what is waited for


def seed():
    """The seed of what is drawn: from TICKWEIR_SEED, else a new one. Printed, so that a failure can be seen again."""
    value = int(os.environ.get("TICKWEIR_SEED") or random.SystemRandom().getrandbits(32))
    print(f"TICKWEIR_SEED={value}", flush=True)
    return value


def main():
    unittest.main(module="__main__", verbosity=2, argv=[sys.argv[0], *sys.argv[1:]])
