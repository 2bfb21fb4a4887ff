"""What a gateway records while it follows a feed replays to the same books."""
import live_gateway
from live_gateway import LiveGatewayTest, replayed
from running_gateway import tickweir
from running_publisher import LOOPBACK, Publisher, free_udp_port, free_udp_ports


class Recording(LiveGatewayTest):
    def record(self, form, compression, **keys):
        capture = self.day()
        books = replayed(capture)
        directory = self.directory / "recorded"
        *ports, rerequest = free_udp_ports(3)
        config = self.mold(*ports, rerequest=[f"udp://{LOOPBACK}:{rerequest}"], give_up_ms=60_000)
        record = [f'directory = "{directory}"', f'format = "{form}"', f'compression = "{compression}"']
        record += [f"{key} = {value}" for key, value in keys.items()]
        config.write_text(config.read_text() + "[record]\n" + "\n".join(record) + "\n")
        with self.gateway("--config", config) as gateway:
            with Publisher(capture, "--mold", f"udp://{LOOPBACK}:{ports[0]}", "--mold-b",
                           f"udp://{LOOPBACK}:{ports[1]}", "--rerequest", rerequest, "--loss", 0.03, "--duplicate",
                           0.01, "--reorder", 0.02, "--seed", self.seed % 2**31, "--rate", 20_000, "--linger", 60):
                self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
            self.check_books(gateway, books)
        return sorted(directory.iterdir()), books

    def check(self, files, books):
        again = replayed(*files, options=["--date", "2024-01-02"])
        self.assertEqual(set(again), set(books))
        for symbol, book in books.items():
            for key in ("bids", "asks", "book_updates", "trades", "trade_volume", "open_orders"):
                self.assertEqual(again[symbol][key], book[key], (symbol, key))
            self.assertTrue(again[symbol]["in_sync_at_end"], symbol)

    def test_packets_replay_to_the_same_books(self):
        files, books = self.record("pcap", "zstd")
        self.assertEqual(len(files), 1)
        self.assertTrue(files[0].name.endswith(".pcap.zst"), files)
        self.check(files, books)

    def test_messages_replay_to_the_same_books(self):
        files, books = self.record("itch", "gzip")
        self.assertEqual([file.name.endswith(".itch.gz") for file in files], [True], files)
        self.check(files, books)

    def test_rotated_files_replay_one_behind_the_other(self):
        files, books = self.record("itch", "none", rotate_bytes=200_000)
        self.assertGreater(len(files), 2)
        self.check(files, books)

    def test_a_disk_that_is_full_hurts_the_recording_alone(self):
        capture = self.day(messages=5_000)
        books = replayed(capture)
        port = free_udp_port()
        blocked = self.directory / "blocked"
        blocked.mkdir()
        config = self.mold(port)
        config.write_text(config.read_text() + f'[record]\ndirectory = "{blocked}"\n')
        with self.gateway("--config", config) as gateway:
            blocked.rename(self.directory / "gone")
            with Publisher(capture, "--mold", f"udp://{LOOPBACK}:{port}", "--rate", 20_000, "--linger", 30):
                feed = self.until_feed(gateway, lambda one: one["state"] == "ended", "the end of the session")
            self.assertEqual((feed["messages"], feed["lost"]), (5_000, 0))
            self.check_books(gateway, books)
            self.assertIsNotNone(gateway.log.until(r"record"))

    def test_a_directory_that_cannot_be_written_is_told_at_the_start(self):
        config = self.mold(free_udp_port())
        nowhere = self.write("file", "") / "below"
        config.write_text(config.read_text() + f'[record]\ndirectory = "{nowhere}"\n')
        run = tickweir("serve", "--config", config, "--set", "http.port=0", "--set", "fix.port=0", "--set",
                       "admin.port=0")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn(str(nowhere), run.stderr)


if __name__ == "__main__":
    live_gateway.main()
