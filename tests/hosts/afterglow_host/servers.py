"""Servers the tests put around a host: a collector that notes what it gets, and a gated origin.

Both listen on 127.0.0.1 on a port of the system's choice. Nothing here sleeps: whoever waits, waits
for an event, with a bound.
"""

import http.server
import json
import threading

PATIENCE_S = 30  # bounds every wait; far above what any of them needs


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # a peer that went away is not news


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one segment

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"{}", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Capture(_Server):
    """Takes OTLP/JSON and notes it. Answers `status`, but not before `gate` is open."""

    def __init__(self, status=200, open_gate=True):
        self.status = status
        self.gate = threading.Event()
        self.documents = []
        self.headers = []  # of each request; names in lower case
        self._arrived = threading.Condition()
        if open_gate:
            self.gate.set()

        class Handler(_Handler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                with self._arrived:
                    self.headers.append({k.lower(): v for k, v in handler.headers.items()})
                    self.documents.append(json.loads(body))
                    self._arrived.notify_all()
                self.gate.wait(PATIENCE_S)
                handler.answer(self.status)

        super().__init__(Handler)

    def spans(self):
        """(resource, span) of everything that arrived so far."""
        return [
            (resource_spans["resource"], span)
            for document in list(self.documents)
            for resource_spans in document.get("resourceSpans", [])
            for scope_spans in resource_spans["scopeSpans"]
            for span in scope_spans["spans"]
        ]

    def logs(self):
        """(resource, record) of every log record that arrived so far."""
        return [
            (resource_logs["resource"], record)
            for document in list(self.documents)
            for resource_logs in document.get("resourceLogs", [])
            for scope_logs in resource_logs["scopeLogs"]
            for record in scope_logs["logRecords"]
        ]

    def points(self):
        """(resource, metric, point) of every metric point that arrived so far."""
        return [
            (resource_metrics["resource"], metric, point)
            for document in list(self.documents)
            for resource_metrics in document.get("resourceMetrics", [])
            for scope_metrics in resource_metrics["scopeMetrics"]
            for metric in scope_metrics["metrics"]
            for kind in ("sum", "gauge", "histogram", "exponentialHistogram")
            for point in metric.get(kind, {}).get("dataPoints", [])
        ]

    def wait_for_points(self, count):
        return self._wait_for(self.points, count, "points")

    def wait_for_spans(self, count):
        return self._wait_for(self.spans, count, "spans")

    def wait_for_logs(self, count):
        return self._wait_for(self.logs, count, "log records")

    def _wait_for(self, arrived, count, what):
        with self._arrived:
            enough = self._arrived.wait_for(lambda: len(arrived()) >= count, PATIENCE_S)
        if not enough:
            raise AssertionError(f"{len(arrived())} of {count} {what} arrived")
        return arrived()


class Origin(_Server):
    """Knows the carts. Notes each traceparent; holds its answers until `expected` requests came."""

    def __init__(self, expected=0, open_gate=True):
        self.traceparents = []
        self.gate = threading.Event()
        self._arrived = threading.Condition()
        if open_gate and expected == 0:
            self.gate.set()

        class Handler(_Handler):
            def do_GET(handler):
                lines = handler.headers.get_all("traceparent") or []
                with self._arrived:
                    self.traceparents.append(lines)
                    self._arrived.notify_all()
                    if expected and len(self.traceparents) >= expected:
                        self.gate.set()
                self.gate.wait(PATIENCE_S)
                failing = handler.path.startswith("/fail/")
                body = {"items": [{"sku": "a"}, {"sku": "b"}], "traceparent": lines}
                handler.answer(503 if failing else 200, json.dumps(body).replace(" ", "").encode())

        super().__init__(Handler)

    def wait_for_requests(self, count):
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.traceparents) >= count, PATIENCE_S):
                raise AssertionError("the origin was not asked")
