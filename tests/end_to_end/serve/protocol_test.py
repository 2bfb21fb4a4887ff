"""The rules of /v1/stream: every operation, every code, and what is no message at all."""
import json
import struct

import gateway_test
from gateway_test import GatewayTest
from itch_capture import quiet_market
from protocol_frames import masked
from running_gateway import HttpConnection
from stream_client import OP_CLOSE, OP_CONT, OP_PING, OP_TEXT, Refused

UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


class Protocol(GatewayTest):
    def setUp(self):
        super().setUp()
        self.capture = quiet_market(self.directory / "quiet-2024-01-02.itch")

    def quiet_gateway(self, *sets):
        gateway = self.gateway("--replay", self.capture, sets=sets)
        try:
            gateway.until("/v1/quotes/GLOBEX", lambda quote: quote.get("last"), "the market")
        except BaseException:
            gateway.kill()
            raise
        return gateway

    def check_error(self, answer, code, *words):
        self.assertEqual(answer["type"], "error", answer)
        self.assertEqual(answer["code"], code, answer)
        for word in words:
            self.assertIn(word, answer["reason"])

    # ------------------------------------------------------------------------------------- operations

    def test_subscribe_answers_for_each_symbol(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            answer = client.ask("subscribe", channel="l2", depth=7, symbols=["ACME", "nasdaq:GLOBEX", "NOPE", "x:ACME"])
            self.assertEqual(answer["accepted"], [
                {"channel": "l2", "venue": "nasdaq", "symbol": "ACME", "depth": 10},
                {"channel": "l2", "venue": "nasdaq", "symbol": "GLOBEX", "depth": 10}])
            self.assertEqual(answer["rejected"], [{"symbol": "NOPE", "code": 404, "reason": "unknown instrument"},
                                                  {"symbol": "x:ACME", "code": 404, "reason": "unknown instrument"}])
            self.assertEqual(answer["subscriptions"], 2)

    def test_the_snapshot_follows_the_answer(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            number = client.send("subscribe", channel="l1", symbols=["ACME"])
            client.until(lambda: len(client.inbox) >= 2, "answer and snapshot")
            self.assertEqual([message["type"] for message in client.inbox], ["ack", "snapshot"])
            self.assertEqual(client.inbox[0]["id"], number)

    def test_unsubscribe_list_snapshot_and_ping(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            client.subscribe("l1", "ACME", "GLOBEX", conflate_ms=50)
            client.subscribe("l2", "*", depth=3)
            client.subscribe("heartbeat")
            listed = client.ask("list")
            self.assertEqual(listed["op"], "list")
            self.assertEqual(listed["subscriptions"], 4)
            self.assertCountEqual(listed["accepted"], [
                {"channel": "l1", "venue": "nasdaq", "symbol": "ACME", "conflate_ms": 50},
                {"channel": "l1", "venue": "nasdaq", "symbol": "GLOBEX", "conflate_ms": 50},
                {"channel": "l2", "symbol": "*", "depth": 5}, {"channel": "heartbeat"}])
            client.inbox.clear()

            answer = client.ask("snapshot", channel="l2", symbols=["ACME", "NOPE"])
            self.assertEqual([one["symbol"] for one in answer["accepted"]], ["ACME"])
            self.assertEqual([one["code"] for one in answer["rejected"]], [404])
            again = client.until_message(type="snapshot", channel="l2")
            self.assertEqual((again["symbol"], len(again["bids"])), ("ACME", 5))
            self.check_error(client.ask("snapshot", channel="heartbeat"), 404)

            answer = client.ask("unsubscribe", channel="l1", symbols=["ACME", "NOPE"])
            self.assertEqual([one["symbol"] for one in answer["accepted"]], ["ACME"])
            self.assertEqual(answer["rejected"][0]["code"], 404)
            answer = client.ask("unsubscribe", channel="l1", symbols=["ACME"])
            self.assertEqual(answer["rejected"], [{"symbol": "ACME", "code": 404, "reason": "not subscribed"}])
            self.assertEqual(answer["subscriptions"], 3)
            client.ask("unsubscribe", channel="l2", symbols=["*"])
            answer = client.ask("unsubscribe", channel="heartbeat")
            self.assertEqual(answer["subscriptions"], 1)

            self.assertEqual(client.ask("ping"), {"type": "pong", "id": client_last_id(client)})
            client.send_text('{"op":"ping"}')
            self.assertEqual(client.until_message(type="pong"), {"type": "pong"})

    def test_the_same_subscription_again_gives_a_new_snapshot_and_another_depth_replaces_it(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            for depth, rows in ((5, 5), (5, 5), (25, 12), (1, 1)):
                answer = client.subscribe("l2", "ACME", depth=depth)
                self.assertEqual(answer["subscriptions"], 1)
                self.assertEqual(len(client.until_message(type="snapshot")["asks"]), rows)

    def test_heartbeats_count(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            client.subscribe("heartbeat")
            first = client.until_message(type="heartbeat")
            second = client.until_message(type="heartbeat")
            self.assertEqual(second["counter"], first["counter"] + 1)
            self.assertGreater(second["time"], first["time"])

    # ------------------------------------------------------------------------------------------ codes

    MALFORMED = (
        ("", "empty"),
        ("not json", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("{", ""),
        ('{"op":"subscribe"', ""),
        ('{"op":"ping"} x', ""),
        ("{}", "op is missing"),
        ('{"op":7}', "op"),
        ('{"op":"dance"}', "dance"),
        ('{"op":"ping","op":"ping"}', "twice"),
        ('{"op":"ping","id":"x"}', "id"),
        ('{"op":"ping","id":1.5}', "id"),
        ('{"op":"subscribe","id":3}', "channel is missing"),
        ('{"op":"subscribe","channel":"l1"}', "symbols is missing"),
        ('{"op":"subscribe","channel":"l1","symbols":[]}', "symbols is missing"),
        ('{"op":"subscribe","channel":"l1","symbols":"ACME"}', "symbols"),
        ('{"op":"subscribe","channel":"l1","symbols":[7]}', "symbols"),
        ('{"op":"subscribe","channel":"l1","symbols":[""]}', "symbols"),
        ('{"op":"subscribe","channel":5,"symbols":["ACME"]}', "channel"),
        ('{"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":0}', "depth must be 1 to 1000, got 0"),
        ('{"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":1001}', "depth must be 1 to 1000, got 1001"),
        ('{"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":"10"}', "depth"),
        ('{"op":"subscribe","channel":"l1","symbols":["ACME"],"conflate_ms":-1}', "conflate_ms"),
        ('{"op":"subscribe","channel":"l1","symbols":["ACME"],"conflate_ms":60001}', "conflate_ms"),
    )

    def test_malformed_messages_are_answered_400_and_change_nothing(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            client.subscribe("l1", "ACME")
            for text, words in self.MALFORMED:
                with self.subTest(text=text):
                    client.send_text(text)
                    self.check_error(client.until_message(type="error"), 400, words)
                    client.settle()  # a good one in between: never ten in a row
            self.assertEqual(client.ask("list")["subscriptions"], 1)

    def test_an_error_names_the_request_wherever_its_id_stands(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            for text in ('{"op":"subscribe","id":7,"channel":"l2","symbols":["ACME"],"depth":5000}',
                         '{"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":5000,"id":7}'):
                client.send_text(text)
                self.assertEqual(client.until_message(type="error"), {
                    "type": "error", "id": 7, "code": 400, "reason": "depth must be 1 to 1000, got 5000"})

    def test_ten_malformed_messages_in_a_row_close(self):
        with self.quiet_gateway() as gateway:
            client, other = self.client(gateway), self.client(gateway)
            for _ in range(9):
                client.send_text("nonsense")
            client.settle()
            for _ in range(10):
                client.send_text("nonsense")
            close = client.until_closed()
            self.assertEqual(close.code, 1008)
            self.assertIn("malformed", close.reason)
            self.assertEqual(sum(m["type"] == "error" for m in client.inbox), 19)
            other.settle()

    def test_unknown_channels_are_answered_404(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            for channel in ("l9", "candles", "flow", "L1", ""):
                for op in ("subscribe", "unsubscribe", "snapshot"):
                    self.check_error(client.ask(op, channel=channel, symbols=["ACME"]), 404, "channel")
            # Not malformed: any number of them leaves the connection open.
            client.settle()

    def test_an_ambiguous_symbol_is_answered_with_its_candidates(self):
        config = self.write("two.toml", "".join(
            f'[feeds.{name}]\nkind = "capture"\npath = "{self.capture}"\nvenue = "{name}"\n' for name in ("one", "two")))
        with self.gateway("--config", config) as gateway:
            gateway.until("/v1/instruments", lambda a: len(a["instruments"]) == 4, "both venues")
            client = self.client(gateway)
            answer = client.ask("subscribe", channel="l1", symbols=["ACME", "two:GLOBEX"])
            self.assertEqual([one["symbol"] for one in answer["accepted"]], ["GLOBEX"])
            self.assertEqual(answer["accepted"][0]["venue"], "two")
            self.assertEqual(answer["rejected"][0]["code"], 409)
            for candidate in ("one:ACME", "two:ACME"):
                self.assertIn(candidate, answer["rejected"][0]["reason"])
            refused = gateway.json("/v1/quotes/ACME", status=409)
            self.assertCountEqual(refused["candidates"], ["one:ACME", "two:ACME"])
            for venue in ("one", "two"):
                self.assertEqual(gateway.json(f"/v1/quotes/{venue}:ACME")["venue"], venue)

    def test_a_message_that_is_too_large_for_us_but_not_for_the_connection_is_answered_413(self):
        with self.quiet_gateway("websocket.message_bytes_max=262144") as gateway:
            client = self.client(gateway)
            client.send_text('{"op":"ping","padding":"' + "x" * 70_000 + '"}')
            self.check_error(client.until_message(type="error"), 413, "bytes")
            client.settle()

    # --------------------------------------------------------------------------------- limits and edges

    def test_a_message_may_be_as_large_as_the_limit_and_not_larger(self):
        with self.quiet_gateway("websocket.message_bytes_max=1000") as gateway:
            client = self.client(gateway)
            room = 1000 - len('{"op":"ping","x":""}')
            client.send_text('{"op":"ping","x":"' + "x" * room + '"}')
            client.until_message(type="pong")
            client.send_text('{"op":"ping","x":"' + "x" * (room + 1) + '"}')
            self.assertEqual(client.until_closed().code, 1009)

    def test_the_limit_of_a_message_holds_for_all_its_fragments_together(self):
        with self.quiet_gateway("websocket.message_bytes_max=1000") as gateway:
            client = self.client(gateway)
            client.protocol.send_text(b"x" * 600, fin=False)
            client.protocol.send_continuation(b"x" * 600, fin=True)
            client._flush()
            self.assertEqual(client.until_closed().code, 1009)

    def test_subscriptions_have_a_limit_that_leaves_those_there_are(self):
        with self.quiet_gateway("websocket.subscriptions_per_client_max=3") as gateway:
            client = self.client(gateway)
            client.subscribe("l1", "ACME", "GLOBEX")
            self.check_error(client.ask("subscribe", channel="l2", symbols=["ACME", "GLOBEX"]), 429, "at most 3")
            self.assertEqual(client.ask("list")["subscriptions"], 2)
            self.assertEqual(client.subscribe("l2", "*")["subscriptions"], 3)
            self.check_error(client.ask("subscribe", channel="status", symbols=["*"]), 429)
            self.check_error(client.ask("subscribe", channel="heartbeat"), 429)
            client.subscribe("l1", "ACME")  # is there already
            client.ask("unsubscribe", channel="l1", symbols=["ACME"])
            self.assertEqual(client.subscribe("heartbeat")["subscriptions"], 3)
            self.assertEqual(self.client(gateway).subscribe("l1", "ACME")["subscriptions"], 1)

    def test_messages_a_second_have_a_limit(self):
        with self.quiet_gateway("websocket.messages_per_second_max=5") as gateway:
            client = self.client(gateway)
            for _ in range(50):
                client.send_text('{"op":"ping"}')
            client.until(lambda: len(client.inbox) == 50, "fifty answers")
            refused = [message for message in client.inbox if message["type"] == "error"]
            self.assertGreater(len(refused), 0)
            self.assertGreaterEqual(50 - len(refused), 5)
            for message in refused:
                self.check_error(message, 429, "5 requests a second")
            client.inbox.clear()
            # It is a limit, not a ban: the next second has room again.
            def answered():
                if client.inbox and client.inbox.pop()["type"] == "pong":
                    return True
                if not client.inbox:
                    client.send("ping")
                return False
            client.until(answered, "room in a later second")

    def test_connections_have_a_limit_in_all_and_for_an_address(self):
        for limit in ("connections_max", "connections_per_address_max"):
            with self.subTest(limit=limit), self.quiet_gateway(f"websocket.{limit}=4") as gateway:
                gateway.until("/v1/status", lambda status: status["connections"] == 1, "nobody else")
                kept = [self.client(gateway) for _ in range(3)]
                with HttpConnection(gateway) as last:
                    self.assertEqual(last.ask("/healthz").status, 200)
                    with HttpConnection(gateway) as beyond:
                        refused = beyond.answer()
                        self.assertEqual(refused.status, 503)
                        self.assertEqual(json.loads(refused.body)["code"], 503)
                        self.assertTrue(beyond.ended())
                    kept.pop().abort()
                    kept[0].settle()
                    # The place is given to the next one, as soon as the gateway knows of it.
                    gateway_test.eventually(lambda: self.can_ask(gateway), "a place again")

    def can_ask(self, gateway):
        with HttpConnection(gateway) as connection:
            try:
                answer = connection.ask("/healthz")
            except OSError:
                return False
            return answer is not None and answer.status == 200

    # ------------------------------------------------------------------------------------------ frames

    def test_fragments_make_a_message_and_control_frames_may_come_between(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            text = b'{"op":"ping","id":77}'
            client.protocol.send_text(text[:1], fin=False)
            client.protocol.send_continuation(text[1:1], fin=False)
            for at in range(1, len(text) - 1):
                client.protocol.send_ping(bytes([at]))
                client.protocol.send_continuation(text[at:at + 1], fin=False)
            client.protocol.send_continuation(text[-1:], fin=True)
            client._flush()
            self.assertEqual(client.until_message(type="pong"), {"type": "pong", "id": 77})
            # RFC 6455 §5.5.3: of several pings the last one has to be answered.
            client.until(lambda: bytes([len(text) - 2]) in client.pongs, "the pong of the last ping")

    def test_pings_are_answered_with_what_they_carry(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            for payload in (b"", b"x", bytes(range(125))):
                client.protocol.send_ping(payload)
                client._flush()
                client.until(lambda: payload in client.pongs, "a pong")

    def test_a_silent_client_is_pinged_and_one_that_does_not_answer_is_cut_off(self):
        with self.quiet_gateway("websocket.ping_interval_ms=50", "websocket.idle_timeout_ms=3000") as gateway:
            lively = self.client(gateway)
            dead = self.client(gateway)
            # Frames come in for the lively one alone, whose library answers pings by itself.
            lively.until(lambda: lively.frames >= 20, "pings")
            self.assertIsNone(lively.closed)
            dead.protocol.receive_eof = lambda: None
            gateway_test.eventually(lambda: self.is_cut(dead), "the end of the one that does not answer")

    def is_cut(self, client):
        client.socket.settimeout(0.05)
        try:
            return client.socket.recv(65536) == b""
        except ConnectionResetError:
            return True
        except OSError:
            return False

    def test_what_breaks_the_protocol_closes(self):
        broken = {
            "binary": (lambda c: c.protocol.send_binary(b"{}"), 1003),
            "unmasked": (lambda c: c.socket.sendall(b"\x81\x02{}"), 1002),
            "reserved bits": (lambda c: c.socket.sendall(masked(0xC1, b"{}")), 1002),
            "unknown opcode": (lambda c: c.socket.sendall(masked(0x83, b"{}")), 1002),
            "continuation of nothing": (lambda c: c.socket.sendall(masked(0x80 | OP_CONT, b"{}")), 1002),
            "text in a message": (lambda c: c.socket.sendall(masked(OP_TEXT, b"{") + masked(OP_TEXT, b"}")), 1002),
            "fragmented ping": (lambda c: c.socket.sendall(masked(OP_PING, b"")), 1002),
            "long ping": (lambda c: c.socket.sendall(masked(0x80 | OP_PING, b"x" * 126)), 1002),
            "no UTF-8": (lambda c: c.socket.sendall(masked(0x80 | OP_TEXT, b'{"op":"\xff"}')), 1007),
            "close of one byte": (lambda c: c.socket.sendall(masked(0x80 | OP_CLOSE, b"x")), 1002),
            "close with a code nobody may send": (
                lambda c: c.socket.sendall(masked(0x80 | OP_CLOSE, struct.pack("!H", 1005))), 1002),
        }
        with self.quiet_gateway() as gateway:
            other = self.client(gateway)
            for name, (act, code) in broken.items():
                with self.subTest(name):
                    client = self.client(gateway)
                    act(client)
                    client._flush()
                    client.until(lambda: client.over, "the end of the connection")
                    self.assertIsNotNone(client.closed, "no close frame")
                    self.assertEqual(client.closed.code, code, client.closed)
            other.settle()

    def test_a_huge_length_costs_nothing(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            client.socket.sendall(bytes([0x81, 0xFF]) + struct.pack("!Q", 1 << 62) + b"\0\0\0\0")
            self.assertEqual(client.until_closed().code, 1009)

    def test_the_closing_handshake(self):
        with self.quiet_gateway() as gateway:
            client = self.client(gateway)
            client.subscribe("l2", "*")
            client.close(1000)
            self.assertEqual(client.closed.code, 1000)
            gateway.until("/v1/status", lambda status: status["subscriptions"] == 0, "its subscriptions gone")

    # --------------------------------------------------------------------------------------- handshake

    def test_an_upgrade_that_is_none_is_refused(self):
        refused = {
            "another version": ({"Sec-WebSocket-Version": "8"}, 426),
            "no key": ({"Sec-WebSocket-Key": None}, 400),
            "a short key": ({"Sec-WebSocket-Key": "c2hvcnQ="}, 400),
            "no upgrade": ({"Upgrade": None, "Connection": None}, 426),
            "another page's": ({"Origin": "https://evil.example"}, 403),
        }
        with self.quiet_gateway() as gateway:
            for name, (changes, status) in refused.items():
                with self.subTest(name):
                    headers = {key: value for key, value in {**UPGRADE, **changes}.items() if value is not None}
                    answer = gateway.get("/v1/stream", **headers)
                    self.assertEqual(answer.status, status)
                    self.assertEqual(json.loads(answer.body)["code"], status)
            self.assertEqual(gateway.get("/v1/other", **UPGRADE).status, 404)
            self.assertEqual(gateway.get("/v1/stream", "POST", **UPGRADE).status, 405)
            self.client(gateway, origin=f"http://127.0.0.1:{gateway.port}").settle()

    def test_a_key_is_needed_where_keys_are_configured(self):
        key = self.write("key", "k-one\n")
        sets = [f'http.api_keys=["file:{key}", "env:TICKWEIR_TEST_KEY"]']
        with self.gateway("--replay", self.capture, sets=sets, environment={"TICKWEIR_TEST_KEY": "k-two"}) as gateway:
            for headers in ([], [("Authorization", "Bearer wrong")], [("Authorization", "Basic k-one")]):
                with self.assertRaises(Refused) as refused:
                    self.client(gateway, headers=headers)
                self.assertEqual(refused.exception.status, 401)
            for value in ("Bearer k-one", "bearer k-two"):
                self.client(gateway, headers=[("Authorization", value)]).settle()

    def test_the_first_message_may_come_with_the_upgrade(self):
        with self.quiet_gateway() as gateway, HttpConnection(gateway) as connection:
            head = "GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n" + "".join(
                f"{name}: {value}\r\n" for name, value in UPGRADE.items()) + "\r\n"
            connection.send(head.encode() + masked(0x80 | OP_TEXT, b'{"op":"ping","id":5}'))
            answer = connection.answer()
            self.assertEqual(answer.status, 101)
            self.assertEqual(answer.headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            while b'{"type":"pong","id":5}' not in connection.buffer:
                self.assertTrue(connection._more(), connection.buffer)


def client_last_id(client):
    return next(client._ids) - 1


if __name__ == "__main__":
    gateway_test.main()
