"""Secrets of visitors through the sample: none is in what leaves or in what is printed."""

import unittest

from .programs import CART, Host
from .servers import Capture, Origin

MARK = "cAnArY"
TARGETS = [
    "/cart?token={}", "/cart?{}=1", "/cart?a=1&user={}", "/cart?fail=1&password={}",
    "/reset/eyJhbGciOi{}.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", "/mail/{}@mail.example", "/cart#{}",
]
HEADERS = ["Cookie", "Authorization", "X-Api-Key", "X-Forwarded-User", "Referer", "baggage"]


def canaries():
    """(target, headers) of one request each, every one with secrets of its own."""
    number = 0
    for _ in range(4):
        for target in TARGETS:
            headers = {}
            for name in HEADERS:
                number += 1
                value = f"{MARK}{number:05}"
                headers[name] = f"k={value}" if name == "baggage" else value
            if number % 2:
                del headers["Authorization"]
            number += 1
            yield target.format(f"{MARK}{number:05}"), headers


def ask_all(host):
    asked = list(canaries())
    for target, headers in asked:
        host.get(target, headers)
    return len(asked)


class Canaries(unittest.TestCase):
    def test_none_leaves_and_none_is_printed(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}", "--print"
        ) as host:
            ask_all(host)
            host.stop()
            sent = repr(capture.documents)
            self.assertIn("REDACTED", sent)
            self.assertNotIn(MARK, sent)
            self.assertNotIn(MARK, host.output())

    def test_one_that_is_planted_is_found(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}", "--print"
        ) as host:
            host.get("/cart", {"User-Agent": MARK})  # recorded as it comes
            host.stop()
            self.assertIn(MARK, repr(capture.documents))
            self.assertIn(MARK, host.output())
