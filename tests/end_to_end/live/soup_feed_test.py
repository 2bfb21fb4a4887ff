"""A gateway that follows SoupBinTCP over real sockets: connections that are cut, servers that come late."""
import live_gateway
from live_gateway import LiveGatewayTest, replayed
from running_publisher import LOOPBACK, CuttingRelay, Publisher, free_tcp_port


class SoupFeed(LiveGatewayTest):
    def soup(self, port, **keys):
        return self.config(kind="itch-soup", address=f"tcp://{LOOPBACK}:{port}", username="client", reconnect_ms=5,
                           reconnect_max_ms=50, **keys)

    def test_a_connection_that_is_cut_again_and_again_loses_nothing(self):
        capture = self.day()
        books = replayed(capture)
        with Publisher(capture, "--soup", 0, "--rate", 20_000, "--linger", 60) as publisher, \
                CuttingRelay(publisher.port("soup"), self.seed, 20_000, 200_000) as relay:
            with self.gateway("--config", self.soup(relay.port)) as gateway:
                feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
                self.assertEqual((feed["messages"], feed["lost"]), (30_000, 0))
                self.assertGreater(relay.cut, 1)
                self.check_books(gateway, books)

    def test_a_server_that_is_not_there_yet_is_waited_for(self):
        capture = self.day(messages=5_000)
        books = replayed(capture)
        port = free_tcp_port()
        with self.gateway("--config", self.soup(port)) as gateway:
            self.assertEqual(gateway.get("/readyz").status, 503)
            with Publisher(capture, "--soup", port, "--rate", 20_000, "--linger", 60):
                self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
                self.check_books(gateway, books)


if __name__ == "__main__":
    live_gateway.main()
