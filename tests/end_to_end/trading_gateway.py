"""A running gateway with a venue of its own, for tests that trade; and what is random in them."""
import os
import random
import re

from fix_trader import fix_port
from running_gateway import Gateway


class TradingGateway(Gateway):
    """Its venue runs once this is made, on the data in `directory`; with `in_sync` its books are in the store, too."""

    def __init__(self, directory, *arguments, sets=(), in_sync=False, **options):
        super().__init__(*arguments, sets=[f'venue.data="{directory}/venue"', *sets], **options)
        try:
            self.fix_port = fix_port(self)
            self.until("/v1/status", lambda status: status["venue"]["state"] == "running", "the venue")
            if in_sync:
                self.until("/v1/instruments", lambda s: all(one["in_sync"] for one in s["instruments"]), "its books")
        except BaseException:
            self.kill()
            raise

    @property
    def admin_url(self):
        return re.match(r"(http://127\.0\.0\.1:\d+)/", self.first_line(r"administration$"))[1]


def seeded_random():
    """Its seed is printed, and taken from TICKWEIR_SEED where that is set."""
    seed = int(os.environ.get("TICKWEIR_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"TICKWEIR_SEED={seed}", flush=True)
    return random.Random(seed)
