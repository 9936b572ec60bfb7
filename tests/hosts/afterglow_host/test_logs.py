"""Logs of the handler: what the Collector understood, field by field, and the lines of a log."""

import contextlib
import json
import shutil
import subprocess
import unittest

from . import otlp
from .programs import CART, COLLECTOR, Collector, Host
from .servers import Capture, Origin

FAILED = "the carts service did not deliver"
ATTRIBUTES = {"error.type": "503", "server.address": "carts.internal"}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
FIELDS = {
    "severity": "ERROR", "severity_number": 17, "message": FAILED,
    "event_name": "cart.origin.failed", "service.name": "cart-edge", "service.version": "1.4.2",
    "deployment.environment.name": "demo",
}


@contextlib.contextmanager
def failed_request(*flags, headers=None, collector=None):
    """A host after one request whose origin failed."""
    with Capture() as capture, Origin() as origin, contextlib.ExitStack() as stack:
        url = stack.enter_context(collector(capture.url)).url if collector else capture.url
        host = stack.enter_context(Host(
            CART, "--collector", url, "--backend", f"origin={origin.url}", "--print", *flags))
        status, _ = host.get("/cart?fail=1", headers)
        assert status == 502, status
        yield capture, host


class Logs(unittest.TestCase):
    maxDiff = None

    def check_record(self, record, client):
        self.assertEqual(otlp.attributes_of(record), ATTRIBUTES)
        self.assertEqual((record["severityNumber"], record["severityText"]), (17, "ERROR"))
        self.assertEqual(record["body"], {"stringValue": FAILED})
        self.assertEqual(record["eventName"], "cart.origin.failed")
        self.assertEqual((record["traceId"], record["spanId"]),
                         (client["traceId"], client["spanId"]))
        self.assertEqual(record["flags"], client["flags"] & 0xFF)
        self.assertEqual(record["timeUnixNano"], record["observedTimeUnixNano"])
        begin, end = int(client["startTimeUnixNano"]), int(client["endTimeUnixNano"])
        self.assertTrue(begin <= int(record["timeUnixNano"]) <= end)

    @unittest.skipUnless(COLLECTOR, "no Collector: toolchain/install/collector.sh installs it")
    def test_collector_understands_what_was_sent(self):
        with failed_request(collector=Collector) as (capture, host):
            client = next(s for _, s in capture.wait_for_spans(4) if s["name"] == "GET")
            (resource, record), = capture.wait_for_logs(1)
            host.stop()
            sent, = [json.loads(line) for line in host.lines if line.startswith('{"resourceLogs"')]
        self.check_record(record, client)
        ours, = sent["resourceLogs"]
        self.assertEqual(otlp.attributes_of(ours["resource"]), otlp.attributes_of(resource))
        self.assertEqual(ours["scopeLogs"][0]["logRecords"], [record])

    def test_unsampled_requests_are_logged_too(self):
        headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-00"}
        with failed_request(headers=headers) as (capture, _):
            (_, record), = capture.wait_for_logs(1)
            self.assertEqual(capture.spans(), [])
        self.assertEqual(record["traceId"], TRACE)
        self.assertEqual(record.get("flags", 0), 0)

    def test_good_requests_say_nothing(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            self.assertEqual(host.get("/cart")[0], 200)
            capture.wait_for_spans(5)
            host.stop()
            self.assertEqual(capture.logs(), [])

    @unittest.skipUnless(shutil.which("jq"), "no jq")
    def test_lines_are_flat_json_that_jq_reads(self):
        with failed_request("--config", "OTEL_LOGS_EXPORTER=console") as (capture, host):
            client = next(s for _, s in capture.wait_for_spans(4) if s["name"] == "GET")
            host.stop()
            self.assertEqual(capture.logs(), [])
            lines = [line[line.index("{"):] for line in host.lines if '"timestamp"' in line]
        done = subprocess.run(["jq", "-c", "."], input="\n".join(lines), capture_output=True,
                              text=True, check=True)
        line, = [json.loads(text) for text in done.stdout.splitlines()]
        self.assertRegex(line.pop("timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$")
        ids = {"trace_id": client["traceId"], "span_id": client["spanId"],
               "trace_flags": f"{client['flags'] & 0xFF:02x}"}
        self.assertEqual(line, FIELDS | ids | ATTRIBUTES)
