"""Configuration from outside: what is wrong is told all at once, what can change does so on SIGHUP, and a bad file
changes nothing."""
import socket

import gateway_test
from gateway_test import GatewayTest
from itch_capture import quiet_market
from running_gateway import tickweir


class Configuration(GatewayTest):
    def config(self, subscriptions=5, more=""):
        """The file that the tests change while a gateway runs with it."""
        capture = self.directory / "quiet-2024-01-02.itch"
        if not capture.exists():
            quiet_market(capture)
        return self.write("tickweir.toml", f"""
[http]
port = 0

[feeds.quiet]
kind = "capture"
path = "{capture}"

[websocket]
subscriptions_per_client_max = {subscriptions}
{more}
""")

    def reload(self, gateway, outcome):
        """SIGHUP, up to the line that tells the outcome; all that was logged for it."""
        before = gateway.signal_reload()
        line = gateway.log.until(outcome, after=before)
        self.assertIsNotNone(line, gateway.tail())
        return [line for line in gateway.log.lines[before:] if " gateway: reload" in line]

    def ask_for(self, client, count):
        """Subscribes to that many streams in all; whether it was allowed."""
        client.ask("unsubscribe", channel="l2", symbols=["*"])
        client.ask("unsubscribe", channel="l1", symbols=["*"])
        client.ask("unsubscribe", channel="trades", symbols=["*"])
        wanted = [("l1", "ACME"), ("l1", "GLOBEX"), ("l2", "ACME"), ("l2", "GLOBEX"), ("trades", "ACME"),
                  ("trades", "GLOBEX")][:count]
        return all(client.ask("subscribe", channel=channel, symbols=[symbol])["type"] == "ack"
                   for channel, symbol in wanted)

    # ----------------------------------------------------------------------------------------- reload

    def test_a_good_file_is_taken_over_with_clients_connected(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            gateway.until("/v1/instruments", lambda a: len(a["instruments"]) == 2, "the market")
            client = self.client(gateway)
            self.assertTrue(self.ask_for(client, 5))
            self.assertFalse(self.ask_for(client, 6))
            for limit, fits, fits_not in ((2, 2, 3), (6, 6, None), (1, 1, 2)):
                self.config(limit)
                lines = self.reload(gateway, r"reload: done")
                self.assertTrue(any("websocket.subscriptions_per_client_max" in line for line in lines), lines)
                gateway_test.eventually(lambda: self.ask_for(client, fits), f"a limit of {limit}")
                if fits_not:
                    self.assertFalse(self.ask_for(client, fits_not))
            self.assertTrue(self.ask_for(self.client(gateway), 1))

    def test_subscriptions_over_a_limit_that_shrinks_stay(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            gateway.until("/v1/instruments", lambda a: len(a["instruments"]) == 2, "the market")
            client = self.client(gateway)
            self.assertTrue(self.ask_for(client, 5))
            self.config(1)
            self.reload(gateway, r"reload: done")
            gateway_test.eventually(
                lambda: client.ask("subscribe", channel="heartbeat")["type"] == "error", "the new limit")
            self.assertEqual(client.ask("list")["subscriptions"], 5)

    def test_a_bad_file_changes_nothing_and_is_told_with_its_lines(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            gateway.until("/v1/instruments", lambda a: len(a["instruments"]) == 2, "the market")
            client = self.client(gateway)
            self.config(2, "queue_bytes_max = 1\nnonsense = 7\n")
            lines = self.reload(gateway, r"reload: nothing")
            for words in ("tickweir.toml:11", "websocket.queue_bytes_max", "tickweir.toml:12", "nonsense"):
                self.assertTrue(any(words in line for line in lines), (words, lines))
            self.assertTrue(self.ask_for(client, 5), "the good part of a bad file was taken over")
            self.write("tickweir.toml", "[http\nport = ")
            lines = self.reload(gateway, r"reload: nothing")
            self.assertTrue(any("tickweir.toml:1" in line for line in lines), lines)
            config.unlink()
            self.reload(gateway, r"reload: nothing")
            self.assertTrue(self.ask_for(client, 5))
            # And a good one after all that.
            self.config(2)
            self.reload(gateway, r"reload: done")
            gateway_test.eventually(lambda: not self.ask_for(client, 3), "the limit of the good file")

    def test_a_secret_that_is_not_to_be_had_changes_nothing(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            text = config.read_text()
            for secret in ("file:/nonexistent/key", "env:TICKWEIR_TEST_NOT_SET", "not a key"):
                config.write_text(text.replace("port = 0", f'port = 0\napi_keys = ["{secret}"]'))
                self.reload(gateway, r"reload: .*nothing was changed")
                self.assertEqual(gateway.get("/v1/status").status, 200)
            config.write_text(text)
            self.reload(gateway, r"reload: done, 0 keys changed")

    def test_metrics_are_turned_off_and_on(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            for enabled, status in (("false", 404), ("true", 200)):
                self.config(5, f"[metrics]\nenabled = {enabled}\n")
                self.reload(gateway, r"reload: done, 1 key")
                gateway_test.eventually(lambda: gateway.get("/metrics").status == status, f"{status} of /metrics")

    def test_what_needs_a_restart_is_refused_and_named(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            self.config(5, '\n[threads]\nshards = 2\n[gateway]\nname = "other"\n')
            lines = self.reload(gateway, r"reload: nothing")
            self.assertTrue(any("threads.shards" in line and "restart" in line for line in lines), lines)
            self.assertTrue(any("gateway.name" in line and "restart" in line for line in lines), lines)

    def test_a_reload_that_changes_nothing_is_told(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            self.reload(gateway, r"reload: done, 0 keys changed")

    def test_keys_and_connections_can_be_changed(self):
        config = self.config(5)
        with self.gateway("--config", config) as gateway:
            self.assertEqual(gateway.get("/v1/status").status, 200)
            self.config(5, '\n[log]\nlevel = "debug"\n')
            self.reload(gateway, r"reload: done")
            config.write_text(config.read_text().replace("port = 0", 'port = 0\napi_keys = ["k-secret"]'))
            lines = self.reload(gateway, r"reload: done")
            self.assertTrue(any("http.api_keys" in line for line in lines))
            gateway_test.eventually(lambda: gateway.get("/v1/status").status == 401, "the key to be needed")
            self.assertEqual(gateway.get("/v1/status", Authorization="Bearer k-secret").status, 200)
            self.assertFalse(any("k-secret" in line for line in gateway.log.lines))

    # --------------------------------------------------------------------------------- before the start

    def test_the_printed_configuration_parses_back_to_itself(self):
        config = self.config(7)
        first = tickweir("serve", "--config", config, "--set", 'http.api_keys=["env:TICKWEIR_TEST_KEY", "open"]',
                         "--set", "log.level=debug", "--print-config", environment={"TICKWEIR_TEST_KEY": "hidden"})
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        self.assertIn("subscriptions_per_client_max = 7", first.stdout)
        self.assertNotIn("hidden", first.stdout)
        self.assertNotIn('"open"', first.stdout)
        plain = tickweir("serve", "--config", config, "--print-config")
        again = tickweir("serve", "--config", self.write("printed.toml", plain.stdout), "--print-config")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(again.stdout, plain.stdout)

    def test_the_defaults_parse_back_and_serve(self):
        printed = tickweir("serve", "--print-config")
        self.assertEqual(printed.returncode, 0)
        config = self.write("default.toml", printed.stdout)
        with self.gateway("--config", config) as gateway:
            self.assertEqual(gateway.get("/healthz").status, 200)

    def refused(self, *arguments, lines=None):
        """Runs what must not start; answers what it says on stderr."""
        run = tickweir("serve", *arguments)
        self.assertEqual(run.returncode, 2, run)
        self.assertEqual(run.stdout, "")
        said = run.stderr.splitlines()
        if lines is not None:
            self.assertEqual(len(said), lines, run.stderr)
        return said

    def test_all_errors_of_a_configuration_are_told_at_once(self):
        config = self.write("wrong.toml", """[http]
port = 70000
adress = "127.0.0.1"

[websocket]
connections_max = "many"
malformed_max = 0

[feeds.x]
kind = "telepathy"

[nowhere]
a = 1
""")
        said = self.refused("--config", config, "--set", "log.level=loud", "--set", "http.nothing=1")
        for line, words in ((2, "http.port"), (3, "address"), (6, "websocket.connections_max"),
                            (7, "websocket.malformed_max"), (10, "feeds.x.kind")):
            self.assertTrue(any(f"wrong.toml:{line}:" in one and words in one for one in said), (line, words, said))
        self.assertTrue(any("nowhere" in one for one in said), said)
        self.assertTrue(any("log.level" in one and "loud" in one for one in said), said)
        self.assertTrue(any("http.nothing" in one for one in said), said)

    def test_a_file_that_is_not_there(self):
        said = self.refused("--config", self.directory / "none.toml", lines=1)
        self.assertIn("none.toml", said[0])

    def test_a_capture_that_is_not_there_or_none(self):
        said = self.refused("--set", "http.port=0", "--replay", self.directory / "none.itch", lines=1)
        self.assertIn("none.itch", said[0])
        said = self.refused("--set", "http.port=0", "--replay", self.directory, lines=1)
        self.assertIn(str(self.directory), said[0])

    def test_an_address_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            said = self.refused("--set", f"http.port={port}", lines=1)
            self.assertIn(str(port), said[0])
            self.assertIn("in use", said[0])

    def test_an_address_that_is_not_ours(self):
        self.assertIn("192.0.2.1", self.refused("--set", "http.address=192.0.2.1", "--set", "http.port=0", lines=1)[0])
        self.assertIn("localhost", self.refused("--set", "http.address=localhost", "--set", "http.port=0")[0])

    def test_options_that_make_no_sense(self):
        for arguments in (("--speed", "max"), ("--loop",), ("--replay",), ("--replay", "x", "--speed", "fast"),
                          ("--replay", "x", "--speed", "0"), ("--loop", "7"), ("--set", "http.port"), ("extra",)):
            with self.subTest(arguments=arguments):
                self.refused(*arguments)

    def test_ipv6(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("no IPv6 here")
        with self.gateway(sets=["http.address=::1"]) as gateway:
            self.assertEqual(gateway.host, "::1")
            self.client(gateway).settle()


if __name__ == "__main__":
    gateway_test.main()
