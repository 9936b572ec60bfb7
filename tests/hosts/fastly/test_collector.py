"""What the OpenTelemetry Collector understood is what the handler recorded, by each way out."""

import contextlib
import json
import unittest
import urllib.request

from afterglow_host import otlp
from afterglow_host import test_collector as expected
from afterglow_host.programs import COLLECTOR, Collector
from afterglow_host.servers import PATIENCE_S, Capture, Origin

from .viceroy import CART, NOWHERE, Viceroy

HEADERS = [("User-Agent", "afterglow-test")]
FASTLY = {"cloud.provider": "Fastly", "cloud.platform": "Fastly Compute",
          "deployment.environment.name": "demo", "service.name": "cart-edge"}


METRICS = ["cart.cache.lookups", "cart.items", "faas.coldstarts", "http.client.request.duration",
           "http.server.active_requests", "http.server.request.duration"]


def spans_of(document):
    return [span for one in document.get("resourceSpans", []) for span in
            one["scopeSpans"][0]["spans"]]


def names_of(document):
    return [metric["name"] for one in document.get("resourceMetrics", []) for metric in
            one["scopeMetrics"][0]["metrics"]]


def setUpModule():
    if not COLLECTOR:
        raise unittest.SkipTest("no Collector: toolchain/install/collector.sh")


def whole(spans):
    return sorted((otlp.whole(span) for span in spans), key=lambda span: span["ids"])


class Understood(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.capture = stack.enter_context(Capture())
        self.collector = stack.enter_context(Collector(self.capture.url))
        self.origin = stack.enter_context(Origin())
        self.stack = stack

    def ask(self, settings, collector_url):
        host = self.stack.enter_context(Viceroy(
            CART, {"origin": self.origin.url, "otel-collector": collector_url}, settings))
        status, body = host.get("/cart", HEADERS)
        self.assertEqual(status, 200)
        host.wait_for_end()
        return host, body

    def test_backend(self):
        _, body = self.ask({"AFTERGLOW_WAIT": "true"}, self.collector.url)
        arrived = self.capture.wait_for_spans(5)
        spans = [span for _, span in arrived]
        otlp.check_times(self, spans)
        plain = sorted(map(otlp.plain, spans), key=lambda span: span["name"])
        self.assertEqual(
            plain, sorted(expected.expected_good(body), key=lambda span: span["name"]))
        resource = otlp.attributes_of(arrived[0][0])
        self.assertLessEqual(FASTLY.items(), resource.items())
        for key in ("cloud.region", "cloud.availability_zone", "host.name", "service.instance.id"):
            self.assertIn(key, resource)

    def test_each_line_of_a_log_endpoint_alone(self):
        host, _ = self.ask({"AFTERGLOW_DESTINATION": "log:telemetry",
                            "AFTERGLOW_MAX_LINE_BYTES": "2048"}, NOWHERE)
        lines = host.events("telemetry")
        self.assertGreater(len(lines), 1)
        recorded = []
        measured = []
        for line in lines:
            self.assertLessEqual(len(line.encode()), 2048)
            document = json.loads(line)
            path = "/v1/traces" if "resourceSpans" in document else "/v1/metrics"
            recorded += spans_of(document)
            measured += names_of(document)
            request = urllib.request.Request(
                self.collector.url + path, line.encode(),
                {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                self.assertEqual(answer.status, 200)
        self.assertEqual(len(recorded), 5)
        understood = [span for _, span in self.capture.wait_for_spans(5)]
        self.assertEqual(whole(understood), whole(recorded))
        names = [metric["name"] for _, metric, _ in self.capture.wait_for_points(6)]
        self.assertEqual(sorted(names), sorted(measured))
        self.assertEqual(sorted(names), METRICS)
