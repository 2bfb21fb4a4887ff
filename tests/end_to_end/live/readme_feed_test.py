"""The README's live feed works as pasted, on ports of the test's."""
import re
import shlex

import live_gateway
from live_gateway import LiveGatewayTest
from running_gateway import CAPTURES, SOURCE, tickweir
from running_publisher import Publisher, free_udp_ports

TEXT = (SOURCE / "README.md").read_text()


class ReadmeFeed(LiveGatewayTest):
    def command(self, name, ports):
        """The arguments of the first such command that names the feed's port."""
        line = next(line for line in TEXT.splitlines()
                    if line.startswith(f"build/release/tickweir {name} ") and "26478" in line)
        for written, free in ports.items():
            line = line.replace(written, str(free))
        return [word.replace("captures/", f"{CAPTURES}/") for word in shlex.split(line)[2:]]

    def test_publish_and_serve_find_each_other(self):
        ports = dict(zip(("26477", "26478"), free_udp_ports(2)))
        serve = self.command("serve", ports)
        capture, *publish = self.command("publish", ports)
        with self.gateway(*serve) as gateway, Publisher(capture, *publish, "--linger", 60):
            feed = self.until_feed(gateway, lambda one: one["messages"] > 500, "messages of the feed")
            self.assertEqual(feed["kind"], "itch-mold")
            gateway.until("/v1/quotes/MSFT", lambda quote: quote.get("bid"), "a quote")

    def test_every_configuration_is_one(self):
        blocks = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
        self.assertGreaterEqual(len(blocks), 3)
        for text in blocks:
            run = tickweir("serve", "--config", self.write("pasted.toml", text), "--print-config",
                           environment={"SOUP_PASSWORD": "secret", "TICKWEIR_KEY": "key"})
            self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    live_gateway.main()
