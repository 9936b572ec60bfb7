"""HTTP as it is on the wire: header lines pass untouched, in both directions, and requests that are
none reach no module."""

import socket
import unittest

from . import raw_http
from .programs import WASM, Host
from .servers import PATIENCE_S

MIRROR = WASM / "tests/hosts/mirror.wasm"
KIB = 1024

# What a library might decode, join, drop, trim too much or refuse.
LINES = [
    (b"traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    (b"baggage", b"a=%41%2C%20,b=%zz"),
    (b"tracestate", b""),
    (b"TraceParent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    (b"baggage", b"c=1 \t ;d, ,,"),
    (b"x-bytes", bytes(range(0x80, 0x100)) + b"\t|\t~"),
    (b"x-set-cookie", b"a=b; c"),
    (b"x-long", b"l" * (32 * KIB)),
    (b"!#$%&'*+-.^_`|~9z", b"\"odd name\""),
]
ON_THE_WIRE = [name + b": " + value for name, value in LINES]


def pairs(block):
    parts = block.split(b"\0")
    return list(zip(parts[0:-1:2], parts[1:-1:2]))


class Headers(unittest.TestCase):
    def sent(self, header):
        """Those of our lines that are in it."""
        names = {name.lower() for name, _ in LINES}
        return [(name, value) for name, value in header if name.lower() in names]

    def test_lines_reach_the_module_as_they_were_sent(self):
        with Host(MIRROR) as host:
            status, body = raw_http.request(host.port, "GET", "/", ON_THE_WIRE)
            self.assertEqual((status, self.sent(pairs(body))), (200, LINES))

    def test_blanks_around_a_value_are_no_part_of_it(self):
        with Host(MIRROR) as host:
            _, body = raw_http.request(host.port, "GET", "/", [b"x-a:1", b"x-b: \t 2\t ", b"x-c: \t"])
            self.assertLessEqual({(b"x-a", b"1"), (b"x-b", b"2"), (b"x-c", b"")}, set(pairs(body)))

    def test_lines_reach_a_backend_as_the_module_set_them(self):
        with raw_http.Callbacks() as backend, Host(
            MIRROR, "--backend", f"mirror={backend.url}"
        ) as host:
            status, _ = raw_http.request(host.port, "GET", "/call", ON_THE_WIRE)
            self.assertEqual(status, 200)
            (target, header, _), = backend.take()
            self.assertEqual(target, "/called?a=%41")
            self.assertEqual(self.sent(header), LINES)
            names = sorted(name.lower() for name, _ in header)
            self.assertEqual(names, sorted([b"host"] + [name.lower() for name, _ in LINES]))

    def test_answer_is_as_the_module_gave_it(self):
        with Host(MIRROR) as host, socket.create_connection(
            ("127.0.0.1", host.port), PATIENCE_S
        ) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi")
            first, header, body = raw_http.Reader(connection).message()
            self.assertEqual((first, body), (b"HTTP/1.1 200 ", b"hi"))
            self.assertEqual(header, [(b"x-empty", b""), (b"x-mixed", b"%41 \xff"),
                                      (b"content-type", b"text/plain; charset=utf-8"),
                                      (b"content-length", b"2")])


class Framing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(MIRROR)
        cls.addClassCleanup(cls.host.__exit__)

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.host.port), PATIENCE_S)
        self.addCleanup(connection.close)
        return connection, raw_http.Reader(connection)

    def status(self, request):
        """Of the first answer; None when the host closes without one."""
        connection, reader = self.connect()
        connection.sendall(request)
        try:
            return int(reader.message()[0].split()[1])
        except raw_http.Ended:
            return None

    def test_requests_that_are_none(self):
        get = b"GET / HTTP/1.1\r\n"
        post = b"POST / HTTP/1.1\r\n"
        for request, status in (
            (b"GET /\r\n\r\n", 400), (b"GET  / HTTP/1.1\r\n\r\n", 400), (b"/ HTTP/1.1\r\n\r\n", 400),
            (b"G(T / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/2.0\r\n\r\n", 505),
            (b"GET / HTTP/1.1 x\r\n\r\n", 505), (b"GET x HTTP/1.1\r\n\r\n", 400),
            (b"GET /\x00 HTTP/1.1\r\n\r\n", 400), (b"GET http://x/ HTTP/1.1\r\n\r\n", 400),
            (get + b"a: b\x00c\r\n\r\n", 400), (get + b"a: b\nc: d\r\n\r\n", 400),
            (get + b"a: b\rc: d\r\n\r\n", 400), (get + b"a : b\r\n\r\n", 400),
            (get + b"a\r\n\r\n", 400), (get + b": b\r\n\r\n", 400), (get + b" a: b\r\n\r\n", 400),
            (get + b"a: b\r\n c\r\n\r\n", 400), (get + b"a: \x7f\r\n\r\n", 400),
            (post + b"Content-Length: x\r\n\r\n", 400), (post + b"Content-Length: -1\r\n\r\n", 400),
            (post + b"Content-Length: +1\r\n\r\n1", 400), (post + b"Content-Length:\r\n\r\n", 400),
            (post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n12", 400),
            (post + b"Content-Length: 1, 1\r\n\r\n1", 400),
            (post + b"Content-Length: 99999999999999999999\r\n\r\n", 400),
            (post + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            (post + b"Transfer-Encoding: gzip\r\n\r\n", 501),
            (post + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
            (post + b"Transfer-Encoding: chunked\r\n\r\nx\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * (40 * KIB), 400),
            (post + b"Content-Length: 16777217\r\n\r\n", 413),
            (get + b"a: " + b"b" * (64 * KIB) + b"\r\n\r\n", 431),
            (get + b"a: b\r\n" * (100 * KIB), 431),
        ):
            with self.subTest(request[:60]):
                self.assertEqual(self.status(request), status)
        self.assertEqual(self.status(get + b"\r\n"), 200)

    def test_client_that_closes_in_the_middle(self):
        for request in (b"", b"GET", b"GET / HTTP/1.1\r\na: b", b"\r\n",
                        b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell",
                        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell"):
            with self.subTest(request):
                connection, reader = self.connect()
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                self.assertRaises(raw_http.Ended, reader.message)

    def test_bodies(self):
        length = b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"
        chunks = (b"POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
                  b"2;x=y\r\nhe\r\n3 \r\nllo\r\n0\r\nx-trailer: 1\r\n\r\n")
        for request in (length, chunks):
            with self.subTest(request):
                connection, reader = self.connect()
                for byte in request:  # however it is cut
                    connection.sendall(bytes([byte]))
                self.assertEqual(reader.message()[2], b"hello")
        largest = b"z" * (16 * KIB * KIB)
        answer = raw_http.request(self.host.port, "PUT", "/", (), largest)
        self.assertTrue(answer == (200, largest), answer[1][:80])

    def test_requests_in_a_row(self):
        connection, reader = self.connect()
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n1\r\n"
                           b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n2\r\n0\r\n\r\n"
                           b"HEAD / HTTP/1.1\r\n\r\n")
        self.assertEqual([reader.message()[2] for _ in range(2)], [b"1", b"2"])
        connection.sendall(b"DELETE /nothing HTTP/1.1\r\nConnection: x, CLOSE\r\n\r\n")
        _, header = reader.head()
        self.assertEqual(dict(header)[b"content-length"], b"0")  # of HEAD
        first, header = reader.head()
        self.assertEqual((first, dict(header)[b"connection"]), (b"HTTP/1.1 204 ", b"close"))
        self.assertNotIn(b"content-length", dict(header))
        self.assertEqual(connection.recv(1), b"")

    def test_older_clients(self):
        connection, reader = self.connect()
        connection.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        self.assertEqual(reader.message()[0], b"HTTP/1.1 200 ")
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        first, header, _ = reader.message()
        self.assertEqual((first, dict(header)[b"connection"]), (b"HTTP/1.1 200 ", b"close"))
        self.assertEqual(connection.recv(1), b"")

    def test_client_that_waits_to_be_told_to_go_on(self):
        connection, reader = self.connect()
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        self.assertEqual(reader.head()[0], b"HTTP/1.1 100 Continue")
        connection.sendall(b"hi")
        self.assertEqual(reader.message()[2], b"hi")
