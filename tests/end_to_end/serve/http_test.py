"""The HTTP endpoints: what they answer, what they refuse, and HTTP itself."""
import json
import shutil
import subprocess

import gateway_test
from gateway_test import GatewayTest
from itch_capture import quiet_market
from running_gateway import HttpConnection, simulate

SYMBOLS = ("ACME", "GLOBEX", "A/B C%")


class Http(GatewayTest):
    def setUp(self):
        super().setUp()
        self.capture = quiet_market(self.directory / "quiet-2024-01-02.itch", SYMBOLS)

    def quiet_gateway(self, *sets, **options):
        gateway = self.gateway("--replay", self.capture, sets=sets, **options)
        try:
            gateway_test.eventually(lambda: b'"live"' in gateway.get(
                "/v1/status", Authorization="Bearer k-one").body and b'last":"1' in gateway.get(
                "/v1/quotes/A%2FB%20C%25", Authorization="Bearer k-one").body, "the market")
        except BaseException:
            gateway.kill()
            raise
        return gateway

    def check_refused(self, gateway, target, status, *words, **options):
        answer = gateway.get(target, **options)
        self.assertEqual(answer.status, status, (target, answer))
        self.assertEqual(answer.headers["content-type"], "application/json")
        value = json.loads(answer.body)
        self.assertEqual(value["code"], status)
        for word in words:
            self.assertIn(word, value["reason"])
        return answer

    # -------------------------------------------------------------------------------------- endpoints

    def test_instruments(self):
        with self.quiet_gateway() as gateway:
            answer = gateway.json("/v1/instruments")
            self.assertEqual([one["symbol"] for one in answer["instruments"]], list(SYMBOLS))
            self.assertIsNone(answer["next"])
            for one in answer["instruments"]:
                self.assertLessEqual({"venue", "symbol", "price_decimals", "quantity_decimals", "base", "quote",
                                      "state", "in_sync"}, set(one))
                self.assertEqual((one["venue"], one["state"], one["in_sync"]), ("nasdaq", "trading", True))
            pages, after = [], ""
            while after is not None:
                page = gateway.json(f"/v1/instruments?limit=1{after}")
                pages += [one["symbol"] for one in page["instruments"]]
                after = page["next"] and "&after=" + page["next"].replace("%", "%25").replace(" ", "+")
            self.assertEqual(pages, list(SYMBOLS))

    def test_quotes_books_and_trades(self):
        with self.quiet_gateway() as gateway:
            quote = gateway.json("/v1/quotes/ACME")
            self.assertLessEqual({"venue": "nasdaq", "symbol": "ACME", "bid": "100", "bid_quantity": "70",
                                  "ask": "100.01", "ask_quantity": "200", "last": "100", "last_quantity": "30",
                                  "in_sync": True}.items(), quote.items())
            day = 1_704_153_600_000_000_000  # 2024-01-02 in UTC, five hours before New York's
            self.assertEqual(quote["time"], day + (5 + 9.5) * 3_600_000_000_000)
            book = gateway.json("/v1/books/nasdaq:ACME?depth=3")
            self.assertEqual((book["type"], book["channel"], book["in_sync"]), ("snapshot", "l2", True))
            self.assertEqual(book["bids"], [["100", "70", 1], ["99.99", "101", 1], ["99.98", "102", 1]])
            self.assertEqual(book["asks"][0], ["100.01", "200", 1])
            for asked, rows in (("", 10), ("?depth=1", 1), ("?depth=7", 7), ("?depth=1000", 12)):
                self.assertEqual(len(gateway.json("/v1/books/ACME" + asked)["asks"]), rows)
            trades = gateway.json("/v1/trades/GLOBEX")
            self.assertEqual(trades["trades"], [{"time": quote["time"], "price": "100", "quantity": "30",
                                                 "side": "sell", "trade_id": "14"}])
            self.assertIsNone(trades["next"])
            self.assertEqual(gateway.json(f"/v1/trades/GLOBEX?from={quote['time'] + 1}")["trades"], [])

    def test_symbols_are_percent_encoded(self):
        with self.quiet_gateway() as gateway:
            for name in ("A%2FB%20C%25", "nasdaq:A%2fB%20C%25", "nasdaq%3AA%2FB%20C%25", "%41%2F%42%20%43%25"):
                for kind in ("quotes", "books", "trades"):
                    answer = gateway.json(f"/v1/{kind}/{name}")
                    self.assertEqual(answer.get("symbol", SYMBOLS[2]), SYMBOLS[2])
            self.check_refused(gateway, "/v1/quotes/A/B%20C%25", 404)
            self.check_refused(gateway, "/v1/quotes/A%2", 400)
            self.check_refused(gateway, "/v1/quotes/A%zz", 400)
            self.check_refused(gateway, "/v1/quotes/A%00", 400)

    def test_status_health_readiness(self):
        with self.quiet_gateway('gateway.name="night shift"') as gateway:
            status = gateway.json("/v1/status")
            self.assertEqual(status["name"], "night shift")
            self.assertLessEqual({"version", "mode", "feeds", "budgets", "http", "threads"}, set(status))
            self.assertEqual(status["http"], {"address": "127.0.0.1", "port": gateway.port})
            self.assertEqual(status["feeds"][0]["name"], "replay")
            for budget in status["budgets"]:
                self.assertLessEqual(budget["used"], budget["high_water"])
                self.assertLessEqual(budget["high_water"], budget["limit"])
                self.assertEqual(budget["refusals"], 0)
            self.assertLess(status["idle_instrument_bytes"], 8192)
            self.assertEqual(gateway.json("/healthz"), {"status": "up"})
            self.assertEqual(gateway.json("/readyz"), {"status": "ready"})

    def test_a_gateway_whose_feed_is_over_is_up_but_not_ready(self):
        capture = simulate(self.directory / "short.itch", "--instruments", 2, "--messages", 500)
        with self.gateway("--replay", capture, "--speed", "max") as gateway:
            gateway.until_ended()
            self.check_refused(gateway, "/readyz", 503, "replay", "ended")
            self.assertEqual(gateway.get("/healthz").status, 200)

    def test_a_gateway_without_feeds_serves(self):
        with self.gateway() as gateway:
            self.assertEqual(gateway.json("/v1/instruments"), {"instruments": [], "next": None})
            self.assertEqual(gateway.get("/readyz").status, 200)
            self.check_refused(gateway, "/v1/quotes/ACME", 404, "ACME")

    def test_the_page(self):
        with self.quiet_gateway() as gateway:
            page = gateway.get("/")
            self.assertEqual(page.status, 200)
            self.assertTrue(page.headers["content-type"].startswith("text/html"))
            self.assertIn("content-security-policy", page.headers)
            self.assertIn(b"<html", page.body.lower())

    def test_metrics_are_what_prometheus_reads(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            client.subscribe("l1", "*")
            client.settle()
            gateway.json("/v1/books/ACME")
            answer = gateway.get("/metrics")
            self.assertEqual(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
            text = answer.body.decode()
            for name in ("tickweir_feed_state", "tickweir_memory_used_bytes", "tickweir_websocket_clients 1",
                         "tickweir_websocket_requests_total", "tickweir_instruments 3"):
                self.assertIn(name, text)
            for stage in ("decode", "book", "store", "publish", "query"):
                self.assertRegex(text, rf'tickweir_\w*_seconds_bucket{{[^}}]*stage="{stage}"')
            self.check_with_promtool(answer.body)

    def check_with_promtool(self, text):
        if shutil.which("promtool") is None:
            self.skipTest("promtool is not installed (Debian's prometheus)")
        run = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr.decode() + run.stdout.decode())

    def test_metrics_can_be_turned_off(self):
        with self.quiet_gateway("metrics.enabled=false") as gateway:
            self.check_refused(gateway, "/metrics", 404)

    # --------------------------------------------------------------------------------------- refusals

    def test_what_there_is_not_is_answered_404(self):
        with self.quiet_gateway() as gateway:
            for target in ("/nothing", "/v1", "/v1/", "/v1/quotes", "/v1/quotes/", "/v1/quotes/NOPE", "/v1/books/x:ACME",
                           "/v1/quotes/ACME/more", "/v2/status", "/v1/candles/ACME", "/v1/asof/ACME?time=1",
                           "/v1/analytics/ACME/cvd", "/v1/accounts/A1", "//", "/healthz/"):
                self.check_refused(gateway, target, 404)

    def test_parameters_that_make_no_sense_are_answered_400(self):
        with self.quiet_gateway() as gateway:
            for target, words in (("/v1/books/ACME?depth=0", "depth"), ("/v1/books/ACME?depth=1001", "1001"),
                                  ("/v1/books/ACME?depth=x", "depth"), ("/v1/books/ACME?depth=", "depth"),
                                  ("/v1/books/ACME?deep=1", "deep"), ("/v1/books/ACME?depth=1&depth=2", "more than once"),
                                  ("/v1/trades/ACME?limit=0", "limit"), ("/v1/trades/ACME?from=x", "from"),
                                  ("/v1/trades/ACME?from=2&to=1", "later"), ("/v1/instruments?limit=-1", "limit"),
                                  ("/v1/status?x=1", "x")):
                self.check_refused(gateway, target, 400, words)

    def test_other_methods_are_answered_405(self):
        with self.quiet_gateway() as gateway, HttpConnection(gateway) as connection:
            for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
                connection.send(f"{method} /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
                answer = connection.answer()
                self.assertEqual(answer.status, 405, method)
                self.assertIn("GET", answer.headers["allow"])
            connection.send(b"OPTIONS /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(connection.answer().status, 204)
            self.assertEqual(connection.ask("/healthz").status, 200)

    def test_what_is_no_http_is_answered_400_and_ends(self):
        with self.quiet_gateway() as gateway:
            for request in (b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET /healthz HTTP/1.1\r\n\r\n",
                            b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                            b"GET /healthz HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
                            b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
                            b"GET /v1/quotes/BRK A HTTP/1.1\r\nHost: x\r\n\r\n",
                            b"GET /hea\x01thz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
                            b"\r\n\r\n"):
                with self.subTest(request=request), HttpConnection(gateway) as connection:
                    connection.send(request)
                    answer = connection.answer()
                    self.assertEqual(answer.status, 400)
                    self.assertEqual(json.loads(answer.body)["code"], 400)
                    self.assertTrue(connection.ended())
            with HttpConnection(gateway) as connection:
                connection.send(b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n")
                self.assertEqual(connection.answer().status, 505)

    def test_long_targets_and_headers_are_refused_at_their_limits(self):
        with self.quiet_gateway("http.header_bytes_max=8192") as gateway:
            fits = "/v1/quotes/" + "x" * (4096 - len("/v1/quotes/"))
            self.check_refused(gateway, fits, 404)
            self.check_refused(gateway, fits + "x", 414)
            self.check_refused(gateway, "/healthz", 431, X="y" * 8192)
            self.assertEqual(gateway.get("/healthz", X="y" * 4000).status, 200)

    def test_long_bodies_are_refused(self):
        with self.quiet_gateway("http.body_bytes_max=100") as gateway:
            for size, status in ((100, 405), (101, 413)):
                with HttpConnection(gateway) as connection:
                    connection.send(f"POST /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode() +
                                    b"x" * size)
                    self.assertEqual(connection.answer().status, status)

    def test_keys_are_needed_where_configured(self):
        with self.quiet_gateway('http.api_keys=["k-one"]') as gateway:
            for target in ("/v1/status", "/v1/quotes/ACME", "/v1/books/ACME", "/v1/trades/ACME", "/v1/instruments"):
                refused = self.check_refused(gateway, target, 401)
                self.assertEqual(refused.headers["www-authenticate"], "Bearer")
                for wrong in ("Bearer", "Bearer ", "Bearer wrong", "Bearer k-on", "Bearer k-one1", "Basic k-one", "k-one"):
                    self.check_refused(gateway, target, 401, Authorization=wrong)
                self.assertEqual(gateway.get(target, Authorization="Bearer k-one").status, 200)
            for target in ("/healthz", "/readyz", "/"):
                self.assertEqual(gateway.get(target).status, 200, target)
            self.check_refused(gateway, "/v1/nothing", 404)
            self.assertNotIn("k-one", gateway.tail())

    # ------------------------------------------------------------------------------------------- HTTP

    def test_connections_are_kept(self):
        with self.quiet_gateway() as gateway, HttpConnection(gateway) as connection:
            for _ in range(50):
                self.assertEqual(connection.ask("/v1/quotes/ACME").status, 200)
                self.assertEqual(connection.ask("/v1/quotes/NOPE").status, 404)
            self.assertEqual(connection.ask("/healthz", Connection="close").status, 200)
            self.assertTrue(connection.ended())

    def test_http_1_0_ends_the_connection_unless_asked(self):
        with self.quiet_gateway() as gateway:
            with HttpConnection(gateway) as connection:
                connection.send(b"GET /healthz HTTP/1.0\r\n\r\n")
                self.assertEqual(connection.answer().status, 200)
                self.assertTrue(connection.ended())
            with HttpConnection(gateway) as connection:
                for _ in range(2):
                    connection.send(b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    self.assertEqual(connection.answer().status, 200)

    def test_pipelined_requests_are_answered_in_order(self):
        with self.quiet_gateway() as gateway, HttpConnection(gateway) as connection:
            targets = ["/v1/books/ACME?depth=5", "/healthz", "/v1/quotes/GLOBEX", "/v1/nothing", "/v1/books/GLOBEX"] * 40
            connection.send(b"".join(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for target in targets))
            for target in targets:
                answer = connection.answer()
                value = json.loads(answer.body)
                if "nothing" in target:
                    self.assertEqual(answer.status, 404)
                elif target == "/healthz":
                    self.assertEqual(value, {"status": "up"})
                else:
                    self.assertEqual(value["symbol"], "ACME" if "ACME" in target else "GLOBEX")
                    self.assertEqual("bids" in value, "books" in target)

    def test_head_answers_as_get_without_the_body(self):
        with self.quiet_gateway() as gateway, HttpConnection(gateway) as connection:
            for target in ("/healthz", "/v1/quotes/ACME", "/v1/books/ACME", "/v1/nothing", "/"):
                head = connection.ask(target, "HEAD")
                get = connection.ask(target)
                self.assertEqual(head.status, get.status)
                self.assertEqual(head.body, b"")
                self.assertEqual(head.headers["content-length"], str(len(get.body)))

    def test_a_request_may_come_byte_by_byte(self):
        with self.quiet_gateway() as gateway, HttpConnection(gateway) as connection:
            for byte in b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n":
                connection.send(bytes([byte]))
            self.assertEqual(connection.answer().status, 200)

    def test_absolute_targets_and_both_line_ends(self):
        with self.quiet_gateway() as gateway, HttpConnection(gateway) as connection:
            connection.send(b"\r\n\r\nGET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(connection.answer().status, 200)

    def test_requests_a_second_have_a_limit(self):
        with self.quiet_gateway("http.requests_per_second_max=10") as gateway, HttpConnection(gateway) as connection:
            connection.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 60)
            answers = [connection.answer() for _ in range(60)]
            statuses = [answer.status for answer in answers]
            self.assertEqual(set(statuses), {200, 429})
            self.assertGreaterEqual(statuses.count(200), 10)
            self.assertIn("retry-after", answers[statuses.index(429)].headers)
            self.assertEqual(gateway.get("/healthz").status, 200)  # of one connection

    def test_half_a_request_is_answered_408_in_time(self):
        with self.quiet_gateway("websocket.handshake_timeout_ms=200") as gateway:
            for part in (b"GET /v1/status HTTP/1.1\r\nHost: x\r\n", b"G", b"GET /v1/stream HTTP/1.1\r\nUpgrade: websocket\r\n"):
                with HttpConnection(gateway) as connection:
                    connection.send(part)
                    self.assertEqual(connection.answer().status, 408, part)
                    self.assertTrue(connection.ended())

    def test_silent_connections_are_cut_off(self):
        with self.quiet_gateway("http.idle_timeout_ms=1000") as gateway:
            with HttpConnection(gateway) as connection:
                self.assertIsNone(connection.answer())
            with HttpConnection(gateway) as connection:
                self.assertEqual(connection.ask("/healthz").status, 200)
                self.assertTrue(connection.ended())


if __name__ == "__main__":
    gateway_test.main()
