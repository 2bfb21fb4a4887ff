"""The venue in a gateway: recovered at every start to the state it had, checked offline by `tickweir verify`."""
import json
import re
import shutil
import signal
import subprocess

import gateway_test
from gateway_test import GatewayTest
from running_gateway import BINARY, PATIENCE, SOURCE, Gateway, tickweir

# What the default configuration gives its two accounts: four balances each.
OPENED = 8
BLOCK = 4096


class VenueData(GatewayTest):
    def setUp(self):
        super().setUp()
        self.data = self.directory / "venue"

    def venue(self, *sets, data=None):
        small = ["log.wal_segment_bytes=4194304", "log.wal_ring_bytes=1048576", "log.wal_ring_reserve_bytes=262144"]
        return Gateway(sets=[f"venue.data={data or self.data}", *small, *sets])

    def until_ready(self, gateway):
        gateway_test.eventually(lambda: gateway.get("/readyz").status == 200, "readiness")
        return gateway.until("/v1/status", lambda s: s["venue"]["lsn"]["durable"] == s["venue"]["lsn"]["applied"],
                             "all that was executed durable")["venue"]

    def run_once(self, *sets):
        with self.venue(*sets) as gateway:
            return self.until_ready(gateway)

    def verify(self, status=0, data=None):
        run = tickweir("verify", "--data", data or self.data, "--json")
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return json.loads(run.stdout)

    def refused(self, *sets, status=2, data=None):
        """What a gateway says that does not start."""
        options = [option for key in (f"venue.data={data or self.data}", "http.port=0", "fix.port=0", "admin.port=0", *sets)
                   for option in ("--set", key)]
        run = subprocess.run([BINARY, "serve", *options], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(run.returncode, status, run.stderr)
        return run.stderr

    def segment(self):
        return self.data / "log" / f"{1:020d}.log"

    # -------------------------------------------------------------------------------- starts and stops

    def test_it_comes_back_as_it_was(self):
        venue = self.run_once()
        self.assertEqual((venue["state"], venue["commit"]), ("running", "durable"))
        self.assertEqual(venue["lsn"]["durable"], OPENED)
        first = self.verify()
        self.assertEqual(first["verdict"], "sound")
        self.assertEqual((first["log"]["last_lsn"], first["log"]["commands"]), (OPENED, OPENED))
        self.assertEqual(first["snapshots"][-1]["lsn"], OPENED)
        self.assertEqual(first["execution"]["state_hash"], first["snapshots"][-1]["state_hash"])
        self.assertEqual(self.run_once()["lsn"]["applied"], OPENED)
        again = self.verify()
        self.assertEqual(again["execution"]["state_hash"], first["execution"]["state_hash"])
        self.assertGreater(again["log"]["term"], first["log"]["term"])

    def test_it_comes_back_after_it_was_killed(self):
        hashes = set()
        for _ in range(3):
            gateway = self.venue("log.snapshot_at_stop=false")
            self.until_ready(gateway)
            gateway.kill()
            checked = self.verify()
            self.assertEqual(checked["execution"]["compared"], OPENED)
            hashes.add(checked["execution"]["state_hash"])
        self.assertEqual(len(hashes), 1)
        self.assertEqual(self.run_once()["lsn"]["applied"], OPENED)

    def test_it_may_share_a_thread(self):
        venue = self.run_once("threads.main.roles=[\"feed\", \"market\", \"serving\", \"venue\"]")
        self.assertEqual(venue["state"], "running")

    def test_settings_may_change_where_they_can(self):
        self.run_once()
        before = self.verify()
        self.run_once("instruments.ACME.quantity_max=5", "accounts.A3.balances={ USD = \"7\" }")
        after = self.verify()
        self.assertEqual(after["log"]["last_lsn"], OPENED + 1)
        self.assertNotEqual(after["execution"]["state_hash"], before["execution"]["state_hash"])
        said = self.refused("instruments.ACME.price_decimals=3", "venue.taker_fee=\"0.001\"")
        self.assertIn("instruments.ACME.price_decimals: cannot change", said)
        self.assertIn("venue.taker_fee: cannot change", said)
        self.assertIn("accounts.A3 is not configured any more", self.log_of_a_start())

    def log_of_a_start(self):
        with self.venue() as gateway:
            self.until_ready(gateway)
        return "\n".join(gateway.log.lines)

    # -------------------------------------------------------------------------------- what it tells

    def test_status_and_metrics(self):
        with self.venue("log.statistics_s=1") as gateway:
            self.until_ready(gateway)
            status = gateway.until("/v1/status", lambda s: s["venue"]["lsn"]["replayed"] == OPENED
                                   and s["venue"]["period_seconds"] > 0, "the replayer, and a period")
            venue = status["venue"]
            self.assertEqual(status["mode"], "L0")
            self.assertEqual((venue["replayer"], venue["alarm"]), ("following", ""))
            self.assertEqual(venue["totals"]["commits"], OPENED)
            self.assertGreaterEqual(venue["log"]["segments_free"], 1)
            self.assertIn("sync_ns_p99", venue["in_period"])
            self.assertIn("venue", [role for thread in status["threads"] for role in thread["roles"]])
            text = gateway.get("/metrics").body.decode()
            for line in (f'tickweir_log_lsn{{what="applied"}} {OPENED}', f'tickweir_log_lsn{{what="durable"}} {OPENED}',
                         f'tickweir_log_lsn{{what="replayed"}} {OPENED}', "tickweir_log_failed 0",
                         f'tickweir_txn_commands_total{{reason="",result="committed"}} {OPENED}',
                         "tickweir_replayer_mismatches_total 0", 'tickweir_venue_state{state="running"} 1'):
                self.assertIn(line + "\n", text)
            for name in ("tickweir_log_sync_seconds_count", "tickweir_log_ring_free_bytes",
                         "tickweir_log_segments_free", "tickweir_txn_retries_total", "tickweir_txn_serial_lane_total"):
                self.assertIn("\n" + name, text)

    def test_what_is_unsafe_is_called_so(self):
        with self.venue("venue.commit=applied") as gateway:
            self.assertEqual(self.until_ready(gateway)["commit"], "applied (unsafe)")
        self.assertTrue(any("NOT SAFE" in line for line in gateway.log.lines))

    # -------------------------------------------------------------------------------- verify

    def test_a_running_gateway_is_left_alone(self):
        with self.venue() as gateway:
            self.until_ready(gateway)
            run = tickweir("verify", "--data", self.data)
            self.assertEqual(run.returncode, 2)
            self.assertRegex(run.stderr, rf"is in use by (process {gateway.process.pid} \(|another process)")
            self.assertIn("is in use by", self.refused())
            self.assertEqual(gateway.json("/v1/status")["venue"]["state"], "running")

    def test_a_torn_tail_is_told_and_mended_by_a_start(self):
        self.run_once()
        bytes_ = self.segment().read_bytes()
        end = -(-len(bytes_.rstrip(b"\0")) // BLOCK) * BLOCK
        with open(self.segment(), "r+b") as segment:
            segment.seek(end + 512)
            segment.write(b"\x5a" * 512)
        before = self.segment().read_bytes()
        checked = self.verify()
        self.assertEqual(checked["log"]["torn_tail"]["offset"], end)
        self.assertEqual(checked["log"]["torn_tail"]["lsn"], OPENED + 1)
        self.assertEqual(self.segment().read_bytes(), before)
        self.assertIn("torn tail: ", tickweir("verify", "--data", self.data).stdout)
        self.run_once()
        self.assertIsNone(self.verify()["log"]["torn_tail"])

    def test_damage_is_named_by_file_and_byte_and_nothing_runs_on_it(self):
        self.run_once("log.snapshot_at_stop=false")
        used = len(self.segment().read_bytes().rstrip(b"\0"))
        whole = self.segment().read_bytes()
        for at in (20, BLOCK + 100, used - 20):
            damaged = bytearray(whole)
            damaged[at] ^= 4
            self.segment().write_bytes(damaged)
            checked = self.verify(status=1)
            self.assertEqual(checked["verdict"], "damaged")
            self.assertEqual(checked["log"]["damage"]["file"], str(self.segment()))
            self.assertLessEqual(checked["log"]["damage"]["offset"], at)
        self.assertIn(str(self.segment()), self.refused(status=1))
        self.segment().write_bytes(whole)
        self.run_once()

    def test_a_damaged_snapshot_is_told_and_done_without(self):
        self.run_once()
        snapshot = next((self.data / "snapshots").iterdir())
        content = bytearray(snapshot.read_bytes())
        content[len(content) // 2] ^= 1
        snapshot.write_bytes(content)
        checked = self.verify(status=1)
        self.assertFalse(checked["snapshots"][0]["good"])
        self.assertEqual(checked["execution"]["compared"], OPENED)
        self.assertIn("a snapshot cannot be used", self.log_of_a_start())

    def test_other_directories_are_told_apart(self):
        empty = self.directory / "empty"
        empty.mkdir()
        self.assertIn("is empty", self.verify(status=2, data=empty)["refused"])
        foreign = self.directory / "foreign"
        foreign.mkdir()
        (foreign / "letter.txt").write_text("dear")
        self.assertIn("letter.txt", self.verify(status=2, data=foreign)["refused"])
        self.assertIn("letter.txt", self.refused(data=foreign))
        self.run_once()
        newer = self.directory / "newer"
        shutil.copytree(self.data, newer)
        identity = bytearray((newer / "tickweir.id").read_bytes())
        identity[8] = 9
        (newer / "tickweir.id").write_bytes(identity)
        self.assertIn("has version 9", self.verify(status=2, data=newer)["refused"])
        self.assertIn("has version 9", self.refused(data=newer))

    def test_a_lost_identity_is_damage(self):
        self.run_once()
        (self.data / "tickweir.id").unlink()
        self.assertIn("tickweir.id is missing", self.verify(status=1)["problems"][0])
        self.assertIn("tickweir.id is missing", self.refused())

    def test_the_state_of_a_record_as_text(self):
        self.run_once("log.snapshot_at_stop=false")
        for lsn in (1, OPENED):
            run = tickweir("verify", "--data", self.data, "--dump", lsn)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertTrue(run.stdout.startswith(f"lsn {lsn} hash "), run.stdout)
            self.assertEqual(run.stdout.count("balance "), lsn)
        self.assertEqual(tickweir("verify", "--data", self.data, "--dump", OPENED + 1).returncode, 1)

    def test_a_configuration_in_place_of_the_stored_settings(self):
        self.run_once()
        config = self.write("tickweir.toml", "[venue]\nlog_number = 1\n")
        run = tickweir("verify", "--data", self.data, "--config", config)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.write("tickweir.toml", "[venue]\ntaker_fee = \"0.01\"\n")
        run = tickweir("verify", "--data", self.data, "--config", config)
        self.assertEqual(run.returncode, 2)
        self.assertIn("venue.taker_fee: cannot change", run.stderr)

    def test_the_readme_keeps_its_word(self):
        text = (SOURCE / "README.md").read_text()
        section = re.search(r"^## Run a venue\n(.*?)^## ", text, re.DOTALL | re.MULTILINE).group(1)
        config = re.search(r"```toml\n(.*?)```", section, re.DOTALL).group(1).replace("/tmp/venue", str(self.data))
        with Gateway("--config", self.write("venue.toml", config)) as gateway:
            self.until_ready(gateway)
        commands = re.findall(r"^build/release/tickweir (verify .*)$", section, re.MULTILINE)
        self.assertTrue(commands)
        for command in commands:
            run = tickweir(*command.replace("/tmp/venue", str(self.data)).split())
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertIn("\nstate hash ", run.stdout)

    def test_it_stops_while_it_recovers(self):
        self.run_once()
        gateway = self.venue()
        gateway.process.send_signal(signal.SIGTERM)
        gateway.until_exit()
        self.verify()


if __name__ == "__main__":
    gateway_test.main()
