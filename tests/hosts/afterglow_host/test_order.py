"""The visitor never waits for telemetry, shown without a clock: a collector that does not answer."""

import unittest

from .programs import CART, FLUSH_FIRST, Host
from .servers import Capture, Origin

# Guest and host both wait for the collector's answer.
WAIT = ("--wait", "--max-instances", "2")


class Order(unittest.TestCase):
    def test_response_is_read_whole_before_collector_answers(self):
        with Capture(open_gate=False) as capture, Origin() as origin, Host(
            CART, *WAIT, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            status, body = host.get("/cart")
            self.assertEqual(status, 200)
            self.assertIn('"visitor":"anonymous"', body)
            capture.gate.set()  # only now may the collector answer
            capture.wait_for_spans(5)
            self.assertEqual(host.stop(), 0)
            self.assertIn("2 taken, 2 delivered", host.output())

    def test_next_request_of_the_connection_does_not_wait(self):
        with Capture(open_gate=False) as capture, Origin() as origin, Host(
            CART, *WAIT, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            connection = host.connect()
            for _ in range(2):
                connection.request("GET", "/cart")
                response = connection.getresponse()
                response.read()
                self.assertEqual(response.status, 200)
            connection.close()
            capture.gate.set()
            capture.wait_for_spans(10)
            self.assertEqual(host.stop(), 0)

    def test_flush_before_the_response_would_be_noticed(self):
        with Capture(open_gate=False) as capture, Host(
            FLUSH_FIRST, *WAIT, "--collector", capture.url, "--timeout-ms", "1000"
        ) as host:
            self.assertEqual(host.get("/")[0], 504)
            capture.wait_for_spans(1)  # it had left, and its sender was waiting
            capture.gate.set()
            self.assertEqual(host.stop(), 0)

    def test_responses_without_a_body_end_too(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            connection = host.connect()
            connection.request("HEAD", "/cart")
            response = connection.getresponse()
            self.assertEqual((response.status, response.read()), (200, b""))
            connection.close()
            spans = capture.wait_for_spans(5)
            self.assertIn("HEAD /cart", [span["name"] for _, span in spans])
