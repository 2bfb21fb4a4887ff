"""A FIX client of a few lines: messages out, fields in."""
import socket
from datetime import datetime, timezone

from running_gateway import PATIENCE

SOH = "\x01"


class FixClient:
    """One connection of one session; `fields` are those of the last message."""

    def __init__(self, port, comp_id, number=1):
        self.comp_id = comp_id
        self.number = number
        self.fields = {}
        self.buffer = b""
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def log_on(self):
        self.send("A", "98=0", "108=30")
        assert self.next_message()["35"] == "A", self.fields

    def send(self, kind, *fields):
        now = datetime.now(timezone.utc).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]
        body = SOH.join([f"35={kind}", f"49={self.comp_id}", "56=TICKWEIR", f"34={self.number}", f"52={now}", *fields, ""])
        text = f"8=FIX.4.4{SOH}9={len(body)}{SOH}{body}"
        self.socket.sendall(f"{text}10={sum(text.encode()) % 256:03}{SOH}".encode())
        self.number += 1

    def next_message(self):
        """Its fields by tag; None when the connection ends before it."""
        end = f"{SOH}10=".encode()
        while end not in self.buffer or not self.buffer[self.buffer.index(end) + 1:].count(SOH.encode()):
            try:
                got = self.socket.recv(65536)
            except ConnectionResetError:
                got = b""
            if not got:
                return None
            self.buffer += got
        at = self.buffer.index(SOH.encode(), self.buffer.index(end) + 1) + 1
        message, self.buffer = self.buffer[:at].decode(), self.buffer[at:]
        self.fields = dict(field.split("=", 1) for field in message.split(SOH)[:-1])
        return self.fields
