"""A client's FIX 4.4 session for tests: asyncio, numbers kept over connections, gaps asked for again and what follows
put aside, resends of what was sent, duplicates left out. What the session layer dislikes is an AssertionError in
whatever waits."""
import asyncio
import itertools

from fix_messages import frame, now_text, take_message

PATIENCE = 30  # seconds until what does not come is a failure
SESSION_TYPES = frozenset("0 1 2 3 4 5 A".split())
_fences = itertools.count(1)


class FixSession:
    """One client with its numbers, over all of its connections. `messages` are those of applications and Rejects, each
    once, in the order of their numbers; `untaken` those that nobody has asked for yet."""

    def __init__(self, port, comp_id, *, target="TICKWEIR", host="127.0.0.1", heartbeat=30, password=None,
                 username=None):
        self.port, self.host, self.comp_id, self.target = port, host, comp_id, target
        self.heartbeat, self.password, self.username = heartbeat, password, username
        self.next_out = self.next_in = 1
        self.sent = {}  # application messages by number, to send again: (kind, fields, time)
        self.messages, self.untaken = [], []
        self.session_messages = []  # of the current connection
        self.ahead = {}  # messages beyond a gap that was asked for
        self.reader = self.writer = self.reading = None
        self.ended = True
        self.fault = None
        self.news = asyncio.Condition()

    # ------------------------------------------------------------------------------------ connections

    async def __aenter__(self):
        if self.ended:
            await self.connect()
        return self

    async def __aexit__(self, kind, *_):
        if kind is None and not self.ended:
            await self.log_out()
        await self.drop()

    async def connect(self, port=None, *fields, reset=False):
        """Logs on; with `reset` all numbers begin anew. `fields` go into the Logon, such as "8013=Y". The Logon."""
        await self.open(port)
        await self.send_logon(*fields, reset=reset)
        return await self.session_message("A")

    async def open(self, port=None):
        """The connection alone."""
        await self.drop()
        self.port = port or self.port
        self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), PATIENCE)
        self.session_messages, self.ahead, self.ended, self.fault = [], {}, False, None
        self.reading = asyncio.ensure_future(self._read())

    async def send_logon(self, *fields, reset=False):
        """Logon, without waiting for the answer."""
        if reset:
            self.next_out = self.next_in = 1
            self.sent.clear()
        password = [f"553={self.username or self.comp_id}", f"554={self.password}"] if self.password else []
        await self.send("A", "98=0", f"108={self.heartbeat}", *(["141=Y"] if reset else []), *password, *fields)

    async def log_out(self):
        """Logout, and the end of the connection that follows it."""
        await self.send("5")
        await self.session_message("5")
        await self.until_ended()

    async def drop(self):
        """Breaks the connection off, as a crash would."""
        if self.reading:
            self.reading.cancel()
            await asyncio.gather(self.reading, return_exceptions=True)
            self.reading = None
        if self.writer:
            self.writer.transport.abort()
            self.writer = None
        self.ended = True

    async def until_ended(self):
        """Waits until the gateway has ended the connection."""
        await self._until(lambda: self.ended, "the end of the connection", also_ended=True)

    # ------------------------------------------------------------------------------------ sending

    async def send(self, kind, *fields, head=()):
        """One message with the next number; answers that. `head`: fields before 52, such as "43=Y" or "97=Y"."""
        number, sent = self.next_out, now_text()
        self.next_out += 1
        if kind not in SESSION_TYPES:
            self.sent[number] = (kind, fields, sent)
        await self.send_bytes(frame(kind, self.comp_id, self.target, number, fields, sent=sent, head=head))
        return number

    async def send_bytes(self, data):
        """Any bytes, as they are."""
        if self.writer is None:
            raise AssertionError(f"{self.comp_id} is not connected")
        self.writer.write(data)
        try:
            await self.writer.drain()
        except ConnectionError:
            pass  # the reader tells the end

    async def fence(self):
        """Returns when the gateway's session layer has read all that was sent: a TestRequest and its Heartbeat."""
        name = f"fence-{next(_fences)}"
        await self.send("1", f"112={name}")
        await self.session_message("0", lambda heartbeat: heartbeat.get("112") == name)

    # ------------------------------------------------------------------------------------ what came

    async def take(self, wanted, what="a message"):
        """The first message not taken yet that `wanted` holds of, taken now."""
        def find():
            return next((message for message in self.untaken if wanted(message)), None)

        await self._until(lambda: find() is not None, what)
        message = find()
        self.untaken.remove(message)
        return message

    async def next(self, kind=None):
        """The next message not taken yet, of that type where one is given."""
        return await self.take(lambda message: kind in (None, message.kind), f"a message of type {kind or 'any'}")

    async def session_message(self, kind, wanted=lambda message: True):
        """The first message of the session layer of that type, in this connection, not taken yet."""
        def find():
            return next((one for one in self.session_messages if one.kind == kind and wanted(one)), None)

        await self._until(lambda: find() is not None, f"a message 35={kind} of the session layer")
        message = find()
        self.session_messages.remove(message)
        return message

    async def _until(self, condition, what, also_ended=False):
        async def wait():
            async with self.news:
                await self.news.wait_for(lambda: condition() or self.fault or (self.ended and not also_ended))

        try:
            await asyncio.wait_for(wait(), PATIENCE)
        except asyncio.TimeoutError:
            self.fault = self.fault or f"it did not come within {PATIENCE} s"
        if condition():
            return
        last = [repr(message) for message in (*self.untaken, *self.session_messages)][-12:]
        raise AssertionError(f"{self.comp_id} never got {what}: {self.fault or 'the connection ended'}; there are "
                             + "; ".join(last or ["no messages"]))

    # ------------------------------------------------------------------------------------ the session's part

    async def _read(self):
        buffer = b""
        try:
            while data := await self.reader.read(65536):
                buffer += data
                while buffer and (taken := take_message(buffer)):
                    message, buffer = taken
                    await self._on_message(message)
                await self._tell()
            assert not buffer, f"the connection ended within a message: {buffer[:200]!r}"
        except ConnectionError:
            pass
        except AssertionError as error:
            self.fault = str(error)
        self.ended = True
        await self._tell()

    async def _tell(self):
        async with self.news:
            self.news.notify_all()

    async def _on_message(self, message):
        assert message["49"] == self.target and message["56"] == self.comp_id, f"not for {self.comp_id}: {message}"
        if message.kind == "4" and message.get("123") != "Y":
            self.next_in = int(message["36"])
            return
        if message.kind == "A" and message.get("141") == "Y":
            self.next_in = 1
        if message.number > self.next_in:
            return await self._put_aside(message)
        if message.number < self.next_in:
            assert message.possdup, f"{self.next_in} was expected: {message}"
            return
        await self._in_order(message)
        while (following := self.ahead.pop(self.next_in, None)) is not None:
            await self._in_order(following)

    async def _put_aside(self, message):
        """Beyond a gap: asked for once, and kept until what is missing is there. The session's own are answered now."""
        if not self.ahead:
            await self.send("2", f"7={self.next_in}", "16=0")
        self.ahead[message.number] = message
        if message.kind in ("A", "2", "5"):
            await self._on_session_message(message)

    async def _in_order(self, message):
        if message.kind == "4":
            self.next_in = int(message["36"])
            for number in [number for number in self.ahead if number < self.next_in]:
                del self.ahead[number]
            return
        self.next_in = message.number + 1
        if message.kind not in SESSION_TYPES or (message.kind == "3" and not message.possdup):
            self.messages.append(message)
            self.untaken.append(message)
        if message.kind in SESSION_TYPES and message not in self.session_messages:
            await self._on_session_message(message)

    async def _on_session_message(self, message):
        if message in self.session_messages:
            return
        self.session_messages.append(message)
        if message.kind == "1":
            await self.send("0", f"112={message['112']}")
        elif message.kind == "2":
            await self._send_again(int(message["7"]), int(message["16"]) or self.next_out - 1)

    async def _send_again(self, first, last):
        """What was sent under those numbers; the session's own messages are gap-filled."""
        number = first
        while number <= last:
            if number in self.sent:
                kind, fields, sent = self.sent[number]
                await self.send_bytes(frame(kind, self.comp_id, self.target, number, fields,
                                            head=["43=Y", f"122={sent}"]))
                number += 1
                continue
            following = next((other for other in range(number, last + 1) if other in self.sent), last + 1)
            await self.send_bytes(frame("4", self.comp_id, self.target, number, ["123=Y", f"36={following}"],
                                        head=["43=Y", f"122={now_text()}"]))
            number = following
