"""A gateway that follows MoldUDP64 over real sockets, in good and bad weather: its books are those that the offline
replay of the same capture makes, and a book that may be wrong says so."""
import random
import socket
import struct

import live_gateway
from live_gateway import LiveGatewayTest, eventually, replayed
from running_publisher import LOOPBACK, Publisher, RequestRelay, free_udp_port, free_udp_ports


class MoldFeed(LiveGatewayTest):
    def follow(self, line_count, faults, capture=None, **keys):
        """Plays a day with faults to a gateway that can ask for what it misses; answers what the feed says at the
        end."""
        capture = capture or self.day()
        books = replayed(capture)
        *ports, rerequest = free_udp_ports(line_count + 1)
        config = self.mold(*ports, rerequest=[f"udp://{LOOPBACK}:{rerequest}"], give_up_ms=60_000, **keys)
        lines = ["--mold", f"udp://{LOOPBACK}:{ports[0]}"]
        if line_count > 1:
            lines += ["--mold-b", f"udp://{LOOPBACK}:{ports[1]}"]
        with self.gateway("--config", config) as gateway:
            with Publisher(capture, *lines, "--rerequest", rerequest, "--seed", self.seed % 2**31, "--rate", 20_000,
                           "--linger", 60, *faults):
                feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
            self.check_books(gateway, books)
        return feed

    def test_a_feed_without_loss_gives_the_books_of_the_replay(self):
        feed = self.follow(1, [])
        self.assertEqual(feed["messages"], 30_000)
        self.assertEqual((feed["gaps"], feed["lost"]), (0, 0))

    def test_loss_duplicates_and_reordering_on_one_line_change_nothing(self):
        feed = self.follow(1, ["--loss", 0.01, "--duplicate", 0.01, "--reorder", 0.01])
        self.assertEqual((feed["messages"], feed["lost"]), (30_000, 0))
        self.assertGreater(feed["gaps"], 0)

    def test_two_bad_lines_make_one_good_feed(self):
        feed = self.follow(2, ["--loss", 0.05, "--duplicate", 0.01, "--reorder", 0.01])
        self.assertEqual((feed["messages"], feed["lost"]), (30_000, 0))

    def test_a_silent_server_leaves_the_books_out_of_sync_until_it_answers(self):
        capture = self.day()
        books = replayed(capture)
        port, server = free_udp_ports(2)
        # What comes first makes the instruments known, even if it is lost.
        with RequestRelay(server, loss=0.1, seed=self.seed, silent_from=5_000) as relay:
            config = self.mold(port, rerequest=[f"udp://{LOOPBACK}:{relay.port}"], give_up_ms=50,
                               request_timeout_ms=5)
            with self.gateway("--config", config) as gateway:
                with Publisher(capture, "--mold", f"udp://{LOOPBACK}:{port}", "--rerequest", server, "--loss", 0.02,
                               "--seed", self.seed % 2**31, "--rate", 20_000, "--linger", 60):
                    eventually(lambda: relay.kept_back > 3, "requests that nobody answers")
                    self.until_feed(gateway, lambda one: one["state"] in ("gap", "recovering"), "a gap given up")
                    listed = gateway.until("/v1/instruments",
                                           lambda value: value["instruments"] and
                                           not any(one["in_sync"] for one in value["instruments"]),
                                           "books that say that they are out of sync")
                    self.assertGreater(len(listed["instruments"]), 0)
                    self.assertEqual(gateway.get("/readyz").status, 503)
                    relay.open()
                    feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
                self.assertEqual((feed["messages"], feed["lost"]), (30_000, 0))
                self.check_books(gateway, books)

    def test_without_a_server_what_is_lost_is_lost_and_said(self):
        capture = self.day()
        port = free_udp_port()
        with self.gateway("--config", self.mold(port)) as gateway:
            with Publisher(capture, "--mold", f"udp://{LOOPBACK}:{port}", "--loss", 0.02, "--seed", self.seed % 2**31,
                           "--rate", 50_000, "--linger", 30):
                feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
            self.assertGreater(feed["lost"], 0)
            self.assertFalse(any(one["in_sync"] for one in gateway.json("/v1/instruments")["instruments"]))

    def test_a_gateway_that_starts_late_fetches_the_beginning(self):
        capture = self.day()
        books = replayed(capture)
        port, rerequest = free_udp_ports(2)
        config = self.mold(port, rerequest=[f"udp://{LOOPBACK}:{rerequest}"])
        with Publisher(capture, "--mold", f"udp://{LOOPBACK}:{port}", "--rerequest", rerequest, "--rate", 10_000,
                       "--linger", 60) as publisher:
            for _ in range(2):  # the second one begins after the first was killed
                gateway = self.gateway("--config", config)
                try:
                    self.until_feed(gateway, lambda one: one["messages"] > 2000, "some messages")
                finally:
                    gateway.kill()
            with self.gateway("--config", config) as gateway:
                feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
                self.assertEqual((feed["messages"], feed["lost"]), (30_000, 0))
                self.check_books(gateway, books)
            self.assertIsNone(publisher.process.poll())

    def test_a_publisher_that_dies_and_comes_back_is_a_new_session(self):
        capture = self.day()
        books = replayed(capture)
        port, rerequest = free_udp_ports(2)
        config = self.mold(port, rerequest=[f"udp://{LOOPBACK}:{rerequest}"], stale_after_ms=1500)
        # Slow enough to be seen before it is over.
        arguments = ["--mold", f"udp://{LOOPBACK}:{port}", "--rerequest", rerequest, "--rate", 10_000, "--linger", 60]
        with self.gateway("--config", config) as gateway:
            with Publisher(capture, *arguments, "--session", "FIRST"):
                self.until_feed(gateway, lambda one: one["messages"] > 2000, "some messages")
            self.until_feed(gateway, lambda one: one["state"] == "stale", "a feed that fell silent")
            self.assertFalse(any(one["in_sync"] for one in gateway.json("/v1/instruments")["instruments"]))
            with Publisher(capture, *arguments, "--session", "SECOND"):
                self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the second session")
            self.check_books(gateway, books)

    def test_multicast(self):
        group, port = "239.255.77.1", free_udp_port()
        if not multicast_works(group):
            self.skipTest("this machine does not loop multicast back on its loopback interface")
        capture = self.day()
        books = replayed(capture)
        config = self.config(kind="itch-mold", lines=[f"udp://{group}:{port}"], interface=LOOPBACK)
        with self.gateway("--config", config) as gateway:
            with Publisher(capture, "--mold", f"udp://{group}:{port}", "--interface", LOOPBACK, "--rate", 20_000,
                           "--linger", 30):
                feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
            self.assertEqual((feed["messages"], feed["lost"]), (30_000, 0))
            self.check_books(gateway, books)

    def test_packets_of_strangers_change_nothing(self):
        capture = self.day(messages=10_000)
        books = replayed(capture)
        port = free_udp_port()
        rng = random.Random(self.seed)
        with self.gateway("--config", self.mold(port)) as gateway, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            with Publisher(capture, "--mold", f"udp://{LOOPBACK}:{port}", "--session", "GOOD", "--rate", 20_000,
                           "--linger", 30):
                self.until_feed(gateway, lambda one: one["messages"] > 100, "some messages")
                for _ in range(200):
                    junk = rng.randbytes(rng.randrange(0, 200))
                    cut = b"GOOD      " + struct.pack(">QH", rng.randrange(1, 2**63), 3) + junk[:5]
                    for packet in (junk[:19], cut):
                        stranger.sendto(packet, (LOOPBACK, port))
                feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
            self.assertEqual((feed["messages"], feed["lost"]), (10_000, 0))
            self.check_books(gateway, books)


def multicast_works(group):
    """Whether this machine hears itself on its loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hearing, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as saying:
        try:
            hearing.bind((group, 0))
            hearing.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                               socket.inet_aton(group) + socket.inet_aton(LOOPBACK))
            saying.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LOOPBACK))
            saying.sendto(b"?", (group, hearing.getsockname()[1]))
            hearing.settimeout(1)
            return hearing.recv(1) == b"?"
        except OSError:
            return False


if __name__ == "__main__":
    live_gateway.main()
