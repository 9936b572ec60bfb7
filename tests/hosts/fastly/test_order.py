"""The visitor never waits for telemetry, shown without a clock; and it arrives nevertheless."""

import json
import re
import socket
import unittest

from afterglow_host.servers import PATIENCE_S, Capture, Origin

from .viceroy import CART, Viceroy


def read_request(server):
    """Path and document of the next request; it gets no answer."""
    connection, _ = server.accept()
    connection.settimeout(PATIENCE_S)
    with connection, connection.makefile("rb") as stream:
        head = b"".join(iter(stream.readline, b"\r\n"))
        path = re.match(rb"POST (\S+) HTTP/1\.1\r\n", head)[1].decode()
        length = int(re.search(rb"content-length: (\d+)", head)[1])
        return path, json.loads(stream.read(length))


class Order(unittest.TestCase):
    def test_response_is_read_whole_before_collector_answers(self):
        with Capture(open_gate=False) as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": capture.url}, {"AFTERGLOW_WAIT": "true"}
        ) as host:
            status, body = host.get("/cart")
            self.assertEqual(status, 200)
            self.assertIn('"visitor":"anonymous"', body)
            capture.wait_for_spans(5)  # the guest is waiting for the answer
            self.assertNotIn("request completed", host.output())
            capture.gate.set()
            host.wait_for_end()
            self.assertEqual(host.events("afterglow"), [])  # nothing was lost

    def test_telemetry_arrives_after_the_guest_has_ended(self):
        # Nobody takes the connection before the guest is gone.
        with socket.create_server(("127.0.0.1", 0)) as collector, Origin() as origin, Viceroy(
            CART, {"origin": origin.url,
                   "otel-collector": f"http://127.0.0.1:{collector.getsockname()[1]}"}
        ) as host:
            collector.settimeout(PATIENCE_S)
            with collector.accept()[0]:
                pass  # Viceroy looks at its start whether a backend is up
            self.assertEqual(host.get("/cart")[0], 200)
            host.wait_for_end()
            documents = dict(read_request(collector) for _ in range(2))
            self.assertEqual(sorted(documents), ["/v1/metrics", "/v1/traces"])
            document = documents["/v1/traces"]
            spans = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
            self.assertEqual(len(spans), 5)
