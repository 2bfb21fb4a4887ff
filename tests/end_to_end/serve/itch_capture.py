"""Captures made message by message, where a test needs one that the simulator does not make."""
import struct

MIDNIGHT_TO_OPEN = 34_200_000_000_000  # 09:30 of the exchange's day


class ItchCapture:
    """An ITCH 5.0 file: messages with their lengths in front, at times that only rise."""

    def __init__(self):
        self.data = b""
        self.time = MIDNIGHT_TO_OPEN
        self._orders = 0

    def _add(self, kind, locate, rest):
        message = kind + struct.pack("!HH", locate, 0) + self.time.to_bytes(6, "big") + rest
        self.data += struct.pack("!H", len(message)) + message

    def later(self, seconds):
        self.time += int(seconds * 1_000_000_000)

    def system_event(self, code):
        self._add(b"S", 0, code)

    def instrument(self, locate, symbol):
        stock = symbol.encode().ljust(8)
        self._add(b"R", locate, stock + b"Q" + b"N" + struct.pack("!I", 100) + b"NC" + b"Z " + b"P" + b"N" + b"N" +
                  b"1" + b"N" + struct.pack("!I", 0) + b"N")
        self._add(b"H", locate, stock + b"T" + b" " + b"    ")

    def order(self, locate, symbol, side, quantity, price4):
        """Adds an order; answers its number."""
        self._orders += 1
        self._add(b"A", locate, struct.pack("!Q", self._orders) + side.encode() + struct.pack("!I", quantity) +
                  symbol.encode().ljust(8) + struct.pack("!I", price4))
        return self._orders

    def execute(self, locate, order, quantity, match):
        self._add(b"E", locate, struct.pack("!QIQ", order, quantity, match))

    def delete(self, locate, order):
        self._add(b"D", locate, struct.pack("!Q", order))

    def write(self, path):
        path.write_bytes(self.data)
        return path


def quiet_market(path, symbols=("ACME", "GLOBEX"), hours=1):
    """A few orders and trades at once, and then nothing for so long that the feed stays live and the books still."""
    capture = ItchCapture()
    capture.system_event(b"O")
    for locate, symbol in enumerate(symbols, 1):
        capture.instrument(locate, symbol)
    for locate, symbol in enumerate(symbols, 1):
        for level in range(12):
            capture.order(locate, symbol, "B", 100 + level, 1_000_000 - 100 * level)
            capture.order(locate, symbol, "S", 200 + level, 1_000_100 + 100 * level)
        first = capture.order(locate, symbol, "B", 50, 1_000_000)
        capture.execute(locate, 1 + (locate - 1) * 25, 30, 7 * locate)
        capture.delete(locate, first)
    capture.later(3600 * hours)
    capture.system_event(b"C")
    return capture.write(path)
