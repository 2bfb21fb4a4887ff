"""https and wss, with a certificate made here."""
import shutil
import socket
import ssl
import subprocess
import sys
import warnings

import gateway_test
from gateway_test import GatewayTest
from rebuilt_market import top
from running_gateway import SKIPPED, HttpConnection, replayed, simulate, tickweir

if shutil.which("openssl") is None:
    print("skipped: openssl is not installed", flush=True)
    sys.exit(SKIPPED)


class Tls(GatewayTest):
    def setUp(self):
        super().setUp()
        self.certificate, self.key = self.make_certificate("server")
        self.sets = [f"http.tls_certificate={self.certificate}", f"http.tls_key={self.key}"]
        self.capture = simulate(self.directory / "market-2024-01-02.itch", "--instruments", 3, "--messages", 3000,
                                "--seed", 51, "--profile", "volatile")

    def make_certificate(self, name):
        certificate, key = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       check=True, capture_output=True, timeout=60)
        return certificate, key

    def test_market_data_over_wss(self):
        books = replayed(self.capture)
        with self.gateway("--replay", self.capture, "--speed", 25, sets=self.sets) as gateway:
            self.assertTrue(gateway.tls)
            self.assertTrue(gateway.out.until(r"^wss://"))
            clients = [self.market_client(gateway, depth=1000, verify=self.certificate) for _ in range(3)]
            for client in clients:
                client.subscribe("l2", "*", depth=1000)
                client.subscribe("l3", "*")

            def check():
                for client in clients:
                    for symbol, book in books.items():
                        self.assertEqual(client.market.show("l2", symbol), top(book, 1000), symbol)
                        self.assertEqual(client.market.show("l3", symbol), top(book, 1000), symbol)
            self.until_played(gateway, clients, check)
            clients[0].close(1000)
            self.assertEqual(clients[0].closed.code, 1000)

    def test_https(self):
        with self.gateway(sets=self.sets) as gateway, HttpConnection(gateway, verify=self.certificate) as connection:
            self.assertIn(connection.socket.version(), ("TLSv1.2", "TLSv1.3"))
            for _ in range(3):
                self.assertEqual(connection.ask("/healthz").status, 200)
            connection.send(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
            for _ in range(20):
                self.assertEqual(connection.answer().status, 200)
            self.assertEqual(connection.ask("/healthz", Connection="close").status, 200)
            self.assertTrue(connection.ended())

    def test_what_is_no_tls_ends_and_disturbs_nobody(self):
        with self.gateway(sets=self.sets) as gateway:
            client = self.client(gateway)
            for bytes_ in (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"x" * 100, b"\0" * 20):
                with socket.create_connection((gateway.host, gateway.port), timeout=gateway_test.PATIENCE) as raw:
                    raw.sendall(bytes_)
                    got = b""
                    try:
                        while more := raw.recv(4096):
                            got += more
                    except ConnectionResetError:
                        pass
                    self.assertNotIn(b"HTTP/1.1 200", got)
            client.settle()

    def test_old_versions_are_refused(self):
        with self.gateway(sets=self.sets) as gateway:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            with socket.create_connection((gateway.host, gateway.port)) as raw, self.assertRaises((ssl.SSLError, OSError)):
                context.wrap_socket(raw)

    def test_a_client_that_begins_no_handshake_is_cut_off(self):
        sets = [*self.sets, "websocket.handshake_timeout_ms=200", "http.idle_timeout_ms=400"]
        with self.gateway(sets=sets) as gateway:
            with socket.create_connection((gateway.host, gateway.port), timeout=gateway_test.PATIENCE) as raw:
                self.assertEqual(raw.recv(1), b"")
            with socket.create_connection((gateway.host, gateway.port), timeout=gateway_test.PATIENCE) as raw:
                raw.sendall(b"\x16\x03\x01")
                try:
                    self.assertEqual(raw.recv(1), b"")
                except ConnectionResetError:
                    pass

    def test_it_stops_with_clients_connected(self):
        with self.gateway("--replay", self.capture, "--speed", 5, "--loop", sets=self.sets) as gateway:
            clients = [self.client(gateway) for _ in range(5)]
            for client in clients:
                client.subscribe("l2", "*")
            gateway.process.terminate()
            for client in clients:
                self.assertEqual(client.until_closed().code, 1001)
            gateway.stop(how=None)

    def test_certificates_that_do_not_serve_are_told_at_the_start(self):
        _, other_key = self.make_certificate("other")
        nonsense = self.write("nonsense.pem", "nonsense")
        for sets, words in (
                ([f"http.tls_certificate={self.certificate}"], "tls_key"),
                ([f"http.tls_certificate={self.certificate}", f"http.tls_key={other_key}"], "key"),
                ([f"http.tls_certificate={nonsense}", f"http.tls_key={self.key}"], "certificate"),
                ([f"http.tls_certificate={self.directory}/none.pem", f"http.tls_key={self.key}"], "none.pem")):
            with self.subTest(sets=sets):
                run = tickweir("serve", "--set", "http.port=0", *[word for one in sets for word in ("--set", one)])
                self.assertEqual(run.returncode, 2, run)
                self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
                self.assertIn(words, run.stderr)


if __name__ == "__main__":
    gateway_test.main()
