"""A thousand requests, sixteen at a time: nothing is lost, nothing is mixed up, and each costs one
subrequest for each signal of its telemetry."""

import concurrent.futures
import json
import unittest

from afterglow_host.servers import Capture, Origin

from .viceroy import CART, NOWHERE, REUSE, Viceroy

REQUESTS = 1_000
AT_ONCE = 16


def ask(host, target):
    """Status of each request; request n belongs to trace n."""
    def one(number):
        traceparent = f"00-{number:032x}-{number:016x}-01"
        return host.get(target, [("traceparent", traceparent)])[0]

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(1, REQUESTS + 1)))


def by_trace(spans):
    traces = {}
    for _, span in spans:
        traces.setdefault(span["traceId"], []).append(span)
    return traces


class Requests(unittest.TestCase):
    def check(self, traces, names):
        self.assertEqual(len(traces), REQUESTS)
        for number in range(1, REQUESTS + 1):
            mine = traces[f"{number:032x}"]
            self.assertEqual(sorted(span["name"] for span in mine), names)
            roots = [span for span in mine if span["parentSpanId"] == f"{number:016x}"]
            self.assertEqual(len(roots), 1)
            others = {span["parentSpanId"] for span in mine if span is not roots[0]}
            self.assertEqual(others, {roots[0]["spanId"]})

    def test_a_sandbox_for_each(self):
        with Capture() as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": capture.url}
        ) as host:
            self.assertEqual(ask(host, "/cart"), [200] * REQUESTS)
            traces = by_trace(capture.wait_for_spans(5 * REQUESTS))
            self.check(traces, ["GET", "GET /cart", "authenticate", "render", "route"])
            points = capture.wait_for_points(6 * REQUESTS)
            # One subrequest for its spans and one for its points, not one for each of them.
            self.assertEqual(len(capture.documents), 2 * REQUESTS)
            starts = [point for _, metric, point in points if metric["name"] == "faas.coldstarts"]
            self.assertEqual([point["asInt"] for point in starts], ["1"] * REQUESTS)
            asked = sum(lines != [] for lines in origin.traceparents)
            self.assertEqual(asked, REQUESTS)
            self.assertEqual(host.events("afterglow"), [])

    def test_sandboxes_that_serve_many(self):
        with Capture() as capture, Viceroy(REUSE, {"otel-collector": capture.url}) as host:
            self.assertEqual(ask(host, "/hello"), [200] * REQUESTS)
            spans = capture.wait_for_spans(2 * REQUESTS)
            self.check(by_trace(spans), ["GET /hello", "greet"])
            self.assertEqual(len(capture.documents), REQUESTS)
            attributes = [{pair["key"]: pair["value"] for pair in span["attributes"]}
                          for _, span in spans if span["name"] == "GET /hello"]
            ids = {pairs["fastly.request_id"]["stringValue"] for pairs in attributes}
            self.assertEqual(len(ids), REQUESTS)  # each request has its own
            places = [int(pairs["sandbox.request_number"]["intValue"]) for pairs in attributes]
            self.assertGreater(max(places), 1)  # sandboxes were reused
            sandboxes = {pair["value"]["stringValue"] for resource, _ in spans
                         for pair in resource["attributes"] if pair["key"] == "service.instance.id"}
            self.assertEqual(len(sandboxes), places.count(1))

    def test_log_endpoint_costs_no_subrequest(self):
        with Capture() as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": capture.url},
            {"AFTERGLOW_DESTINATION": "log:telemetry"}
        ) as host:
            self.assertEqual(host.get("/cart")[0], 200)
            host.wait_for_end()
            signals = [next(iter(json.loads(line))) for line in host.events("telemetry")]
            self.assertEqual(signals, ["resourceSpans", "resourceMetrics"])
            self.assertEqual(capture.documents, [])
            self.assertEqual(sum(lines != [] for lines in origin.traceparents), 1)

    def test_signals_can_go_different_ways(self):
        with Capture() as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": NOWHERE, "other": capture.url},
            {"AFTERGLOW_DESTINATION": "log:telemetry", "AFTERGLOW_TRACES_DESTINATION": "other"}
        ) as host:
            self.assertEqual(host.get("/cart")[0], 200)
            self.assertEqual(len(capture.wait_for_spans(5)), 5)
            host.wait_for_end()
            line, = host.events("telemetry")
            self.assertIn("resourceMetrics", json.loads(line))
