"""`tickweir admin` steers the FIX sessions of a running gateway."""
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from fix_client import FixClient
from running_gateway import PATIENCE, SOURCE, Gateway, HttpConnection, tickweir


class Admin(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        # Where the gateway keeps its token, and the command looks for it.
        self.environment = {"XDG_RUNTIME_DIR": self.directory.name, "TICKWEIR_ADMIN_TOKEN": ""}

    def gateway(self, *sets, arguments=()):
        gateway = Gateway(*arguments, sets=sets, environment=self.environment)
        try:
            self.fix_port = int(re.search(r":(\d+) ", gateway.first_line(r"^fix://")).group(1))
            self.url, self.port = re.match(r"(http://127\.0\.0\.1:(\d+))/",
                                           gateway.first_line(r"administration$")).groups()
        except BaseException:
            gateway.kill()
            raise
        return gateway

    def admin(self, *arguments, status=0):
        run = tickweir("admin", *arguments, "--url", self.url, environment=self.environment)
        self.assertEqual(run.returncode, status, run)
        return run

    def session(self, name):
        rows = json.loads(self.admin("sessions", "--json").stdout)["sessions"]
        return next(row for row in rows if row["name"] == name)

    def until(self, name, condition):
        """The row once it is so: rows are as they stood at most a second ago."""
        deadline = time.monotonic() + PATIENCE
        while not condition(row := self.session(name)):
            self.assertLess(time.monotonic(), deadline, row)
        return row

    def test_sessions_are_listed_logged_out_disabled_enabled_and_reset(self):
        with self.gateway() as gateway, FixClient(self.fix_port, "CLIENT1") as client:
            client.log_on()
            row = self.until("CLIENT1", lambda row: row["state"] == "logged_on")
            self.assertEqual((row["next_inbound"], row["next_outbound"]), (2, 2))
            self.assertTrue(row["address"].startswith("127.0.0.1"))
            table = self.admin("sessions").stdout
            self.assertRegex(table, r"CLIENT1 .*logged_on")
            self.assertRegex(table, r"CLIENT2 .*disconnected")

            self.assertIn("409", self.admin("reset", "CLIENT1", status=1).stderr)
            self.assertEqual(self.admin("logout", "CLIENT1", "--text", "good night", "--by", "ann").stdout,
                             "CLIENT1: logout done\n")
            self.assertEqual(client.next_message()["35"], "5")
            self.assertEqual(client.fields["58"], "good night")
            client.send("5")
            self.assertIsNone(client.next_message())

            self.admin("disable", "CLIENT1")
            with FixClient(self.fix_port, "CLIENT1", number=3) as again:
                again.send("A", "98=0", "108=30")
                self.assertEqual(again.next_message()["35"], "5")
            self.assertRegex(self.admin("sessions", "CLIENT1").stdout, "disabled")
            self.admin("enable", "CLIENT1")
            self.admin("reset", "CLIENT1", "--next-outbound", "41")
            with FixClient(self.fix_port, "CLIENT1") as again:
                again.log_on()
                self.assertEqual(again.fields["34"], "41")

            self.assertIn("404", self.admin("logout", "NOBODY", status=1).stderr)
            for wanted in ('"logout CLIENT1 text=good night" asked by "ann": done', '"enable CLIENT1" asked by'):
                self.assertIsNotNone(gateway.log.until(re.escape(wanted)), wanted)

    def test_the_token_is_a_file_of_the_owner_that_goes_with_the_gateway(self):
        with self.gateway() as gateway:
            path = Path(self.directory.name) / "tickweir" / f"admin-{self.port}.token"
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            token = path.read_text().strip()
            self.assertEqual(len(token), 64)
            self.assertIsNotNone(gateway.log.until(re.escape(str(path))))
            self.assertNotIn(token, "\n".join(gateway.log.lines + gateway.out.lines))
            bad = tickweir("admin", "sessions", "--url", self.url, environment={"TICKWEIR_ADMIN_TOKEN": "wrong"})
            self.assertEqual((bad.returncode, bad.stdout), (1, ""), bad)
            gateway.stop()
            self.assertFalse(path.exists())

    def test_the_token_of_the_configuration(self):
        self.environment["ADMIN_TEST_TOKEN"] = "s3cret"
        with self.gateway('admin.token="env:ADMIN_TEST_TOKEN"'):
            self.environment["TICKWEIR_ADMIN_TOKEN"] = "s3cret"
            self.assertEqual(self.session("CLIENT2")["state"], "disconnected")
            self.assertFalse((Path(self.directory.name) / "tickweir").exists())

    def test_the_commands_of_the_readme(self):
        text = (SOURCE / "README.md").read_text()
        commands = re.findall(r"^build/release/tickweir admin (.*)$", text, re.MULTILINE)
        self.assertGreaterEqual(len(commands), 5)
        # The venue of `./dev run`, which the commands are for.
        venue = f'venue.data="{self.directory.name}/venue"'
        with (self.gateway(venue, "log.wal_segment_bytes=4194304", "log.wal_ring_bytes=1048576",
                           "log.wal_ring_reserve_bytes=262144",
                           arguments=("--config", SOURCE / "bench/load/demo.toml")) as gateway,
              FixClient(self.fix_port, "CLIENT1") as client):
            gateway.until("/v1/status", lambda status: status["venue"]["state"] == "running", "the venue")
            client.log_on()
            for command in commands:
                if command.startswith("reset"):
                    client.send("5")
                    while client.next_message() is not None:
                        pass
                self.admin(*shlex.split(command))
            token = (Path(self.directory.name) / "tickweir" / f"admin-{self.port}.token").read_text().strip()
            for command in re.findall(r"^curl .*Bearer.*$", text, re.MULTILINE):
                if shutil.which("curl"):
                    got = subprocess.run(["/bin/sh", "-c", command.replace("http://127.0.0.1:9879", self.url)],
                                         capture_output=True, text=True, env={**os.environ, "TICKWEIR_ADMIN_TOKEN": token})
                    self.assertIn('"CLIENT1"', got.stdout, got.stderr)

    def test_without_the_token_nothing_is_told(self):
        with self.gateway() as gateway:
            gateway.port = int(self.port)
            with HttpConnection(gateway) as connection:
                for method, target in (("GET", "/v1/sessions"), ("GET", "/"), ("POST", "/v1/sessions/CLIENT1/reset"),
                                       ("OPTIONS", "/"), ("GET", "/metrics")):
                    answer = connection.ask(target, method)
                    self.assertEqual(answer.status, 401, (method, target))
                    self.assertEqual(answer.headers["www-authenticate"], "Bearer")


if __name__ == "__main__":
    unittest.main(verbosity=2)
