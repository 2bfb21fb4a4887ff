"""The page of a running gateway as a person sees it: a capture is served, and a headless Chromium looks.

page_test.py TICKWEIR CAPTURE --output DIR [--speed N], or --url URL --output DIR for a gateway that runs already.
"""
import argparse
import signal
import subprocess
import sys
import unittest
from decimal import Decimal
from urllib.parse import urlsplit

from browser import DESK, PATIENCE, PHONE, TABLET, start_browser
from selenium.webdriver.common.keys import Keys


class Gateway:
    """A gateway that replays a capture in a loop until it is told to stop."""

    def __init__(self, program, capture, speed):
        self.process = subprocess.Popen(
            [program, "serve", "--replay", capture, "--loop", "--speed", speed, "--set", "http.port=0",
             "--set", "fix.port=0", "--set", "admin.port=0"],
            stdout=subprocess.PIPE, text=True)
        self.url = None
        for line in self.process.stdout:
            if line.startswith("http://127.0.0.1:"):
                self.url = line.split()[0]
                break
        if self.url is None:
            raise RuntimeError(f"{program} ended with {self.process.wait()} before it listened")

    def stop(self):
        """Asks it to end, and answers its exit status."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


class PageTest(unittest.TestCase):
    browser = None
    url = None

    def setUp(self):
        self.browser.show("dark", DESK)
        self.browser.open(self.url)
        self.browser.until_moves("#bid", "a moving price")

    def tearDown(self):
        self.assertEqual(self.browser.console_errors(), [])

    def test_prices_and_tape_move(self):
        self.browser.until_moves("#tape tr:first-child .time", "a moving tape")
        self.browser.until_moves("#heartbeat", "a heartbeat")
        self.browser.until(lambda: self.browser.text("#feeds .pill") == "live", "a live feed in the gateway's health")
        self.browser.screenshot("desk-dark")
        self.assertEqual(self.browser.text("#connection"), "Live")
        self.assertEqual(self.browser.text("#gaps"), "0")
        self.assertFalse(self.browser.shown("#alarm"))

    def test_the_ladder_is_in_order_and_not_crossed(self):
        def both_sides():
            shown = self.browser.ladder()
            return shown if all(shown.values()) else None
        # One look: where the capture begins again the next one may find an empty book.
        ladder = self.browser.until(both_sides, "both sides of a book")
        bids, asks = ([Decimal(price) for price, _ in ladder[side]] for side in ("bids", "asks"))
        self.assertEqual(bids, sorted(set(bids), reverse=True))
        self.assertEqual(asks, sorted(set(asks)))
        self.assertLess(bids[0], asks[0])
        self.assertTrue(all(Decimal(quantity) > 0 for side in ladder.values() for _, quantity in side))

    def test_a_symbol_is_opened_by_keyboard_alone(self):
        symbols = self.browser.run("return fetch('/v1/instruments').then((answer) => answer.json())")["instruments"]
        self.browser.until(lambda: self.browser.text("#list-count") == f"{len(symbols):,} symbols", "all symbols")
        before = self.browser.text("#symbol")
        wanted = next(one for one in reversed(symbols) if one["symbol"] != before)
        self.browser.press("/")
        self.assertEqual(self.browser.run("return document.activeElement.id"), "search")
        self.browser.press(wanted["symbol"].lower(), Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER)
        self.browser.until(lambda: self.browser.text("#symbol") == wanted["symbol"], "the symbol searched for")
        self.assertIn(f"{wanted['venue']}:", self.browser.driver.current_url)
        self.browser.driver.back()
        self.browser.until(lambda: self.browser.text("#symbol") == before, "the symbol of before")

    def test_escape_leaves_the_search(self):
        self.browser.press("/", "zz", Keys.ESCAPE)
        self.assertEqual(self.browser.run("return document.querySelector('#search').value"), "")
        self.browser.press(Keys.ESCAPE)
        self.assertEqual(self.browser.run("return document.activeElement.tagName"), "BODY")

    def test_light_and_dark_follow_the_system_and_can_be_read(self):
        grounds = {}
        for scheme in ("dark", "light"):
            self.browser.show(scheme, DESK)
            grounds[scheme] = self.browser.run("return getComputedStyle(document.body).backgroundColor")
            self.assertEqual(self.browser.poor_contrasts(), [], scheme)
            self.browser.screenshot(f"desk-{scheme}")
        self.assertNotEqual(grounds["dark"], grounds["light"])

    def test_no_window_scrolls_sideways(self):
        for name, window, touch in (("phone", PHONE, True), ("tablet", TABLET, False), ("desk", DESK, False)):
            self.browser.show("light", window, touch)
            self.assertLessEqual(self.browser.overflow(), 0, name)
            self.browser.screenshot_whole(f"{name}-light")

    def test_everything_comes_from_the_gateway(self):
        loaded = self.browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        self.assertEqual([name for name in loaded if urlsplit(name).netloc != urlsplit(self.url).netloc], [])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", nargs="?")
    arguments.add_argument("capture", nargs="?")
    arguments.add_argument("--url")
    arguments.add_argument("--speed", default="1")
    arguments.add_argument("--output", required=True)
    given = arguments.parse_args()
    if not given.url and not (given.program and given.capture):
        arguments.error("needs a program and a capture, or --url")

    PageTest.browser = start_browser(given.output)
    gateway = None
    try:
        gateway = None if given.url else Gateway(given.program, given.capture, given.speed)
        PageTest.url = given.url or gateway.url
        outcome = unittest.TextTestRunner(sys.stdout, verbosity=2).run(
            unittest.defaultTestLoader.loadTestsFromTestCase(PageTest))
        failed = not outcome.wasSuccessful()
        # The page stays connected meanwhile: a gateway has to end all the same.
        status = gateway.stop() if gateway else 0
        print(f"the gateway ended with {status}" if gateway else "the gateway goes on", flush=True)
    finally:
        PageTest.browser.close()
        if gateway and gateway.process.poll() is None:
            gateway.process.kill()
    sys.exit(1 if failed or status != 0 else 0)


if __name__ == "__main__":
    main()
