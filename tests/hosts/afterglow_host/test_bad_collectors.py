"""Telemetry never fails a request: collectors that are down, silent or refuse everything."""

import unittest

from .programs import CART, Host, free_port
from .servers import Capture, Origin


class BadCollectors(unittest.TestCase):
    def serve_two(self, collector_url, *flags):
        """Two requests, so two bodies of traces and two of metrics; returns the host's output once
        it has ended well."""
        with Origin() as origin, Host(
            CART, "--collector", collector_url, "--backend", f"origin={origin.url}", *flags
        ) as host:
            for _ in range(2):
                status, body = host.get("/cart")
                self.assertEqual(status, 200)
                self.assertIn('"visitor":"anonymous"', body)
            self.assertEqual(host.stop(), 0)
            return host.output()

    def test_down(self):
        output = self.serve_two(f"http://127.0.0.1:{free_port()}")
        self.assertIn("telemetry lost: unavailable", output)
        self.assertIn("4 taken, 0 delivered", output)

    def test_accepts_and_never_answers(self):
        with Capture(open_gate=False) as capture:
            output = self.serve_two(capture.url, "--collector-timeout-ms", "500")
            self.assertIn("telemetry lost: timeout", output)
            self.assertIn("4 taken, 0 delivered", output)
            capture.gate.set()

    def test_refuses(self):
        for status in (400, 413, 500):
            for flags in ((), ("--wait",)):
                with self.subTest(status=status, flags=flags), Capture(status=status) as capture:
                    output = self.serve_two(capture.url, *flags)
                    self.assertIn("telemetry lost: rejected", output)
                    self.assertIn(f"HTTP {status}", output)
                    self.assertIn("4 taken, 0 delivered", output)
                    self.assertEqual(len(capture.documents), 4)  # nothing was sent twice

    def test_no_collector_at_all(self):
        with Origin() as origin, Host(CART, "--backend", f"origin={origin.url}") as host:
            self.assertEqual(host.get("/cart")[0], 200)
            self.assertEqual(host.stop(), 0)
