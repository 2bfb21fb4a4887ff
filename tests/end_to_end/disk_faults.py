"""A disk that is slow or fails when a test says so: bench/load/slow_disk.cpp, preloaded into a gateway."""
import errno
import mmap
import os
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "serve"))

from running_gateway import BINARY, SKIPPED  # noqa: E402

LIBRARY = Path(os.environ.get("TICKWEIR_SLOW_DISK", Path(BINARY).parent / "bench/libslow_disk.so")).resolve()
FOREVER = 3600  # seconds: a disk that is stuck, until another word

if not LIBRARY.exists():
    print(f"skipped: {LIBRARY} is not built", flush=True)
    sys.exit(SKIPPED)


class Disk:
    """What the disk of a gateway does from now on. `environment` is for the gateway's start."""

    def __init__(self, path):
        Path(path).write_bytes(bytes(16))
        with open(path, "r+b") as file:
            self._words = mmap.mmap(file.fileno(), 16)
        self.environment = {"LD_PRELOAD": str(LIBRARY), "TICKWEIR_DISK": str(path),
                            # The library comes before the sanitizer's own, which has nothing against it but this.
                            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def _set(self, delay, error):
        struct.pack_into("q", self._words, 8, error)
        struct.pack_into("q", self._words, 0, int(delay * 1e9))

    def be_well(self):
        self._set(0, 0)

    def be_slow(self, seconds):
        """So much longer for every write that waits for the disk, and for every sync; those under way too."""
        self._set(seconds, 0)

    def fail(self):
        self._set(0, errno.EIO)
