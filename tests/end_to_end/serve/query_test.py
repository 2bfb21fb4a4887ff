"""`tickweir query` asks a running gateway."""
import json

import gateway_test
from gateway_test import GatewayTest
from itch_capture import quiet_market
from running_gateway import tickweir

SYMBOLS = ("ACME", "GLOBEX", "A/B C%")


class Query(GatewayTest):
    def setUp(self):
        super().setUp()
        self.capture = quiet_market(self.directory / "quiet-2024-01-02.itch", SYMBOLS)

    def quiet_gateway(self, *sets):
        gateway = self.gateway("--replay", self.capture, sets=sets)
        try:
            gateway_test.eventually(lambda: b'last":"1' in gateway.get(
                "/v1/quotes/A%2FB%20C%25", Authorization="Bearer k-one").body, "the market")
        except BaseException:
            gateway.kill()
            raise
        return gateway

    def query(self, gateway, *arguments, status=0):
        run = tickweir("query", *arguments, "--url", f"http://{gateway.host}:{gateway.port}")
        self.assertEqual(run.returncode, status, run)
        return run

    def test_every_subject_as_a_table_and_as_json(self):
        with self.quiet_gateway() as gateway:
            for arguments, target in ((("quote", "ACME"), "/v1/quotes/ACME"),
                                      (("book", "nasdaq:GLOBEX", "--depth", "3"), "/v1/books/GLOBEX?depth=3"),
                                      (("trades", "ACME", "--limit", "5"), "/v1/trades/ACME?limit=5"),
                                      (("instruments",), "/v1/instruments")):
                table = self.query(gateway, *arguments)
                self.assertEqual(table.stderr, "")
                self.assertGreaterEqual(len(table.stdout.splitlines()), 2)
                self.assertEqual(json.loads(self.query(gateway, *arguments, "--json").stdout), gateway.json(target))
            self.assertIn("live", self.query(gateway, "status").stdout)
            status = json.loads(self.query(gateway, "status", "--json").stdout)
            self.assertEqual(status["http"]["port"], gateway.port)

    def test_the_table_shows_the_market(self):
        with self.quiet_gateway() as gateway:
            quote = self.query(gateway, "quote", "ACME", "A/B C%").stdout.splitlines()
            self.assertEqual(len(quote), 3)
            for words in ("nasdaq:ACME", "100", "100.01", "70", "200", "trading", "yes", "2024-01-02"):
                self.assertIn(words, quote[1])
            self.assertIn("nasdaq:A/B C%", quote[2])
            book = self.query(gateway, "book", "ACME", "--depth", "2").stdout
            for words in ("99.99", "100.02", "101"):
                self.assertIn(words, book)
            self.assertNotIn("99.98", book)

    def test_what_the_gateway_refuses_is_told(self):
        with self.quiet_gateway() as gateway:
            run = self.query(gateway, "quote", "NOPE", status=1)
            self.assertEqual((run.stdout, len(run.stderr.splitlines())), ("", 1))
            self.assertIn("404", run.stderr)
            # The others are answered all the same.
            run = self.query(gateway, "quote", "NOPE", "ACME", status=1)
            self.assertIn("nasdaq:ACME", run.stdout)

    def test_keys(self):
        with self.quiet_gateway('http.api_keys=["k-one"]') as gateway:
            self.assertIn("401", self.query(gateway, "quote", "ACME", status=1).stderr)
            self.assertIn("100.01", self.query(gateway, "quote", "ACME", "--key", "k-one").stdout)

    def test_a_gateway_that_is_not_there(self):
        with self.quiet_gateway() as gateway:
            gateway.stop()
            run = self.query(gateway, "status", status=2)
            self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
            self.assertIn(str(gateway.port), run.stderr)


if __name__ == "__main__":
    gateway_test.main()
