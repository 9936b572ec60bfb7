#!/usr/bin/env python3
"""Proves that the tables judge: a goal is reached or not by the rows, and what is missing is told."""

import unittest

import goals
import rooms
from rows import Rows, number, timing


def row(scenario, value, target="wasm-wasmtime", optimisation="-Oz", clock="fake", unit="ns"):
    return {"scenario": scenario, "target": target, "clock": clock, "optimisation": optimisation,
            "value": value, "unit": unit, "spread": value / 10, "floor": None, "ratio": None}


def goal(name):
    return next(goal for goal in goals.GOALS if goal.name == name)


class Tables(unittest.TestCase):
    form = goals.FORMS[0]

    def test_a_goal_against_a_number(self):
        for value, good in ((6, True), (6.1, False)):
            rows = Rows([row("child_under_unsampled", value)])
            self.assertEqual(goals.good(goal("child_under_unsampled"), rows, self.form), good)

    def test_a_goal_against_a_peer_of_the_same_run(self):
        bare = goal("span_bare: OTel JS / 30")
        js = row("span_bare_otel_js", 600, "v8", None, "real")
        self.assertTrue(goals.good(bare, Rows([row("span_bare", 20), js]), self.form))
        self.assertFalse(goals.good(bare, Rows([row("span_bare", 21), js]), self.form))
        self.assertIsNone(goals.good(bare, Rows([row("span_bare", 20)]), self.form))
        self.assertEqual(goals.cell(bare, Rows([]), self.form), "not measured")

    def test_the_rise_of_growing_documents(self):
        rise = goal("encode, rise of fuel to 10,000 spans")
        names = ("encode_1_span", "encode_10_spans", "encode_100_spans", "encode_1000_spans")
        steady = [row(name, 100, unit="fuel") for name in names]
        for last, good in ((100, True), (108, True), (110, False)):
            rows = Rows([*steady, row("encode_10000_spans", last, unit="fuel")])
            self.assertEqual(goals.good(rise, rows, self.form), good, last)

    def test_every_goal_lives_without_rows(self):
        self.assertEqual(len(list(goals.lines(Rows([]), lambda text, _: text))), len(goals.GOALS) + 1)

    def test_figures(self):
        self.assertEqual([number(v) for v in (None, 0.123, 12.34, 123.4, 1234.5)],
                         ["-", "0.12", "12.3", "123", "1,234"])
        self.assertEqual(timing(row("a", 50)), "50.0 ±10%")

    def test_the_linkers_map(self):
        lines = [
            "       -      53c        9  sdk/libafterglow_sdk.a(span.cpp.obj):(_ZN9afterglow4SpanE)",
            "       -      53c        9          afterglow::Span::end()",
            "   10000    17b83       10         <internal>:(.rodata)",
        ]
        found = [rooms.INPUT.match(line) for line in lines]
        self.assertEqual([f and int(f["size"], 16) for f in found], [9, None, 16])
        self.assertEqual(rooms.origin(found[0]["file"], {"span.cpp": "record"}), ("record", "span"))


if __name__ == "__main__":
    unittest.main()
