"""Secrets of visitors through the sample on Fastly: none is in what leaves or in what is logged."""

import re
import unittest

from afterglow_host.programs import WASM
from afterglow_host.servers import Capture, Origin
from afterglow_host.test_canaries import (
    MARK, MARKS, REQUESTS, TRAVELLING, ask_all, found_in)

from .viceroy import CART, Viceroy


class Asker:
    def __init__(self, host):
        self.host = host

    def get(self, target, headers):
        return self.host.get(target, list(headers.items()))


class Canaries(unittest.TestCase):
    def ask(self, ask):
        with Capture() as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": capture.url}
        ) as host:
            ask(host)
            capture.wait_for_spans(1)
            # Viceroy's own lines tell the request's target: ours are those of the endpoints.
            lines = [line for line in host.lines if " :: " in line]
            return repr(capture.documents), repr(lines)

    def test_none_leaves_and_none_is_logged(self):
        sent, lines = self.ask(lambda host: ask_all(Asker(host)))
        self.assertIn("REDACTED", sent)
        self.assertFalse(found_in(sent))
        self.assertFalse(found_in(lines))

    def test_one_that_is_planted_is_found(self):
        sent, _ = self.ask(lambda host: host.get("/cart", [("User-Agent", MARK)]))
        self.assertIn(MARK, sent)


class CanariesInMemory(unittest.TestCase):
    """Every entry point, in a sandbox that searches its own linear memory."""

    def search(self, target):
        with Capture() as capture, Viceroy(
            WASM / "tests/canaries/canaries-fastly.wasm", {"otel-collector": capture.url}
        ) as host:
            _, answer = host.get(target)
            host.wait_for_end()
            capture.wait_for_spans(REQUESTS)
            sent = repr(capture.documents)
        self.assertIn("REDACTED", sent)
        return {what: int(n) for what, n in re.findall(r"(\w+) (\d+)", answer)}, sent

    def test_none_is_kept(self):
        found, sent = self.search("/")
        self.assertEqual(found, {"recording": REQUESTS * TRAVELLING, "memory": 0})
        self.assertFalse(re.findall(MARKS, sent))

    def test_one_that_is_planted_is_found(self):
        found, sent = self.search("/plant")
        self.assertGreater(found["memory"], 0)
        self.assertTrue(re.findall(MARKS, sent))
