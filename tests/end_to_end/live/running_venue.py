"""`tickweir venue` as a process of its own: the local exchange that a gateway follows."""
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "serve"))

from running_gateway import BINARY, PATIENCE, Lines, _end_with_parent  # noqa: E402


class Venue:
    """Use it as a context: at its end it must stop with status 0."""

    def __init__(self, capture, *arguments):
        command = [BINARY, "venue", str(capture), *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, errors="replace",
                                        preexec_fn=_end_with_parent)
        self.out = Lines(self.process.stdout)
        self.log = Lines(self.process.stderr)
        line = self.out.until(r"wss?://.*:\d+")
        if line is None:
            self.process.kill()
            raise AssertionError(f"the venue did not start: {self.log.lines}")
        self.port = int(re.search(r"wss?://[^ ]*:(\d+)", line).group(1))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.out.join()
        self.log.join()
        if kind is not None:
            print("log of the venue:", *self.log.lines[-20:], sep="\n", file=sys.stderr)
        elif status != 0:
            raise AssertionError(f"the venue ended with {status}: {self.log.lines[-20:]}")

    def until_over(self):
        assert self.log.until("the capture is over") is not None, "the capture did not end"
