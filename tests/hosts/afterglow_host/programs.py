"""Starts the programs under test and talks to them."""

import http.client
import os
import pathlib
import queue
import re
import signal
import socket
import subprocess
import tempfile
import threading

from .servers import PATIENCE_S

NATIVE = pathlib.Path(os.environ["AFTERGLOW_BUILD_NATIVE"])
WASM = pathlib.Path(os.environ["AFTERGLOW_BUILD_WASM"])
COLLECTOR = os.environ.get("AFTERGLOW_COLLECTOR", "")

HOST = NATIVE / "samples/edge-host/afterglow-host"
CART = WASM / "samples/cart-edge/cart-edge.wasm"
CART_PULLED = WASM / "samples/cart-edge/cart-edge-pulled.wasm"
TROUBLE = WASM / "tests/hosts/trouble.wasm"
METERED = WASM / "tests/hosts/metered.wasm"
MISREPORT = WASM / "tests/hosts/misreport.wasm"
PULLED = WASM / "tests/hosts/pulled.wasm"
FLUSH_FIRST = WASM / "tests/hosts/flush-first.wasm"


class Program:
    """A process whose lines of output are kept; ended at the latest by `with`."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self.lines = []
        self._queue = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._queue.put(line)
        self._queue.put(None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        self.process.stdout.close()

    def wait_for_line(self, pattern):
        while True:
            line = self._queue.get(timeout=PATIENCE_S)
            if line is None:
                raise AssertionError("ended early:\n" + self.output())
            if match := re.search(pattern, line):
                return match

    def output(self):
        return "\n".join(self.lines)

    def wait(self):
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code

    def stop(self):
        """SIGTERM; returns the exit code once all output is there."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()


class Host(Program):
    def __init__(self, module, *flags):
        super().__init__(HOST, module, "--listen", "127.0.0.1:0", *flags)
        self.port = int(self.wait_for_line(r"listening on http://127\.0\.0\.1:(\d+)")[1])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def get(self, target, headers=None):
        """(status, body) of one request on a connection of its own."""
        connection = self.connect()
        try:
            connection.request("GET", target, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def raw(self, request):
        """What the host answers to these bytes, until it closes or has said enough."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
            connection.sendall(request)
            return connection.recv(4096)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


COLLECTOR_CONFIG = """
receivers:
  otlp:
    protocols:
      http: {{endpoint: "127.0.0.1:{port}"}}
processors:
  deltatocumulative: {{}}
exporters:
  otlp_http:
    endpoint: {endpoint}
    encoding: json
    compression: none
    sending_queue: {{enabled: false}}
    retry_on_failure: {{enabled: false}}
service:
  telemetry:
    metrics: {{level: none}}
  pipelines:
    traces: {{receivers: [otlp], exporters: [otlp_http]}}
    logs: {{receivers: [otlp], exporters: [otlp_http]}}
    metrics: {{receivers: [otlp], processors: [{processors}], exporters: [otlp_http]}}
"""


class Collector(Program):
    """The OpenTelemetry Collector. What it understood goes to `endpoint` as OTLP/JSON; it answers
    its own senders after that. `processors` are those of metrics."""

    def __init__(self, endpoint, processors=""):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self._config.write(COLLECTOR_CONFIG.format(
            port=port, endpoint=endpoint, processors=processors))
        self._config.flush()
        super().__init__(COLLECTOR, "--config", self._config.name)
        self.wait_for_line("Everything is ready")

    def __exit__(self, *details):
        super().__exit__(*details)
        self._config.close()
