"""How long `tickweir serve` takes to end after SIGTERM while it serves as much as it can: a capture at full speed in a
loop, native clients that read, and sockets that do not. From the signal to the end of the process.

    /usr/bin/python3 bench/load/stop_time.py [--rounds 10] [--clients 100] [--deaf 20] [--set KEY=VALUE]...

Needs the standard library only; the paths are those of `./dev build`."""
import argparse
import base64
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

BUILD = Path(__file__).resolve().parents[2] / "build/release"


def start(capture, sets):
    command = [BUILD / "tickweir", "serve", "--replay", capture, "--speed", "max", "--loop", "--set", "http.port=0",
               "--set", "fix.port=0", "--set", "admin.port=0"]
    for key in sets:
        command += ["--set", key]
    gateway = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in gateway.stdout:
        if found := re.match(r"http://127\.0\.0\.1:(\d+)/ ", line):
            return gateway, int(found[1])
    sys.exit("the gateway gave no address")


def status(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/status", timeout=30) as answer:
        return json.load(answer)


def deaf_client(port):
    """Subscribes to everything and reads nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(f"GET /v1/stream HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                       f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
    connection.recv(4096)
    for channel in ("l1", "l2", "status"):
        text = json.dumps({"op": "subscribe", "channel": channel, "symbols": ["*"]}).encode()
        connection.sendall(bytes([0x81, 0x80 | len(text)]) + bytes(4) + text)
    return connection


def one_round(capture, arguments):
    gateway, port = start(capture, arguments.set)
    load = subprocess.Popen([BUILD / "bench/stream_load", "--port", str(port), "--clients", str(arguments.clients),
                             "--symbols", "*", "--channel", "l1", "--seconds", "60"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    deaf = [deaf_client(port) for _ in range(arguments.deaf)]
    frames = 0
    for line in load.stdout:  # a line a second
        if found := re.search(r"ready (\d+)  frames \d+ \((\d+)/s\)", line):
            frames = int(found[2])
            if int(found[1]) == arguments.clients and frames:
                break
    before = status(port)["feeds"][0]["messages"]
    time.sleep(1)
    market = status(port)["feeds"][0]["messages"] - before
    began = time.monotonic()
    gateway.send_signal(signal.SIGTERM)
    ended = gateway.wait(60)
    took = time.monotonic() - began
    load.kill()
    load.wait()
    for connection in deaf:
        connection.close()
    print(f"{took:.3f} s, status {ended}; before: {market} messages/s in, {frames} frames/s out", flush=True)
    if ended != 0:
        sys.exit(1)
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--deaf", type=int, default=20)
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tickweir-stop-") as directory:
        capture = Path(directory) / "day.itch"
        subprocess.run([BUILD / "tickweir", "simulate", "--out", capture, "--instruments", "500", "--messages",
                        "500000"], check=True, stderr=subprocess.DEVNULL)
        times = [one_round(capture, arguments) for _ in range(arguments.rounds)]
    print(f"SIGTERM to exit: median {statistics.median(times):.3f} s, {min(times):.3f} to {max(times):.3f} s")


if __name__ == "__main__":
    main()
