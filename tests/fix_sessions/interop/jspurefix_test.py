"""jspurefix, a FIX engine of others (npm), logs on to a gateway, asks for a heartbeat and market data, and logs out. Its
package is installed below the build folder where the registry is reachable; else the test skips and says why."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "end_to_end/serve"))
from running_gateway import BINARY, CAPTURES, PATIENCE, SKIPPED, Gateway  # noqa: E402

PACKAGE = "jspurefix@5.11.4"
INSTALL_PATIENCE = 180


def skip(reason):
    print(f"skipped: {reason}", flush=True)
    sys.exit(SKIPPED)


def installed():
    """The folder of the package."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            skip(f"{program} is not installed")
    root = Path(os.environ.get("TICKWEIR_NPM", Path(BINARY).parent / "npm"))
    folder = root / "node_modules/jspurefix"
    if not (folder / "package.json").exists():
        root.mkdir(parents=True, exist_ok=True)
        try:
            got = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries", "1",
                                  "--prefix", root, PACKAGE], capture_output=True, text=True, timeout=INSTALL_PATIENCE,
                                 stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            skip(f"npm did not install {PACKAGE} within {INSTALL_PATIENCE} s")
        if got.returncode != 0:
            skip(f"npm cannot install {PACKAGE}: {got.stderr.strip().splitlines()[-1:]}")
    return folder


class Jspurefix(unittest.TestCase):
    def setUp(self):
        self.package = installed()

    def run_client(self, port, comp_id, venue, symbol):
        """What the client was sent."""
        with tempfile.TemporaryDirectory() as directory:
            got = subprocess.run(["node", HERE / "jspurefix_client.js", self.package, str(port), comp_id, venue, symbol],
                                 capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, cwd=directory)
        self.assertEqual(got.returncode, 0, got.stderr)
        return json.loads(got.stdout.strip().splitlines()[-1])

    def test_a_session_from_logon_to_logout(self):
        with Gateway("--replay", CAPTURES / "open-2024-01-02.itch.gz", "--loop") as gateway:
            port = int(re.search(r":(\d+) ", gateway.first_line(r"^fix://")).group(1))
            gateway.until("/v1/quotes/AAPL", lambda quote: quote.get("bid") and quote.get("ask"), "a quote")
            # Twice: the second time it resets the numbers that the first one left.
            for _ in range(2):
                heard = self.run_client(port, "CLIENT1", "nasdaq", "AAPL")
                self.assertIsNone(heard["error"], heard)
                self.assertTrue(heard["ready"] and heard["stopped"], heard)
                self.assertIn("112=are-you-there", heard["heartbeat"])
                self.assertNotIn("reject", heard)
                self.assertEqual([message["type"] for message in heard["messages"]], ["W"], heard)
                self.assert_snapshot(heard["messages"][0]["fields"])

    def assert_snapshot(self, fields):
        self.assertEqual(fields["MDReqID"], "r1")
        self.assertEqual(fields["Instrument"]["Symbol"], "AAPL")
        entries = fields["MDFullGrp"]["NoMDEntries"]
        self.assertEqual(sorted(str(entry["MDEntryType"]) for entry in entries), ["0", "1"], entries)
        for entry in entries:
            self.assertGreater(float(entry["MDEntryPx"]), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
