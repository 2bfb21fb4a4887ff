"""FIX 4.4 messages for tests, as bytes and as fields: strict about every byte."""
from datetime import datetime, timezone

SOH = "\x01"


def now_text():
    return datetime.now(timezone.utc).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


class Message:
    """A message as its fields in their order. `message["150"]` is the first of them with that tag."""

    def __init__(self, fields):
        self.fields = fields
        self.by_tag = {}
        for tag, value in fields:
            self.by_tag.setdefault(tag, value)
        self.kind = self.by_tag["35"]
        self.number = int(self.by_tag["34"])

    def __getitem__(self, tag):
        return self.by_tag[tag]

    def __contains__(self, tag):
        return tag in self.by_tag

    def get(self, tag, default=None):
        return self.by_tag.get(tag, default)

    def all(self, tag):
        """The values of a tag that is there several times, as in a group."""
        return [value for other, value in self.fields if other == tag]

    def shows(self, expected):
        """Whether it has these values; None: the tag must not be there."""
        return all(self.by_tag.get(tag) == value for tag, value in expected.items())

    def differs(self, expected):
        """What of `expected` it does not have, as tag: (expected, seen)."""
        return {tag: (value, self.by_tag.get(tag)) for tag, value in expected.items() if self.by_tag.get(tag) != value}

    @property
    def possdup(self):
        return self.get("43") == "Y"

    def __repr__(self):
        return "|".join(f"{tag}={value}" for tag, value in self.fields)


def frame(kind, sender, target, number, fields, *, sent=None, head=()):
    """The bytes of a message; `fields` are texts like "55=ACME"."""
    body = SOH.join([f"35={kind}", f"49={sender}", f"56={target}", f"34={number}", *head, f"52={sent or now_text()}",
                     *fields, ""])
    text = f"8=FIX.4.4{SOH}9={len(body.encode())}{SOH}{body}"
    return f"{text}10={sum(text.encode()) % 256:03}{SOH}".encode()


def take_message(buffer):
    """(message, what is left) of bytes that begin with a whole one; None: there is more to come. Judges 8, 9, 10."""
    begin = b"8=FIX.4.4\x019="
    assert buffer.startswith(begin[:len(buffer)]), f"no message begins so: {buffer[:80]!r}"
    end = buffer.find(b"\x01", len(begin))
    if end < 0:
        assert len(buffer) < len(begin) + 9, f"BodyLength without end: {buffer[:80]!r}"
        return None
    size = end + 1 + int(buffer[len(begin):end]) + len(b"10=000\x01")
    if len(buffer) < size:
        return None
    text, trailer = buffer[:size - 7], buffer[size - 7:size]
    assert trailer == b"10=%03d\x01" % (sum(text) % 256), f"a wrong trailer: {buffer[:size]!r}"
    fields = [tuple(field.split("=", 1)) for field in buffer[:size].decode("latin-1").split(SOH)[:-1]]
    return Message(fields), buffer[size:]
