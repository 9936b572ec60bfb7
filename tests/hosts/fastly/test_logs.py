"""Logs on Fastly: to a backend as OTLP, or to log endpoints whose names the service's settings say."""

import json
import subprocess
import shutil
import unittest

from afterglow_host.servers import Capture, Origin

from .viceroy import CART, Viceroy

FAILED = "the carts service did not deliver"


class Logs(unittest.TestCase):
    def failed_request(self, settings):
        """The host after one request whose origin failed, and what the collector got."""
        with Capture() as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": capture.url}, settings
        ) as host:
            self.assertEqual(host.get("/cart?fail=1")[0], 502)
            host.wait_for_end()
            client = next(s for _, s in capture.wait_for_spans(4) if s["name"] == "GET")
            return host, client, capture

    def check_line(self, line, client):
        self.assertEqual((line["severity"], line["severity_number"]), ("ERROR", 17))
        self.assertEqual(line["message"], FAILED)
        self.assertEqual((line["trace_id"], line["span_id"]),
                         (client["traceId"], client["spanId"]))
        self.assertEqual((line["service.name"], line["error.type"]), ("cart-edge", "503"))

    def test_as_otlp_to_the_backend(self):
        _, client, capture = self.failed_request({"AFTERGLOW_WAIT": "true"})
        (_, record), = capture.wait_for_logs(1)
        self.assertEqual(record["spanId"], client["spanId"])

    def test_as_lines_of_the_endpoint_logs(self):
        host, client, capture = self.failed_request({"OTEL_LOGS_EXPORTER": "console"})
        line, = host.events("logs")
        self.check_line(json.loads(line), client)
        self.assertEqual(capture.logs(), [])

    def test_as_lines_of_an_endpoint_that_the_settings_name(self):
        host, client, _ = self.failed_request(
            {"OTEL_LOGS_EXPORTER": "console", "AFTERGLOW_LINES_LOG": "my_datadog"})
        line, = host.events("my_datadog")
        self.check_line(json.loads(line), client)
        self.assertEqual(host.events("logs"), [])

    def test_as_otlp_lines_of_an_endpoint_that_the_settings_name(self):
        host, client, _ = self.failed_request(
            {"OTEL_LOGS_EXPORTER": "otlp/stdout", "AFTERGLOW_OTLP_LOG": "lake"})
        line, = host.events("lake")
        record, = json.loads(line)["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
        self.assertEqual(record["spanId"], client["spanId"])

    @unittest.skipUnless(shutil.which("jq"), "no jq")
    def test_jq_reads_every_line(self):
        host, _, _ = self.failed_request({"OTEL_LOGS_EXPORTER": "console"})
        done = subprocess.run(["jq", "-er", ".message"], input="\n".join(host.events("logs")),
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, FAILED + "\n")
