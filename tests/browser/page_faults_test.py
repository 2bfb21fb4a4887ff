"""The page when things go wrong, and with ten thousand symbols: a fake gateway does what a sound one never does.

page_faults_test.py PAGE --output DIR, PAGE being the document that the build puts together.
"""
import argparse
import sys
import unittest
from pathlib import Path

from browser import DESK, PHONE, skip, start_browser
from selenium.webdriver.common.keys import Keys

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
try:
    from fake_stream_server import FakeStreamServer
except ImportError as error:
    skip(f"{error.name} is not installed (python3-websockets)")

TAPE_ROWS = 60
# What a busy browser does: sizes are told long after scripts have run.
LATE_SIZES = """
const Observer = window.ResizeObserver;
window.ResizeObserver = class extends Observer {
  constructor(tell) { super((...told) => setTimeout(() => tell(...told), 1000)); }
};
"""


class PageCase(unittest.TestCase):
    """Opens the page of a fake gateway of its own for each test."""

    browser = None
    page = b""
    instruments = 40
    updates_a_turn = 1

    def setUp(self):
        self.server = FakeStreamServer(self.page, self.instruments, updates_a_turn=self.updates_a_turn)
        self.enterContext(self.server)
        self.browser.show("dark", DESK)
        self.browser.open(self.server.url + "#nasdaq:AAH")
        self.browser.until_moves("#bid", "a moving price")
        self.key = "nasdaq:AAH"
        self.instrument = self.server.instruments[self.key]

    def asked(self, op, channel):
        return [request for request in self.server.requests if request["op"] == op and request.get("channel") == channel]

    def until_as_the_server(self):
        """Stops the market, and waits until the page shows what the server has."""
        self.server.call(self.server.pause)
        depth = self.server.call(self.instrument.depth)
        wanted = {side: [level[:2] for level in levels] for side, levels in depth.items()}
        self.browser.until(lambda: self.browser.ladder() == wanted, f"the server's book {wanted}")
        trades = self.server.call(lambda: self.instrument.trades[-TAPE_ROWS:])
        wanted = [[trade["price"], trade["quantity"]] for trade in reversed(trades)]
        self.browser.until(lambda: self.tape() == wanted, f"the server's trades {wanted}, not {self.tape()}")

    def tape(self):
        return self.browser.run(
            "return [...document.querySelectorAll('#tape tr')].map((row) => "
            "[row.children[2].textContent, row.children[3].textContent])")


