"""The protocol of W3C's test harness for trace context, on each host."""

import json
import re
import socket
import threading
import unittest

from afterglow_host import raw_http
from afterglow_host.programs import Host
from afterglow_host.servers import PATIENCE_S, Capture

from . import services
from .services import ask, call

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
LINES = [f"traceparent: 00-{TRACE}-{CALLER}-01".encode()]
TRACEPARENT = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-01")


def values(header, name):
    return [value for each, value in header if each.lower() == name]


def take_hello(listener, hello):
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(PATIENCE_S)
        hello.append(connection.recv(65536))


class Service:
    """Inherited below, once for each host."""

    @classmethod
    def setUpClass(cls):
        cls.host = services.START[cls.name]({})
        cls.addClassCleanup(cls.host.__exit__)

    def setUp(self):
        self.callbacks = raw_http.Callbacks()
        self.addCleanup(self.callbacks.__exit__)

    def ids(self, header):
        line, = values(header, b"traceparent")
        return tuple(part.decode() for part in TRACEPARENT.fullmatch(line).groups())

    def test_three_callbacks_in_order_in_one_trace(self):
        calls = [call(f"{self.callbacks.url}/{n}", n) for n in range(3)]
        self.assertEqual(ask(self.host, calls, LINES), (200, b""))
        arrived = self.callbacks.take()
        self.assertEqual([target for target, _, _ in arrived], ["/0", "/1", "/2"])
        self.assertEqual([body for _, _, body in arrived], [b"[0]", b"[1]", b"[2]"])
        ids = [self.ids(header) for _, header, _ in arrived]
        self.assertEqual({trace for trace, _ in ids}, {TRACE})
        parents = {parent for _, parent in ids}
        self.assertEqual(len(parents), 3)
        self.assertNotIn(CALLER, parents)
        for _, header, _ in arrived:
            self.assertEqual(values(header, b"content-type"), [b"application/json"])

    def test_arguments_that_name_the_service_itself(self):
        url = f"http://127.0.0.1:{self.host.port}/test"
        leaf = call(self.callbacks.url + "/leaf", "deep")
        calls = [call(url, call(url, leaf, leaf)), leaf]
        self.assertEqual(ask(self.host, calls, LINES), (200, b""))
        arrived = self.callbacks.take()
        self.assertEqual([body for _, _, body in arrived], [b'["deep"]'] * 3)
        ids = [self.ids(header) for _, header, _ in arrived]
        self.assertEqual({trace for trace, _ in ids}, {TRACE})
        self.assertEqual(len({parent for _, parent in ids}), 3)

    def test_arguments_are_forwarded_byte_for_byte(self):
        arguments = ' [ 1.50e+3,\t"\\u00e9\\/\u00e9", {"url" :"x", "arguments":[[]]} ,null ] '.encode()
        url = self.callbacks.url.replace("/", "\\/").encode() + b"\\u002fa?b=%2F&c"
        body = (b'\r\n[{"other": [{"url": 1}], "arguments" : ' + arguments + b', "url": "' + url
                + b'"} ]\n')
        self.assertEqual(ask(self.host, body), (200, b""))
        (target, _, forwarded), = self.callbacks.take()
        self.assertEqual(target, "/a?b=%2F&c")
        self.assertEqual(forwarded, arguments.strip())

    def test_urls(self):
        self.callbacks.statuses = {"/": 200}
        for path, target in (("", "/"), ("/", "/"), ("?a=b", "/?a=b"), ("/a//../b?", "/a//../b?")):
            with self.subTest(path):
                self.assertEqual(ask(self.host, [call(self.callbacks.url + path)]), (200, b""))
                self.assertEqual([each for each, _, _ in self.callbacks.take()], [target])

    def test_ipv6_literal(self):
        try:
            callbacks = raw_http.Callbacks(socket.AF_INET6, "::1")
        except OSError:
            self.skipTest("no IPv6 on this machine")
        with callbacks:
            self.assertEqual(ask(self.host, [call(callbacks.url + "/six")], LINES), (200, b""))
            (target, header, _), = callbacks.take()
            self.assertEqual(target, "/six")
            self.assertEqual(values(header, b"host"), [f"[::1]:{callbacks.port}".encode()])

    def test_https_speaks_tls_and_names_the_host(self):
        for host_name, names in (("localhost", True), ("127.0.0.1", False)):
            with self.subTest(host_name), socket.create_server(("127.0.0.1", 0)) as listener:
                hello = []
                server = threading.Thread(target=take_hello, args=(listener, hello), daemon=True)
                server.start()
                url = f"https://{host_name}:{listener.getsockname()[1]}/"
                self.assertEqual(ask(self.host, [call(url)]), (
                    502, f"callback 1 of 1 failed: connection_error, {url}\n".encode()))
                server.join(PATIENCE_S)
                self.assertEqual(hello[0][:2], b"\x16\x03")  # a handshake
                self.assertEqual(host_name.encode() in hello[0], names)

    def test_urls_that_are_none(self):
        for url, reason in (
            ("", "http://"), ("ftp://x/", "http://"), ("//x/", "http://"), ("http://", "host"),
            ("http:///x", "host"), ("http://a b/", "host"), ("http://a:0/", "port"),
            ("http://a:/", "port"), ("http://a:99999/", "port"), ("http://a:1x/", "port"),
            ("http://u:p@a/", "user"), ("http://a/#b", "fragment"), ("http://[::1/", "IPv6"),
            ("http://[x]/", "host"), ("http://[::1]x/", "host"), ("http://a/\u00e9", "encoded"),
            ("http://a/ b", "encoded"), ("http://a/\x7f", "encoded"),
            ("http://a/\0b", "encoded"), ("http://a\\b/", "host"),
        ):
            with self.subTest(url):
                status, body = ask(self.host, [call(self.callbacks.url), call(url)])
                self.assertEqual(status, 400, body)
                self.assertRegex(body.decode(), rf"{re.escape(reason)}.*in element 2\n$")
        self.assertEqual(self.callbacks.take(), [])  # nothing is called before all of it was read

    def test_bodies_that_are_none(self):
        for body, reason in (
            (b"", "not JSON, at byte 0"), (b"{}", "not a JSON array"), (b"7", "not a JSON array"),
            (b"[", "not JSON, at byte 1"), (b"[1]", "not an object, in element 1"),
            (b"[[]]", "not an object"), (b"[]]", "not JSON, at byte 2"), (b"[]\0", "at byte 2"),
            (b'[{"url":7}]', "url is not a string"), (b'[{"arguments":[]}]', "has no url"),
            (b'[{"url":{}}]', "url is not a string"), (b'[{"url":[]}]', "url is not a string"),
            (b'[{"url":"http://a"}]', "no arguments"),
            (b'[{"url":"http://a","arguments":{}}]', "arguments are not an array"),
            (b'[{"url":"http://a","arguments":"x"}]', "arguments are not an array"),
            (b'[{"url":"http://a\xff","arguments":[]}]', "not JSON"),
            (b'[{"url":"http://a","arguments":[01]}]', "not JSON"),
            (b'[{"url":"http://a","arguments":' + b"[" * 9_000, "nested too deeply"),
            (json.dumps([call("http://a")] * 65).encode(), "too long, in element 65"),
        ):
            with self.subTest(body[:40]):
                status, answer = ask(self.host, body)
                self.assertEqual(status, 400, answer)
                self.assertIn(reason, answer.decode())

    def test_longest_body(self):
        empty = json.dumps([call(self.callbacks.url, "")]).encode()
        room = 64 * 1024 - len(empty)
        longest = json.dumps([call(self.callbacks.url, "x" * room)]).encode()
        self.assertEqual(ask(self.host, longest), (200, b""))
        self.assertEqual(len(self.callbacks.take()[0][2]), room + 4)
        for extra in (1, 1_000_000):
            status, _ = ask(self.host, longest + b" " * extra)
            self.assertEqual(status, 413)

    def test_nothing_to_call(self):
        self.assertEqual(ask(self.host, b"[]"), (200, b""))

    def test_other_paths_and_methods(self):
        for method, target, status in (("POST", "/", 404), ("POST", "/tests", 404),
                                       ("GET", "/nope", 404), ("GET", "/test", 405),
                                       ("PUT", "/test?x", 405), ("POST", "/test?x=1", 200)):
            with self.subTest((method, target)):
                self.assertEqual(raw_http.request(self.host.port, method, target, (), b"[]")[0], status)

    def test_callback_that_fails_is_named(self):
        good, bad = self.callbacks.url + "/good", self.callbacks.url + "/bad"
        self.callbacks.statuses = {"/bad": 500}
        for url, how in ((bad, "500"), ("http://127.0.0.1:1/", "connection_error")):
            with self.subTest(how):
                status, body = ask(self.host, [call(good), call(url), call(good)])
                self.assertEqual((status, body.decode()),
                                 (502, f"callback 2 of 3 failed: {how}, {url}\n"))
        self.assertEqual([target for target, _, _ in self.callbacks.take()],
                         ["/good", "/bad", "/good"])


