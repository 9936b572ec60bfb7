"""What the sample measures: lookups, items, requests and cold starts, as the Collector understood
it, and as Prometheus reads it."""

import contextlib
import time
import unittest

from . import otlp
from .programs import CART, CART_PULLED, COLLECTOR, Collector, Host
from .prometheus import PROMETHEUS, MetricsHost, Prometheus
from .servers import PATIENCE_S, Capture, Origin

ADA = {"Authorization": "Bearer ada"}
UNSAMPLED = {"traceparent": f"00-{7:032x}-{7:016x}-00"}
HTTP = {"http.request.method": "GET", "url.scheme": "http"}
CART_ROUTE = HTTP | {"http.route": "/cart"}
ORIGIN = {"http.request.method": "GET", "server.address": "carts.internal", "server.port": 80}


def keyed(attributes):
    return tuple(sorted(attributes.items()))


def totals(points, name):
    """Deltas of a metric added up: attributes to sum, or to (count, sum of values)."""
    found = {}
    for _, metric, point in points:
        if metric["name"] != name:
            continue
        key = keyed(otlp.attributes_of(point))
        if "count" in point:
            count, values = found.get(key, (0, 0))
            found[key] = (count + int(point["count"]), values + point.get("sum", 0))
        else:
            found[key] = found.get(key, 0) + int(point.get("asInt", 0))
    return found


def counts(points, name):
    return {key: count for key, (count, _) in totals(points, name).items()}


def expected(*pairs):
    return {keyed(attributes): value for attributes, value in pairs}


def told(points):
    return sum(counts(points, "http.server.request.duration").values())


@unittest.skipUnless(COLLECTOR, "no Collector: toolchain/install/collector.sh installs it")
class RequestMetrics(unittest.TestCase):
    maxDiff = None

    def ask(self, *requests, flags=("--max-instances", "1")):
        """(status, body) of each (target, headers), and the points that the Collector understood."""
        with contextlib.ExitStack() as stack:
            capture = stack.enter_context(Capture())
            collector = stack.enter_context(Collector(capture.url))
            origin = stack.enter_context(Origin())
            host = stack.enter_context(Host(
                CART, "--collector", collector.url, "--backend", f"origin={origin.url}", *flags))
            answers = [host.get(target, headers) for target, headers in requests]
            # A point whose last delta was not answered yet leaves with a later flush.
            end = time.monotonic() + PATIENCE_S
            while told(capture.points()) < len(requests):
                self.assertLess(time.monotonic(), end, host.output())
                self.assertEqual(host.get("/healthz")[0], 200)
            self.assertEqual(host.stop(), 0)
            self.spans = {(s["traceId"], s["spanId"]): s["name"] for _, s in capture.spans()}
            return answers, capture.points()

    def test_each_request_counts_once_with_what_became_of_it(self):
        answers, points = self.ask(
            ("/cart", ADA), ("/cart?keep=1", ADA), ("/cart", ADA), ("/cart", ADA),
            ("/cart", UNSAMPLED), ("/cart?fail=1", {}), ("/nope", {}),
            ("/cart", {"Authorization": "Basic x"}))
        self.assertEqual([status for status, _ in answers],
                         [200, 200, 200, 200, 200, 502, 404, 401])
        self.assertEqual(answers[2], answers[1])  # from the cache
        self.assertEqual(totals(points, "cart.cache.lookups"), expected(
            ({"cache.hit": True}, 1), ({"cache.hit": False}, 5)))
        self.assertEqual(totals(points, "cart.items"), {(): (5, 10)})  # two in each cart
        self.assertEqual(counts(points, "http.server.request.duration"), expected(
            (CART_ROUTE | {"http.response.status_code": 200}, 5),
            (CART_ROUTE | {"http.response.status_code": 502, "error.type": "502"}, 1),
            (HTTP | {"http.response.status_code": 404}, 1),
            (HTTP | {"http.response.status_code": 401}, 1)))
        self.assertEqual(counts(points, "http.client.request.duration"), expected(
            (ORIGIN | {"http.response.status_code": 200}, 4),
            (ORIGIN | {"http.response.status_code": 503, "error.type": "503"}, 1)))
        self.assertEqual(totals(points, "faas.coldstarts"), expected(({"faas.trigger": "http"}, 1)))
        active = [p for _, m, p in points if m["name"] == "http.server.active_requests"]
        self.assertEqual({keyed(otlp.attributes_of(p)) for p in active}, {keyed(HTTP)})
        self.assertEqual({int(p.get("asInt", 0)) for p in active}, {0})

    def test_exemplars_point_at_the_spans_that_were_sampled(self):
        _, points = self.ask(("/cart", {}), ("/cart", UNSAMPLED))
        names = {"http.server.request.duration": "GET /cart", "http.client.request.duration": "GET",
                 "cart.items": "GET /cart"}
        for metric, span in names.items():
            exemplars = [(e["traceId"], e["spanId"]) for _, m, p in points if m["name"] == metric
                         for e in p.get("exemplars", [])]
            self.assertEqual([self.spans[ids] for ids in exemplars], [span])

    def test_durations_are_those_of_the_spans(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            self.assertEqual(host.get("/cart")[0], 200)
            spans = {s["name"]: s for _, s in capture.wait_for_spans(5)}
            sums = {m["name"]: p.get("sum") for _, m, p in capture.wait_for_points(6)}
        for metric, span in (("http.server.request.duration", "GET /cart"),
                             ("http.client.request.duration", "GET")):
            took = int(spans[span]["endTimeUnixNano"]) - int(spans[span]["startTimeUnixNano"])
            self.assertEqual(round(sums[metric] * 1e9), took)

    def test_every_instance_counts_its_cold_start(self):
        answers, points = self.ask(*[("/cart", {})] * 3, flags=("--reuse", "1"))
        self.assertEqual([status for status, _ in answers], [200] * 3)
        starts = {otlp.attributes_of(resource)["service.instance.id"]: int(point["asInt"])
                  for resource, metric, point in points if metric["name"] == "faas.coldstarts"}
        self.assertEqual(list(starts.values()), [1] * 3)


@unittest.skipUnless(PROMETHEUS, "no Prometheus: toolchain/install/prometheus.sh fetches it")
class InPrometheus(unittest.TestCase):
    def test_totals_over_all_instances(self):
        served = 'http_server_request_duration_seconds_count{http_route="/cart",%s}'
        with Origin() as origin, MetricsHost(
            CART_PULLED, "--backend", f"origin={origin.url}", "--reuse", "3",
            "--max-instances", "1"
        ) as host, Prometheus(host.metrics_url) as prometheus:
            for target in ["/cart", "/cart?keep=1", "/cart"] * 4 + ["/cart?fail=1"]:
                host.get(target, ADA)
            prometheus.wait_for("http_server_request_duration_seconds_count", 13)
            for query, total in {
                served % 'http_response_status_code="200"': 12,
                served % 'error_type="502"': 1,
                "http_client_request_duration_seconds_count": 9,
                'http_client_request_duration_seconds_count{error_type="503"}': 1,
                'cart_cache_lookups_total{cache_hit="true"}': 4,
                'cart_cache_lookups_total{cache_hit="false"}': 9,
                "cart_items_count": 12, "cart_items_sum": 24,
                "faas_coldstarts_total": 5,
                "http_server_active_requests": 0,
            }.items():
                self.assertEqual(prometheus.sum(query), total, query)
            self.assertEqual(host.stop(), 0)
