"""One handler on stock preview 1: the response alone on one stream, telemetry on the other."""

import json
import os
import unittest

from afterglow_host.otlp import check_times

from .module import CARTS, RUNTIMES, response_of

RESPONSE = f'{{"visitor":"anonymous","cart":{CARTS}}}\n'.encode()
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def documents_of(output):
    """The documents, one a line, by signal."""
    documents = [json.loads(line) for line in output.splitlines()]
    return {next(iter(document)): document for document in documents}


def spans_of(output):
    return documents_of(output)["resourceSpans"]["resourceSpans"][0]["scopeSpans"][0]["spans"]


class Streams:
    runtime = None

    def assert_only_the_response(self, output):
        status, fields, body = response_of(output)
        self.assertEqual((status, body), (200, RESPONSE))
        self.assertEqual(fields["Content-Length"], str(len(RESPONSE)))

    def test_response_alone_on_stdout_and_one_document_of_each_signal_on_stderr(self):
        done = self.runtime.run({"HTTP_TRACEPARENT": f"00-{TRACE}-00f067aa0ba902b7-01"})
        self.assertEqual(done.returncode, 0)
        self.assert_only_the_response(done.stdout)
        self.assertEqual(list(documents_of(done.stderr)), ["resourceSpans", "resourceMetrics"])
        self.assertEqual(len(done.stderr.splitlines()), 2)
        spans = spans_of(done.stderr)
        self.assertEqual(sorted(span["name"] for span in spans),
                         ["GET", "GET /cart", "authenticate", "render", "route"])
        self.assertEqual({span["traceId"] for span in spans}, {TRACE})
        check_times(self, spans)

    def test_telemetry_on_stdout_where_the_operator_says_so(self):
        done = self.runtime.run({"AFTERGLOW_STREAM": "stdout"})
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        response, *documents = done.stdout.rsplit(b"\n", 3)[:3]
        self.assert_only_the_response(response + b"\n")
        self.assertEqual(len(spans_of(b"\n".join(documents))), 5)

    def test_unknown_stream_is_the_default(self):
        done = self.runtime.run({"AFTERGLOW_STREAM": "/dev/null"})
        self.assert_only_the_response(done.stdout)
        self.assertEqual(len(spans_of(done.stderr)), 5)

    def test_no_cart_is_the_error_path(self):
        done = self.runtime.run({"CART": ""})
        self.assertEqual(response_of(done.stdout)[0], 502)
        client = [span for span in spans_of(done.stderr) if span["name"] == "GET"][0]
        logs = documents_of(done.stderr)["resourceLogs"]
        record, = logs["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
        self.assertEqual((record["severityNumber"], record["spanId"]), (17, client["spanId"]))
        self.assertIn({"key": "error.type", "value": {"stringValue": "connection_error"}},
                      client["attributes"])

    def test_logs_as_flat_lines_on_stderr_where_the_operator_says_so(self):
        for stream in "stdout", "stderr":
            done = self.runtime.run({"CART": "", "OTEL_LOGS_EXPORTER": "console",
                                     "AFTERGLOW_STREAM": stream})
            line, = [json.loads(text) for text in done.stderr.splitlines() if b"severity" in text]
            self.assertEqual((line["severity"], line["message"]),
                             ("ERROR", "the carts service did not deliver"))
            self.assertEqual(line["service.name"], "cart-edge")

    def test_otlp_lines_go_where_bodies_go(self):
        done = self.runtime.run({"CART": "", "OTEL_LOGS_EXPORTER": "otlp/stdout",
                                 "AFTERGLOW_STREAM": "stdout"})
        self.assertEqual(done.stderr, b"")
        self.assertIn(b'\n{"resourceLogs":', done.stdout)

    def test_body_of_the_request_is_read_away(self):
        done = self.runtime.run(body=b"x" * 1_000_000)
        self.assertEqual(done.returncode, 0)
        self.assert_only_the_response(done.stdout)

    def test_environment_beyond_the_buffer_is_a_431(self):
        done = self.runtime.run({"HTTP_COOKIE": "a" * 40_000})
        self.assertEqual((done.returncode, response_of(done.stdout)[0]), (0, 431))

    def test_full_stderr_leaves_the_response_alone(self):
        with open("/dev/full", "wb") as full:
            done = self.runtime.run(stderr=full)
        self.assertEqual(done.returncode, 0)
        self.assert_only_the_response(done.stdout)

    def test_closed_stderr_leaves_the_response_alone(self):
        done = self.runtime.run(stderr=None, preexec_fn=lambda: os.close(2))
        self.assertEqual(done.returncode, 0)
        self.assert_only_the_response(done.stdout)

    def test_lost_telemetry_is_told_in_counts(self):
        # The documents go to a stdout that is full; the counts go to stderr.
        with open("/dev/full", "wb") as full:
            done = self.runtime.run({"AFTERGLOW_STREAM": "stdout"}, stdout=full)
        self.assertIn(b"recorded=5 ", done.stderr)
        self.assertIn(b"dropped.send_failed=5", done.stderr)

    def test_disabled_sdk_writes_nothing(self):
        done = self.runtime.run({"OTEL_SDK_DISABLED": "true"})
        self.assertEqual(done.stderr, b"")
        self.assert_only_the_response(done.stdout)


class StreamsOfWasmtimeRun(Streams, unittest.TestCase):
    runtime = RUNTIMES[0]

    def test_reader_that_goes_away_leaves_the_response_alone(self):
        # A pipe nobody reads; wasmtime ignores SIGPIPE.
        end, write_end = os.pipe()
        os.close(end)
        done = self.runtime.run(stderr=write_end)
        os.close(write_end)
        self.assertEqual(done.returncode, 0)
        self.assert_only_the_response(done.stdout)


class StreamsOfWasiRun(Streams, unittest.TestCase):
    runtime = RUNTIMES[1]
