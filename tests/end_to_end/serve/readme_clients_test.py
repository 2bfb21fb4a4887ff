"""The README's clients work as pasted: curl, the query command, and the WebSocket program, against a gateway of the test's."""
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from running_gateway import BINARY, CAPTURES, PATIENCE, SOURCE, Gateway

TEXT = (SOURCE / "README.md").read_text()
# Without what needs an exchange: see live/json_venue_test.py.
SERVED = re.sub(r"^## Follow an exchange.*?(?=^## )", "", TEXT, flags=re.DOTALL | re.MULTILINE)
WRITTEN_ADDRESS = "127.0.0.1:8080"
WRITTEN_FIX = '("127.0.0.1", 9878)'


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)


class ReadmeClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway("--replay", CAPTURES / "open-2024-01-02.itch.gz", "--loop", "--speed", "20")
        cls.address = f"127.0.0.1:{cls.gateway.port}"
        cls.gateway.until("/v1/quotes/MSFT", lambda quote: quote.get("bid"), "a quote")

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def test_curl_gets_answers(self):
        if not shutil.which("curl"):
            self.skipTest("curl is not installed")
        # Those with a token are tried in admin_test.py.
        commands = [line for line in SERVED.splitlines() if line.startswith("curl ") and "Bearer" not in line]
        self.assertGreaterEqual(len(commands), 6)
        for command in commands:
            got = run(["/bin/sh", "-c", command.replace("curl ", "curl -f ").replace(WRITTEN_ADDRESS, self.address)])
            self.assertEqual(got.returncode, 0, command + got.stderr)
            self.assertTrue(got.stdout, command)

    def test_query_gets_answers(self):
        commands = re.findall(r"^build/release/tickweir (query .*)$", TEXT, re.MULTILINE)
        self.assertGreaterEqual(len(commands), 3)
        for command in commands:
            got = run([BINARY, *command.split(), "--url", f"http://{self.address}"])
            self.assertEqual(got.returncode, 0, command + got.stderr)
            self.assertTrue(got.stdout, command)

    def test_the_fix_program_shows_market_data(self):
        section = TEXT[TEXT.index("## Connect a FIX client"):]
        program = re.search(r"```python\n(.*?)```", section, re.DOTALL).group(1)
        self.assertIn(WRITTEN_FIX, program)
        port = self.gateway.until("/v1/status", lambda status: status.get("fix"), "a FIX port")["fix"]["port"]
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "client.py"
            path.write_text(program.replace(WRITTEN_FIX, f'("127.0.0.1", {port})'))
            got = run([sys.executable, path])
        self.assertEqual(got.returncode, 0, got.stderr)
        for wanted in ("|35=A|", "|35=W|", "|35=X|"):
            self.assertIn(wanted, got.stdout)

    def test_the_web_socket_program_shows_updates(self):
        program = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL).group(1)
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "client.py"
            path.write_text(program.replace(WRITTEN_ADDRESS, self.address))
            got = run([sys.executable, path])
        self.assertEqual(got.returncode, 0, got.stderr)
        for wanted in ('"ack"', '"snapshot"', '"l1"', '"l2"'):
            self.assertIn(wanted, got.stdout)

    def test_its_configuration_is_one(self):
        text = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL).group(1)
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "tickweir.toml"
            path.write_text(text)
            got = run([BINARY, "serve", "--config", path, "--print-config"])
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertIn('roles = ["serving"]', got.stdout)

    def test_serve_commands_serve(self):
        commands = re.findall(r"^build/release/tickweir serve (.*)$", SERVED, re.MULTILINE)
        # A live feed's needs ports of the test's: see live/readme_feed_test.py.
        serving = [command.split() for command in commands
                   if "--print-config" not in command and "feeds.live" not in command]
        self.assertTrue(serving)
        for arguments in serving:
            arguments = [str(SOURCE / word) if word.startswith("captures/") else word for word in arguments]
            with Gateway(*arguments):
                pass  # it says where it is, and stops when asked


if __name__ == "__main__":
    unittest.main(verbosity=2)
