"""A gateway as a process of its own: started on a free port, asked over HTTP, stopped, and never left behind."""
import collections
import ctypes
import json
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
PATIENCE = 30  # seconds until a condition that does not come is a failure

try:
    import websockets  # noqa: F401  (what the clients are made of; looked for here so that every test skips alike)
except ImportError:
    print("skipped: python3-websockets is not installed", flush=True)
    sys.exit(SKIPPED)

SOURCE = Path(os.environ.get("TICKWEIR_SOURCE", Path(__file__).resolve().parents[3]))
BINARY = os.environ.get("TICKWEIR_BINARY", str(SOURCE / "build/release/tickweir"))
CAPTURES = SOURCE / "captures"

Answer = collections.namedtuple("Answer", "status headers body")


def raise_file_limit(wanted):
    """Lets this process, and the gateways it starts, open that many files. Whether it could."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft == resource.RLIM_INFINITY or soft >= wanted


def _end_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def tickweir(*arguments, environment=None):
    """Runs a command of the program to its end."""
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                          stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})


def simulate(path, *arguments):
    """Makes a capture; the same arguments make the same one."""
    run = tickweir("simulate", "--out", path, *arguments)
    assert run.returncode == 0, run.stderr
    return path


def replayed(*captures, options=()):
    """What the offline replay makes of captures: the books that a gateway has to arrive at."""
    run = tickweir("replay", *captures, "--json", "--depth", 1000, *options)
    assert run.returncode in (0, 3), run.stderr
    return json.loads(run.stdout)["instruments"]


class Lines:
    """Reads the lines of a stream as they come, so that the process never waits for a reader."""

    def __init__(self, stream):
        self.lines = []
        self._news = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream):
        for line in stream:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()
        stream.close()

    def until(self, pattern, after=0, seconds=PATIENCE):
        """The first line from `after` on that matches; None when the stream ends or time is up without one."""
        deadline = time.monotonic() + seconds
        at = after
        with self._news:
            while True:
                while at < len(self.lines):
                    if re.search(pattern, self.lines[at]):
                        return self.lines[at]
                    at += 1
                if self._ended or not self._news.wait(deadline - time.monotonic()):
                    return None

    def join(self):
        self._thread.join(PATIENCE)


class Running:
    """A command of the program as a process that is never left behind; `out` and `log` have what it says."""

    ends_with = 0  # its status, where nothing else is expected

    def __init__(self, *arguments, environment=None):
        self.process = subprocess.Popen([BINARY, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                                        env={**os.environ, **(environment or {})}, preexec_fn=_end_with_parent)
        self.out = Lines(self.process.stdout)
        self.log = Lines(self.process.stderr)

    def first_line(self, pattern):
        """The line that tells where it can be reached."""
        line = self.out.until(pattern)
        if line is None:
            self.kill()
            raise AssertionError(f"it did not start; it said: {self.tail()}")
        return line

    def tail(self, lines=60):
        return "\n".join([*self.out.lines[-5:], *self.log.lines[-lines:]])

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self.out.join()
        self.log.join()

    def until_exit(self, seconds=PATIENCE):
        """Its last line, once it has ended with the status that it should."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"it did not end; it said: {self.tail()}") from None
        self.out.join()
        self.log.join()
        assert status == self.ends_with, f"it ended with {status}; it said: {self.tail()}"
        return self.out.lines[-1] if self.out.lines else ""


# A machine that is busy with other tests must not make a venue shed what a test sends it.
PATIENT = ["shield.queue_target_us=1000000", "shield.order_wait_ms=60000", "shield.trim_log_lag_us=50000000",
           "shield.shed_log_lag_us=60000000"]


