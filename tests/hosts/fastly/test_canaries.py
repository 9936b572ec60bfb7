"""Secrets of visitors through the sample on Fastly: none is in what leaves or in what is logged."""

import unittest

from afterglow_host.servers import Capture, Origin
from afterglow_host.test_canaries import MARK, ask_all, found_in

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
