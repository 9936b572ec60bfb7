"""A real Prometheus, and pages for it, read back."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

from .programs import Host, Program, free_port
from .servers import PATIENCE_S, _Handler, _Server

PROMETHEUS = os.environ.get("AFTERGLOW_PROMETHEUS", "")
TEXT = "text/plain"

CONFIG = """
global: {{scrape_interval: 100ms, scrape_timeout: 100ms}}
scrape_configs:
  - job_name: page
    static_configs: [{{targets: ["{target}"]}}]
"""


def poll(ask, is_done, what):
    """Asks until the answer will do, which it is then."""
    end = time.monotonic() + PATIENCE_S
    while True:
        answer = ask()
        if is_done(answer):
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: {answer}")


class MetricsHost(Host):
    """An afterglow-host that serves /metrics."""

    def __init__(self, module, *flags):
        super().__init__(module, "--metrics-listen", "127.0.0.1:0", *flags)
        self.metrics_url = next(
            line.split()[-1] for line in self.lines if line.startswith("metrics at "))

    def page(self, accept=TEXT):
        request = urllib.request.Request(self.metrics_url, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.headers["Content-Type"], answer.read().decode()

    def values(self):
        """Samples of the page by name and labels."""
        lines = [line for line in self.page()[1].splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def wait_for(self, name, value):
        """What is told after a response is on the page a little later than the response."""
        return poll(self.values, lambda all: all.get(name) == value, f"{name} is not {value}")


class AsText(_Server):
    """Passes a page on as plain text, whatever the client would rather have."""

    def __init__(self, host):
        class Handler(_Handler):
            def do_GET(handler):
                content_type, page = host.page(TEXT)
                body = page.encode()
                handler.send_response(200)
                handler.send_header("Content-Type", content_type)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

        super().__init__(Handler)


class Prometheus(Program):
    """Scrapes `url` ten times a second."""

    def __init__(self, url):
        self.url = f"http://127.0.0.1:{free_port()}"
        self._folder = tempfile.TemporaryDirectory()
        config = pathlib.Path(self._folder.name, "prometheus.yml")
        config.write_text(CONFIG.format(target=urllib.parse.urlsplit(url).netloc))
        super().__init__(
            PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={self._folder.name}/data",
            f"--web.listen-address={self.url.removeprefix('http://')}",
            "--enable-feature=exemplar-storage")
        self.wait_for_line("Server is ready to receive web requests")

    def __exit__(self, *details):
        super().__exit__(*details)
        self._folder.cleanup()

    def _ask(self, what, **parameters):
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.url}/api/v1/{what}?{query}",
                                    timeout=PATIENCE_S) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        """(labels, value) of each series, now."""
        return [(entry["metric"], float(entry["value"][1]))
                for entry in self._ask("query", query=expression)["result"]]

    def sum(self, expression):
        """The sum over all series; None when there is none."""
        values = self.query(f"sum({expression})")
        return values[0][1] if values else None

    def wait_for(self, expression, value):
        poll(lambda: self.sum(expression), lambda sum: sum == value,
             f"{expression} is not {value}")

    def exemplars(self, selector):
        found = self._ask("query_exemplars", query=selector, start=0, end=time.time() + 60)
        return [exemplar for series in found for exemplar in series["exemplars"]]

    @staticmethod
    def lint(page):
        """What promtool says of a page: (exit code, text). 1: it cannot be read; 3: it could be
        nicer."""
        tool = pathlib.Path(PROMETHEUS).with_name("promtool")
        done = subprocess.run([tool, "check", "metrics"], input=page, text=True,
                              capture_output=True, check=False)
        return done.returncode, done.stdout + done.stderr
