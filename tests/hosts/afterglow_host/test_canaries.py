"""Secrets of visitors through the sample: none is in what leaves or in what is printed."""

import re
import unittest

from .programs import CART, NATIVE, WASM, Host, Program
from .servers import Capture, Origin

MARK = "cAnArY"
MARKS = "cAnArY|dec0dedc|40071337"  # of tests/canaries/canary.cpp
REQUESTS = 12  # of canary-host and canaries-fastly
TRAVELLING = 2  # a member of baggage, with both its marks, while its trace lives
TARGETS = [
    "/cart?token={}", "/cart?eyJhbGciOi{}.eyJzdWIiOiJ4In0.c2lnbmF0dXJl=1", "/cart?a=1&user={}", "/cart?fail=1&password={}",
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


def found_in(text):
    """The canaries there, with a little of what is around them."""
    return [text[max(0, at.start() - 40):at.end() + 20] for at in re.finditer(MARK, text)]


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
            self.assertFalse(found_in(sent))
            self.assertFalse(found_in(host.output()))

    def test_one_that_is_planted_is_found(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}", "--print"
        ) as host:
            host.get("/cart", {"User-Agent": MARK})  # recorded as it comes
            host.stop()
            self.assertIn(MARK, repr(capture.documents))
            self.assertIn(MARK, host.output())


class CanariesInMemory(unittest.TestCase):
    """Every entry point, in an instance whose linear memory its host searches from outside."""

    def search(self, *plant):
        """(marks found by what was searched, what arrived, what was printed)."""
        with Capture() as capture, Program(
            NATIVE / "tests/canaries/canary-host",
            WASM / "tests/canaries/canaries-reactor.wasm", capture.url, *plant
        ) as host:
            self.assertEqual(host.wait(), 0, host.output())
            found = dict(re.findall(r"^(\w+) (\d+)$", host.output(), re.MULTILINE))
            sent = repr(capture.documents)
        self.assertIn("REDACTED", sent)
        return {what: int(count) for what, count in found.items()}, sent, host.output()

    def test_none_is_kept_nor_after_a_trap(self):
        found, sent, printed = self.search()
        self.assertEqual(found, {"recording": REQUESTS * TRAVELLING, "memory": 0,
                                 "trapped": TRAVELLING})
        self.assertFalse(re.findall(MARKS, sent + printed))

    def test_one_that_is_planted_is_found(self):
        found, sent, _ = self.search("plant")
        self.assertGreater(found["recording"], REQUESTS * TRAVELLING)
        self.assertGreater(found["memory"], 0)
        self.assertGreater(found["trapped"], TRAVELLING)
        self.assertTrue(re.findall(MARKS, sent))
