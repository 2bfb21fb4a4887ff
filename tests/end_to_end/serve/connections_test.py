"""Many connections, slow handshakes, and the end of a gateway that has clients."""
import signal

import gateway_test
from gateway_test import GatewayTest
from itch_capture import quiet_market
from running_gateway import HttpConnection, raise_file_limit, simulate
from stream_client import pump


class Connections(GatewayTest):
    def test_a_thousand_connections(self):
        if not raise_file_limit(1200):
            self.skipTest("this process may not open 1,200 files")
        capture = quiet_market(self.directory / "quiet.itch")
        with self.gateway("--replay", capture) as gateway:
            gateway.until("/v1/quotes/GLOBEX", lambda quote: quote.get("last"), "the market")
            clients = [self.client(gateway) for _ in range(1000)]
            for client in clients:
                client.send("subscribe", channel="l2", symbols=["*"])
                client.send("subscribe", channel="heartbeat")

            def has_all(client):
                # A heartbeat may be among them.
                kinds = [message["type"] for message in client.inbox]
                return (kinds.count("ack"), kinds.count("snapshot")) == (2, 2)
            pump(clients, lambda: all(has_all(client) for client in clients), "snapshots for all")
            status = gateway.json("/v1/status")
            self.assertEqual(status["connections"], 1001)
            self.assertGreaterEqual(status["subscriptions"], 3000)
            books = set()
            for client in clients:
                books |= {str(message) for message in client.inbox if message["type"] == "snapshot"}
            self.assertEqual(len(books), 2, "not all are shown the same")
            # All at once, half of them without a word.
            for index, client in enumerate(clients):
                if index % 2:
                    client.abort()
                else:
                    client.protocol.send_close(1000)
                    client._flush()
            pump(clients, lambda: all(client.over for client in clients), "the end of all")
            gateway.until("/v1/status", lambda s: s["connections"] == 1 and s["subscriptions"] == 0, "nobody left")
            clients_budget = next(b for b in gateway.json("/v1/status")["budgets"] if b["name"] == "clients")
            self.assertEqual(clients_budget["refusals"], 0)

    def test_memory_of_clients_that_left_is_free_again(self):
        capture = quiet_market(self.directory / "quiet.itch")
        with self.gateway("--replay", capture) as gateway:
            gateway.until("/v1/quotes/GLOBEX", lambda quote: quote.get("last"), "the market")

            def used(status):
                return next(budget["used"] for budget in status["budgets"] if budget["name"] == "clients")

            def round_trip():
                clients = [self.client(gateway) for _ in range(50)]
                for client in clients:
                    client.subscribe("l2", "*")
                for client in clients:
                    client.abort()
                return used(gateway.until("/v1/status", lambda s: s["connections"] == 1 and s["subscriptions"] == 0,
                                          "nobody left"))
            # What is kept for reuse after the first round suffices for all others.
            kept = round_trip()
            for _ in range(3):
                self.assertLessEqual(round_trip(), kept + 65536)

    def test_slow_handshakes_are_cut_and_delay_nobody(self):
        capture = quiet_market(self.directory / "quiet.itch")
        sets = ["websocket.handshake_timeout_ms=1000", "http.idle_timeout_ms=1000"]
        with self.gateway("--replay", capture, sets=sets) as gateway:
            slow = [HttpConnection(gateway) for _ in range(50)]
            for index, connection in enumerate(slow):
                connection.send(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"[:index])
            self.client(gateway).settle()
            for index, connection in enumerate(slow):
                with connection:
                    answer = connection.answer()
                    self.assertEqual(answer and answer.status, 408 if index else None)
            gateway.until("/v1/status", lambda status: status["connections"] == 2, "only the client and this")


class Stop(GatewayTest):
    def market(self):
        return simulate(self.directory / "market.itch", "--instruments", 6, "--messages", 20000,
                        "--profile", "volatile")

    def test_clients_are_closed_with_1001_while_data_flows(self):
        # As slowly as a hundred clients in one process can read.
        with self.gateway("--replay", self.market(), "--speed", 2, "--loop") as gateway:
            clients = [self.client(gateway) for _ in range(100)]
            for client in clients:
                client.subscribe("l2", "*")
                client.subscribe("trades", "*")
            # All read: whoever is behind at the end may be cut off without a word.
            first = clients[0]
            pump(clients, lambda: sum(m["type"] == "update" for m in first.inbox) > 10, "data")
            gateway.process.send_signal(signal.SIGTERM)
            pump(clients, lambda: all(client.over for client in clients), "the end of all connections")
            self.assertEqual({client.closed and client.closed.code for client in clients}, {1001})
            gateway.stop(how=None)

    def test_both_signals_stop_at_once(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.gateway("--replay", self.market(), "--speed", 10, "--loop") as gateway:
                gateway.stop(how)
                self.assertTrue(any("stopped" in line for line in gateway.log.lines), gateway.tail())

    def test_it_stops_though_clients_do_not_read_and_requests_are_half(self):
        sets = ["websocket.send_buffer_bytes=4096"]
        with self.gateway("--replay", self.market(), "--speed", 50, "--loop", sets=sets) as gateway:
            deaf = [self.client(gateway, receive_buffer=4096) for _ in range(20)]
            for client in deaf:
                client.subscribe("l3", "*")
            half = [HttpConnection(gateway) for _ in range(20)]
            for connection in half:
                connection.send(b"GET /v1/status HTTP/1.1\r\n")
            gateway_test.eventually(
                lambda: sum(f["messages"] for f in gateway.json("/v1/status")["feeds"]) > 15000, "much data")
            gateway.stop()
            for connection in half:
                connection.close()

    def test_it_stops_under_full_load(self):
        """As much market as there can be, clients that read and clients that do not, one thread or several."""
        layouts = {"one thread": [],
                   "three threads": ["threads.shards=2", 'threads.in.roles=["feed", "market"]',
                                     'threads.more.roles=["market.1"]', 'threads.out.roles=["serving"]']}
        for name, sets in layouts.items():
            sets = [*sets, "websocket.send_buffer_bytes=65536"]
            with self.subTest(name), \
                    self.gateway("--replay", self.market(), "--speed", "max", "--loop", sets=sets) as gateway:
                self.stop_under_full_load(gateway)

    def stop_under_full_load(self, gateway):
        # With small buffers: what the kernel holds for them in the end is theirs to read.
        reading = [self.client(gateway, receive_buffer=65536) for _ in range(40)]
        deaf = [self.client(gateway, receive_buffer=4096) for _ in range(10)]
        for client in reading:
            client.keep = False
        for client in reading + deaf:
            # Some are closed as too slow before the answer can be seen; that is part of the load.
            for channel in ("l1", "l2", "l3", "trades") if client in deaf else ("l1", "l2", "status"):
                client.send("subscribe", channel=channel, symbols=["*"])
        pump(reading, lambda: all(client.frames > 50 for client in reading), "data for everybody")
        messages = gateway.json("/v1/status")["feeds"][0]["messages"]
        gateway.until("/v1/status", lambda status: status["feeds"][0]["messages"] > messages, "a market that goes on")
        gateway.process.send_signal(signal.SIGTERM)
        pump(reading, lambda: all(client.over for client in reading), "the end of all connections")
        # Whoever was behind when the time was up has been cut off without a word.
        codes = [client.closed and client.closed.code for client in reading]
        self.assertLessEqual(set(codes), {1001, None})
        gateway.stop(how=None)
        self.assertTrue(any("stopped" in line for line in gateway.log.lines), gateway.tail())
        self.assertFalse(any(" error " in line for line in gateway.log.lines), gateway.tail())

    def test_the_address_is_free_at_once(self):
        with self.gateway() as gateway:
            client = self.client(gateway)
            client.settle()
            port = gateway.port
            gateway.stop()
        with self.gateway(sets=[f"http.port={port}"]) as gateway:
            self.assertEqual(gateway.port, port)
            self.client(gateway).settle()


if __name__ == "__main__":
    gateway_test.main()