class OnAfterglowHost(Service, unittest.TestCase):
    name = "afterglow-host"

    def test_requests_that_end_badly_leave_their_slot(self):
        self.callbacks.statuses = {"/bad": 500}
        with services.START[self.name]({}) as host:
            for _ in range(10):  # slots are eight
                self.assertEqual(ask(host, [call(self.callbacks.url + "/bad")])[0], 502)
                self.assertEqual(ask(host, b"[1]")[0], 400)
                self.assertEqual(ask(host, [call(self.callbacks.url)])[0], 200)

    def test_host_that_does_not_allow_urls(self):
        with Host(services.MODULES / "trace-context-service.wasm") as host:
            status, body = ask(host, [call(self.callbacks.url)])
            self.assertEqual((status, body.decode()), (
                502, f"callback 1 of 1 failed: not_allowed, {self.callbacks.url}\n"))
        self.assertEqual(self.callbacks.take(), [])


    def test_telemetry_goes_to_the_url_that_the_configuration_names(self):
        with Capture() as capture, services.START[self.name](
            {"OTEL_EXPORTER_OTLP_ENDPOINT": capture.url}
        ) as host:
            self.assertEqual(ask(host, [call(self.callbacks.url)], LINES), (200, b""))
            spans = {span["name"]: span for _, span in capture.wait_for_spans(2)}
        self.assertEqual(spans["POST /test"]["parentSpanId"], CALLER)
        self.assertEqual(spans["POST"]["parentSpanId"], spans["POST /test"]["spanId"])
        (_, header, _), = self.callbacks.take()
        self.assertEqual(self.ids(header), (TRACE, spans["POST"]["spanId"]))


class OnFastly(Service, unittest.TestCase):
    name = "fastly"