class Gateway(Running):
    """A running `tickweir serve`. Use it as a context: at its end the clients made here are closed, and the gateway
    must stop with status `ends_with`. When the context ends with a failure, the log is shown."""

    def __init__(self, *arguments, sets=(), environment=None):
        self.clients = []
        sets = ["http.port=0", "fix.port=0", "admin.port=0", *PATIENT, *sets]
        options = [option for key in sets for option in ("--set", key)]
        super().__init__("serve", *arguments, *options, environment=environment)
        try:
            self._find_address()
        except BaseException:
            self.kill()
            raise

    def _find_address(self):
        line = self.first_line(r"^https?://\S+:\d+/ ")
        scheme, self.host, port = re.match(r"(https?)://(\S+):(\d+)/ ", line).groups()
        self.host = self.host.strip("[]")
        self.port = int(port)
        self.tls = scheme == "https"

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for client in self.clients:
            client.abort()
        if kind is not None:
            self.kill()
            print(f"log of the gateway:\n{self.tail()}", file=sys.stderr)
            return
        self.stop()

    def stop(self, how=signal.SIGTERM):
        """Asks it to stop, unless `how` is None, and sees that it does."""
        if how is not None and self.process.poll() is None:
            self.process.send_signal(how)
        self.until_exit()

    def alive(self):
        return self.process.poll() is None

    def signal_reload(self):
        """SIGHUP; answers how many lines the log had before."""
        before = len(self.log.lines)
        self.process.send_signal(signal.SIGHUP)
        return before

    # ------------------------------------------------------------------------------------------ HTTP

    def connect(self, receive_buffer=None, verify=None):
        """A bare connection, with TLS where the gateway has it."""
        raw = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        raw.settimeout(PATIENCE)
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            raw.connect((self.host, self.port))
            if not self.tls:
                return raw
            context = ssl.create_default_context(cafile=verify)
            if verify is None:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            return context.wrap_socket(raw, server_hostname="localhost")
        except BaseException:
            raw.close()
            raise

    def get(self, target, method="GET", **headers):
        """One request on a connection of its own."""
        with HttpConnection(self) as connection:
            return connection.ask(target, method, **headers)

    def json(self, target, status=200, **headers):
        answer = self.get(target, **headers)
        assert answer.status == status, f"{target}: {answer}"
        return json.loads(answer.body)

    def until(self, target, condition, what):
        """Asks until the JSON answer, of whatever status, satisfies the condition; answers that."""
        with HttpConnection(self) as connection:
            deadline = time.monotonic() + PATIENCE
            while True:
                answer = connection.ask(target)
                value = json.loads(answer.body)
                if condition(value):
                    return value
                assert time.monotonic() < deadline, f"never came: {what}; last: {value}"
                # Not to take the processor from the gateway that is waited for.
                time.sleep(0.01)

    def until_ended(self):
        """Waits until every feed has been played to its end."""
        self.until("/v1/status", feeds_ended, "the end of the feeds")


def feeds_ended(status):
    return all(feed["state"] == "ended" for feed in status["feeds"])


class HttpConnection:
    """HTTP/1.1 by hand, so that tests decide every byte."""

    def __init__(self, gateway, **options):
        self.socket = gateway.connect(**options)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def ask(self, target, method="GET", **headers):
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join([*lines, "", ""]).encode())
        return self.answer(method)

    def answer(self, method="GET"):
        """The next answer; None when the connection ends before it."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        status_line, *fields = head.decode("latin-1").split("\r\n")
        headers = {}
        for field in filter(None, fields):
            name, value = field.split(":", 1)
            headers[name.lower()] = value.strip()
        version, status = status_line.split(" ")[:2]
        assert version == "HTTP/1.1", status_line
        length = int(headers.get("content-length", 0))
        if method == "HEAD" or status in ("204", "304"):
            length = 0
        body = self._exactly(length)
        assert body is not None, f"the body of {length} bytes is cut short: {head!r} {self.buffer!r}"
        return Answer(int(status), headers, body)

    def ended(self):
        """Whether the gateway ends the connection, and sends nothing before that."""
        return not self.buffer and not self._more()

    def _more(self):
        try:
            got = self.socket.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            got = b""
        self.buffer += got
        return bool(got)

    def _until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                return None
        at = self.buffer.index(mark) + len(mark)
        taken, self.buffer = self.buffer[:at], self.buffer[at:]
        return taken

    def _exactly(self, count):
        while len(self.buffer) < count:
            if not self._more():
                return None
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken
