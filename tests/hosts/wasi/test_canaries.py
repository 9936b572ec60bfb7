"""Secrets of visitors through the sample on WASI: none is in what it writes as telemetry."""

import unittest

from afterglow_host.test_canaries import MARK, canaries, found_in

from .module import RUNTIMES


class Canaries:
    runtime = None

    def stderr_of(self, target, headers):
        path, _, query = target.partition("?")
        variables = {"PATH_INFO": path, "QUERY_STRING": query,
                     "OTEL_RESOURCE_ATTRIBUTES": f"deploy.token={MARK}00000"}
        for name, value in headers.items():
            variables["HTTP_" + name.upper().replace("-", "_")] = value
        return self.runtime.run(variables).stderr.decode()

    def test_none_is_written(self):
        for target, headers in list(canaries())[:14]:
            written = self.stderr_of(target, headers)
            self.assertIn("resourceSpans", written)
            self.assertFalse(found_in(written))

    def test_one_that_is_planted_is_found(self):
        self.assertIn(MARK, self.stderr_of("/cart", {"User-Agent": MARK}))


class CanariesOfWasmtimeRun(Canaries, unittest.TestCase):
    runtime = RUNTIMES[0]


class CanariesOfWasiRun(Canaries, unittest.TestCase):
    runtime = RUNTIMES[1]