class PageFaultsTest(PageCase):
    def test_what_is_shown_is_what_the_server_has(self):
        self.until_as_the_server()
        self.assertEqual(self.browser.text("#gaps"), "0")

    def test_a_lost_level_update_is_repaired_by_a_snapshot(self):
        self.server.call(self.server.lose_next, "l2", self.key)
        self.browser.until(lambda: self.browser.text("#gaps") == "1", "a counted gap")
        self.browser.until(lambda: self.asked("snapshot", "l2"), "a request for a snapshot")
        self.until_as_the_server()
        # Again where the first answer takes long.
        self.assertEqual({tuple(request["symbols"]) for request in self.asked("snapshot", "l2")}, {(self.key,)})
        self.assertIn("l2 were missed", self.browser.text("#notices"))

    def test_lost_trades_come_with_the_snapshot(self):
        self.lose_a_trade()

    def test_lost_trades_are_fetched_where_snapshots_have_none(self):
        self.server.call(setattr, self.server, "trades_in_snapshots", False)
        self.lose_a_trade()

    def lose_a_trade(self):
        self.browser.until(lambda: len(self.tape()) > 3, "a tape")
        self.server.call(self.server.lose_next, "trades", self.key)
        self.browser.until(lambda: self.browser.text("#gaps") == "1", "a counted gap")
        self.until_as_the_server()

    def test_a_book_that_may_be_wrong_is_shown_loudly(self):
        self.server.call(lambda: self.server.set_status(self.key, in_sync=False, reason="gap", state="halted"))
        self.browser.until(lambda: self.browser.shown("#book-alarm"), "an alarm over the book")
        self.assertEqual(self.browser.text("#book-alarm"), "Book may be wrong: gap")
        self.assertEqual(self.browser.text("#state"), "halted")
        self.assertIn("may be wrong", self.browser.text(".row[aria-selected=true] .venue"))
        for scheme in ("light", "dark"):
            self.browser.show(scheme, DESK)
            self.assertEqual(self.browser.poor_contrasts(), [])
        self.browser.screenshot("wrong-book-dark")
        self.server.call(lambda: self.server.set_status(self.key, in_sync=True, reason="", state="trading"))
        self.browser.until(lambda: not self.browser.shown("#book-alarm"), "the end of the alarm")

    def test_a_closed_connection_is_told_and_made_again(self):
        self.server.call(self.server.drop_clients, True)
        self.browser.until(lambda: self.browser.shown("#alarm"), "an alarm")
        # In between it connects, and is refused.
        self.browser.until(lambda: self.browser.text("#connection") == "Reconnecting", "a connection made again")
        self.browser.until(lambda: "What is shown is not live" in self.browser.text("#alarm"), "what it means")
        self.browser.until(lambda: self.browser.run("return document.querySelector('#ladder[data-doubtful]') !== null"),
                           "a book in doubt")
        self.browser.screenshot("no-connection-dark")
        self.server.call(setattr, self.server, "refusing", False)
        self.browser.until(lambda: self.browser.text("#connection") == "Live", "a new connection")
        self.browser.until_moves("#bid", "a moving price")
        self.assertFalse(self.browser.shown("#alarm"))
        self.until_as_the_server()

    def test_a_silent_connection_is_given_up(self):
        self.server.call(setattr, self.server, "silent", True)
        self.browser.until(lambda: self.server.connections > 1, "a second connection")
        self.server.call(setattr, self.server, "silent", False)
        self.server.call(self.server.drop_clients, False)
        self.browser.until_moves("#bid", "a moving price")

    def test_the_address_names_the_instrument(self):
        for address, shown in (("#BTC%2FUSD", "BTC/USD"), ("#nasdaq:AAF", "AAF"), ("#AAJ", "AAJ")):
            self.browser.open(self.server.url + address)
            self.browser.until(lambda shown=shown: self.browser.text("#symbol") == shown, shown)
            self.browser.until_moves("#bid", f"a moving price of {shown}")
        self.browser.open(self.server.url + "#nasdaq:NOPE")
        self.browser.until(lambda: self.browser.text("#symbol") == "nasdaq:NOPE is not known here", "an unknown name")

    def test_without_an_address_the_first_that_moves_is_opened(self):
        self.browser.open(self.server.url)
        self.browser.until_moves("#bid", "a moving price")
        self.assertIn("#", self.browser.driver.current_url)

    def test_the_watch_list_comes_first_and_stays(self):
        def first():
            return self.browser.text("#option-0 .symbol")
        self.browser.until(lambda: first() == "AAA", "the alphabet's first")
        self.browser.run("document.querySelector('#list').focus()")
        self.browser.press(Keys.END, "w", Keys.HOME)
        self.browser.until(lambda: first() == "BTC/USD", "the watched symbol first")
        self.browser.open(self.server.url + "#nasdaq:AAH")
        self.browser.until(lambda: first() == "BTC/USD", "the watched symbol first again")
        self.browser.run("localStorage.clear()")

    def test_the_opened_symbol_is_in_sight_however_late_sizes_are_told(self):
        script = self.browser.command("Page.addScriptToEvaluateOnNewDocument", {"source": LATE_SIZES})["identifier"]
        try:
            self.browser.open(self.server.url + "#nasdaq:AAH")
            self.browser.until_moves("#bid", "a moving price")
            self.browser.until(lambda: self.browser.text("#option-0 .symbol") == "AAA", "the alphabet's first")
            self.assertEqual(self.browser.run("return document.querySelector('#list').scrollTop"), 0)
        finally:
            self.browser.command("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script})

    def test_the_alarms_fit_a_phone(self):
        self.browser.show("light", PHONE, touch=True, scale=2)
        self.server.call(lambda: self.server.set_status(
            self.key, in_sync=False, state="halted", reason="sequence 4711 to 4899 lost, waiting for a snapshot"))
        self.browser.until(lambda: self.browser.shown("#book-alarm"), "an alarm over the book")
        self.assertLessEqual(self.browser.overflow(), 0)
        self.browser.screenshot_whole("wrong-book-phone-light")


class ManySymbolsTest(PageCase):
    instruments = 10_000

    def test_only_what_is_in_sight_exists_and_is_subscribed(self):
        self.browser.until(lambda: self.browser.text("#list-count") == "10,000 symbols", "all symbols")
        in_sight = self.browser.run("return document.querySelectorAll('.row:not([hidden])').length")
        self.assertLess(in_sight, 60)
        self.browser.run("document.querySelector('#list').focus()")
        self.browser.press(Keys.END)
        last = list(self.server.instruments)[-1]
        self.browser.until(lambda: any(last in request["symbols"] for request in self.asked("subscribe", "l1")),
                           "a subscription of the last symbol")
        self.browser.until(lambda: self.asked("unsubscribe", "l1"), "the end of the subscriptions of before")
        quotes = self.server.call(lambda: max(sum(channel == "l1" for channel, _ in client.sent)
                                              for client in self.server.clients))
        self.assertLess(quotes, 60)

    def test_a_search_finds_best_matches_first(self):
        self.browser.press("/", "oku")
        self.browser.until(lambda: self.browser.text("#list-count") == "1 symbol", "one match")
        self.browser.press(Keys.ENTER)
        self.browser.until(lambda: self.browser.text("#symbol") == "OKU", "the match opened")
        self.browser.press("/", "ok")
        self.browser.until(lambda: self.browser.text("#option-0 .symbol") == "OKA", "beginnings first")
        self.browser.press("/", "none of them")
        self.browser.until(lambda: "No symbol matches" in self.browser.text("#list-empty"), "a word about none")


class ManyUpdatesTest(PageCase):
    updates_a_turn = 8

    def test_the_book_is_right_while_thousands_of_updates_come(self):
        self.browser.until(lambda: self.server.call(self.server.updates) > 5_000, "thousands of updates")
        self.browser.until_moves("#rate", "their rate")
        self.browser.press("/", "aam", Keys.ENTER)
        self.browser.until(lambda: self.browser.text("#symbol") == "AAM", "a symbol opened meanwhile")
        self.instrument = self.server.instruments["binance-spot:AAM"]
        self.browser.until_moves("#bid", "a moving price")
        self.until_as_the_server()
        self.assertEqual(self.browser.text("#gaps"), "0")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("page", type=Path)
    arguments.add_argument("--output", required=True)
    arguments.add_argument("--only", help="names of tests that hold this text")
    given = arguments.parse_args()
    PageCase.page = given.page.read_bytes()
    PageCase.browser = start_browser(given.output)
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{given.only}*"] if given.only else None
    tests = unittest.TestSuite(map(loader.loadTestsFromTestCase, (PageFaultsTest, ManySymbolsTest, ManyUpdatesTest)))
    try:
        outcome = unittest.TextTestRunner(sys.stdout, verbosity=2).run(tests)
    finally:
        PageCase.browser.close()
    sys.exit(0 if outcome.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
