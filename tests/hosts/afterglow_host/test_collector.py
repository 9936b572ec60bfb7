"""What the OpenTelemetry Collector understood is what the handler recorded, field by field."""

import contextlib
import json
import unittest

from . import otlp
from .programs import CART, COLLECTOR, Collector, Host
from .servers import Capture, Origin

INTERNAL, SERVER, CLIENT = 1, 2, 3
SAMPLED, RANDOM, KNOWS_REMOTE, IS_REMOTE = 0x1, 0x2, 0x100, 0x200
OK_STATUS = {"code": 0, "message": ""}
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
FAILED = "the carts service did not deliver"


def span(name, kind, attributes, flags, events=(), status=OK_STATUS):
    return {
        "name": name, "kind": kind, "flags": flags, "trace_state": "", "attributes": attributes,
        "events": list(events), "links": [], "status": status, "dropped": [0, 0, 0],
    }


def server_attributes(status, query=None):
    return {
        "http.request.method": "GET", "url.scheme": "http", "url.path": "/cart",
        "user_agent.original": "afterglow-test", "http.route": "/cart",
        "http.response.status_code": status,
    } | ({"url.query": query} if query else {})


def client_attributes(target, status):
    return {
        "http.request.method": "GET", "server.address": "carts.internal", "server.port": 80,
        "url.full": "http://carts.internal" + target, "http.response.status_code": status,
    }


def expected_good(body, target="/carts/REDACTED", flags=SAMPLED | RANDOM, route_events=(),
                  query=None):
    local = flags | KNOWS_REMOTE
    return [
        span("GET /cart", SERVER, server_attributes(200, query), local,
             [("cart rendered", {"cart.items": 2})]),
        span("authenticate", INTERNAL, {"cart.visitor": "anonymous"}, local),
        span("route", INTERNAL, {"url.path": "/cart"}, local, route_events),
        span("GET", CLIENT, client_attributes(target, 200), local),
        span("render", INTERNAL, {"cart.items": 2, "cart.page_bytes": len(body)}, local),
    ]


def expected_failed():
    flags = SAMPLED | RANDOM | KNOWS_REMOTE
    return [
        span("GET /cart", SERVER, server_attributes(502, "fail=REDACTED") | {"error.type": "502"}, flags,
             status={"code": 2, "message": ""}),
        span("authenticate", INTERNAL, {"cart.visitor": "anonymous"}, flags),
        span("route", INTERNAL, {"url.path": "/cart"}, flags),
        span("GET", CLIENT,
             client_attributes("/fail/REDACTED", 503) | {"error.type": "503"}, flags,
             [("exception", {"exception.type": "OriginError", "exception.message": FAILED})],
             {"code": 2, "message": FAILED}),
    ]


@unittest.skipUnless(COLLECTOR, "no Collector: toolchain/install/collector.sh installs it")
class UnderstoodByTheCollector(unittest.TestCase):
    maxDiff = None

    def ask(self, target, headers=(), bodies=2):
        """One request: a body of traces, one of metrics, one of logs where it failed. Returns (status, body, origin, what the Collector understood, sent)."""
        with contextlib.ExitStack() as stack:
            capture = stack.enter_context(Capture())
            origin = stack.enter_context(Origin())
            collector = stack.enter_context(Collector(capture.url))
            host = stack.enter_context(Host(
                CART, "--collector", collector.url, "--backend", f"origin={origin.url}", "--print"))
            status, body = host.get(target, {"User-Agent": "afterglow-test"} | dict(headers))
            understood = capture.wait_for_spans(4)
            self.assertEqual(host.stop(), 0)
            self.assertIn(f"{bodies} taken, {bodies} delivered", host.output())
            sent = [json.loads(line) for line in host.lines if line.startswith('{"resourceSpans"')]
        self.assertEqual(len(sent), 1)
        self.check_same(sent[0], understood)
        self.check_resource(understood)
        spans = sorted((item for _, item in understood), key=self.begin_of)
        otlp.check_times(self, spans)
        self.check_parents(spans)
        return status, body, origin, spans

    @staticmethod
    def begin_of(item):
        return int(item["startTimeUnixNano"]), "parentSpanId" in item and item["name"] != "GET /cart"

    def check_same(self, sent, understood):
        ours = [
            item
            for resource_spans in sent["resourceSpans"]
            for scope_spans in resource_spans["scopeSpans"]
            for item in scope_spans["spans"]
        ]
        self.assertEqual([otlp.whole(item) for item in ours],
                         [otlp.whole(item) for _, item in understood])
        self.assertEqual(otlp.attributes_of(sent["resourceSpans"][0]["resource"]),
                         otlp.attributes_of(understood[0][0]))

    def check_resource(self, understood):
        attributes = otlp.attributes_of(understood[0][0])
        self.assertRegex(attributes.pop("telemetry.sdk.version"), r"^\d+\.\d+\.\d+$")
        self.assertEqual(attributes, {
            "service.name": "cart-edge", "service.version": "1.4.2",
            "deployment.environment.name": "demo",
            "telemetry.sdk.name": "afterglow", "telemetry.sdk.language": "cpp",
        })

    def check_parents(self, spans):
        server = spans[0]
        self.assertEqual({item["traceId"] for item in spans}, {server["traceId"]})
        self.assertEqual({item["parentSpanId"] for item in spans[1:]}, {server["spanId"]})
        self.assertEqual(len({item["spanId"] for item in spans}), len(spans))

    def check_propagation(self, origin, spans):
        client = next(item for item in spans if item["kind"] == CLIENT)
        flags = client["flags"] & 0xFF
        self.assertEqual(origin.traceparents,
                         [[f"00-{client['traceId']}-{client['spanId']}-{flags:02x}"]])

    def test_good_path(self):
        status, body, origin, spans = self.ask("/cart")
        self.assertEqual(status, 200)
        self.assertEqual([otlp.plain(item) for item in spans], expected_good(body))
        self.assertNotIn("parentSpanId", {k: v for k, v in spans[0].items() if v})
        self.check_propagation(origin, spans)

    def test_error_path(self):
        status, body, origin, spans = self.ask("/cart?fail=1", bodies=3)
        self.assertEqual((status, body), (502, "the cart is not available\n"))
        self.assertEqual([otlp.plain(item) for item in spans], expected_failed())
        self.check_propagation(origin, spans)

    def test_slow_path(self):
        status, body, origin, spans = self.ask("/cart?slow=1")
        self.assertEqual(status, 200)
        events = [("slow path asked for", {"cart.reason": "slow=1"})]
        self.assertEqual([otlp.plain(item) for item in spans],
                         expected_good(body, "/slow/REDACTED", route_events=events,
                                       query="slow=REDACTED"))
        self.check_propagation(origin, spans)

    def test_trace_of_the_client_continues(self):
        _, body, origin, spans = self.ask("/cart", {"traceparent": f"00-{TRACE}-{PARENT}-01"})
        self.assertEqual((spans[0]["traceId"], spans[0]["parentSpanId"]), (TRACE, PARENT))
        expected = expected_good(body, flags=SAMPLED)
        expected[0]["flags"] |= IS_REMOTE
        self.assertEqual([otlp.plain(item) for item in spans], expected)
        self.check_propagation(origin, spans)
