"""Metrics of a handler: what the Collector understood, and what deltas of instances add up to."""

import contextlib
import json
import time
import unittest

from . import otlp
from .programs import COLLECTOR, METERED, Collector, Host
from .servers import PATIENCE_S, Capture

ONE = ("--max-instances", "1")
NUMBERS = [0, 1, 5, 6, 11, 2000000, 7, 3]


def said(value):
    """The same in the words of both sides: what is zero, false or empty may be left out."""
    if isinstance(value, dict):
        return {k: said(v) for k, v in value.items() if said(v) not in (0, "0", "", [], {}, None)}
    return [said(v) for v in value] if isinstance(value, list) else value


def as_text(value):
    return json.dumps(value, sort_keys=True)


def metrics_of(document):
    """Metrics of a document by name."""
    resource, = document["resourceMetrics"]
    scope, = resource["scopeMetrics"]
    return {metric["name"]: said(metric) for metric in scope["metrics"]}


def told(points):
    """How many requests these deltas are about."""
    return sum(int(p["count"]) for _, m, p in points if m["name"] == "metered.sizes")


def drain(host, arrived):
    """Requests that measure nothing, until everything has arrived: a point whose last delta was
    not answered yet leaves with a later flush."""
    end = time.monotonic() + PATIENCE_S
    while not arrived():
        if time.monotonic() > end:
            raise AssertionError("not everything arrived:\n" + host.output())
        host.get("/idle")


def all_counted(totals, served):
    """Have all streams of an instance that served so many requests arrived?"""
    whole = {instance for (instance, name, _), p in totals.items()
             if name == "metered.sizes" and int(p["count"]) == served}
    return any(
        instance in whole and name == "metered.seen" and int(p["asInt"]) == served
        and sum(int(q["asInt"]) for (i, n, _), q in totals.items()
                if (i, n) == (instance, "metered.requests")) == served
        and any((i, n) == (instance, "metered.cost") for i, n, _ in totals)
        for (instance, name, _), p in totals.items())


def latest(points):
    """The last cumulative point of each stream: (instance, name, attributes) to point."""
    return {
        (otlp.attributes_of(resource)["service.instance.id"], metric["name"],
         as_text(otlp.attributes_of(point))): point
        for resource, metric, point in sorted(points, key=lambda p: int(p[2]["timeUnixNano"]))
    }


@unittest.skipUnless(COLLECTOR, "no Collector: toolchain/install/collector.sh installs it")
class Metrics(unittest.TestCase):
    maxDiff = None

    def test_collector_hands_back_equal_points(self):
        with Capture() as capture, Collector(capture.url) as collector, Host(
            METERED, "--collector", collector.url, "--print", *ONE
        ) as host:
            for number in NUMBERS:
                self.assertEqual(host.get(f"/?n={number}")[0], 200)
            drain(host, lambda: told(capture.points()) == len(NUMBERS))
            host.stop()
            sent = [json.loads(line) for line in host.lines
                    if line.startswith('{"resourceMetrics"')]
            understood = [d for d in capture.documents if "resourceMetrics" in d]
        in_order = [sorted((metrics_of(d) for d in documents), key=as_text)
                    for documents in (understood, sent)]
        self.assertEqual(*in_order)
        self.assertTrue(sent)
        ours = otlp.attributes_of(sent[0]["resourceMetrics"][0]["resource"])
        self.assertRegex(ours["service.instance.id"],
                         "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        for document in understood:
            self.assertEqual(
                otlp.attributes_of(document["resourceMetrics"][0]["resource"]), ours)
        exemplars = [p["exemplars"] for _, m, p in capture.points() if m["name"] == "metered.sizes"]
        spans = {(s["traceId"], s["spanId"]) for _, s in capture.spans()}
        pointed_at = {(e["traceId"], e["spanId"]) for one in exemplars for e in one}
        self.assertTrue(pointed_at)
        self.assertLessEqual(pointed_at, spans)

    def test_deltas_have_no_gaps(self):
        with Capture() as capture, Host(METERED, "--collector", capture.url, *ONE) as host:
            for number in NUMBERS:
                host.get(f"/?n={number}")
            drain(host, lambda: told(capture.points()) == len(NUMBERS))
            points = capture.points()
        sizes = [p for _, m, p in points if m["name"] == "metered.sizes"]
        for earlier, later in zip(sizes, sizes[1:]):
            self.assertEqual(earlier["timeUnixNano"], later["startTimeUnixNano"])

    def test_deltas_of_interleaved_instances_add_up_exactly(self):
        with contextlib.ExitStack() as stack:
            capture = stack.enter_context(Capture())
            collector = stack.enter_context(Collector(capture.url, "deltatocumulative"))
            hosts = [stack.enter_context(Host(METERED, "--collector", collector.url, *ONE))
                     for _ in range(2)]
            served = [0, 0]
            for turn in range(30):
                which = turn % 3 % 2  # the first serves twice as many
                hosts[which].get(f"/?n={turn}")
                served[which] += 1
            drain(hosts[0], lambda: all_counted(latest(capture.points()), served[0]))
            drain(hosts[1], lambda: all_counted(latest(capture.points()), served[1]))
            totals = latest(capture.points())
        counts = {}
        for (instance, name, _), point in totals.items():
            if name == "metered.requests":
                counts[instance] = counts.get(instance, 0) + int(point["asInt"])
        self.assertEqual(sorted(counts.values()), sorted(served))
        sizes = [p for (_, name, _), p in totals.items() if name == "metered.sizes"]
        self.assertEqual(sum(int(p["count"]) for p in sizes), 30)
        self.assertEqual(sum(p["sum"] for p in sizes), sum(range(30)))
        self.assertEqual([sum(int(p["bucketCounts"][i]) for p in sizes) for i in range(4)],
                         [2, 4, 5, 19])
        costs = [p["asDouble"] for (_, name, _), p in totals.items() if name == "metered.cost"]
        self.assertEqual(sum(costs), sum(range(30)) / 4)
        seen = [int(p["asInt"]) for (_, name, _), p in totals.items() if name == "metered.seen"]
        self.assertEqual(sorted(seen), sorted(served))
