"""Every row of tests/vectors that HTTP can carry, sent to the service on each host: the headers that
arrive at its callback are compared byte for byte with what the row says.

Left to the unit tests: rows with "http": false, the recorded parent, and what is counted.
"""

import itertools
import pathlib
import sys
import unittest

from afterglow_host import raw_http

from . import services

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(TESTS / "differential"))
import judge  # noqa: E402
import rows  # noqa: E402

PROPAGATION = {b"traceparent", b"tracestate", b"baggage", b"b3", b"x-b3-traceid", b"x-b3-spanid",
               b"x-b3-sampled", b"x-b3-flags", b"x-b3-parentspanid"}

# Where an HTTP stack on the way, or a limit of a host, changes what a row says. Each row named here
# is tested with these values instead; one that no longer differs fails.
CHANGED_BY_HOST = {
    "afterglow-host": {},
    "fastly": {},
}


def propagation_headers(header):
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in header
            if name.lower() in PROPAGATION]


class Vectors(unittest.TestCase):
    def check(self, file, host_name):
        changed = CHANGED_BY_HOST[host_name]
        document = [row for row in rows.load(TESTS / "vectors")
                    if row["id"].startswith(file + "-") and row["http"]]
        self.assertGreater(len(document), 50)
        by_setting = sorted(document, key=lambda row: row["propagators"])
        failures = []
        with raw_http.Callbacks() as callbacks:
            for value, group in itertools.groupby(by_setting, lambda row: row["propagators"]):
                with services.START[host_name]({"OTEL_PROPAGATORS": value}) as host:
                    for row in group:
                        headers = self.send(host, callbacks, row)
                        failures += self.judged(row, headers, changed)
        if failures:
            self.fail("\n".join([f"{len(failures)} differences:", *failures]))

    def send(self, host, callbacks, row):
        lines = [f"{name}: {value}".encode("latin-1") for name, value in row["in"]]
        answer = services.ask(host, [services.call(callbacks.url + "/" + row["id"])], lines)
        self.assertEqual(answer, (200, b""), row["id"])
        (target, header, body), = callbacks.take()
        self.assertEqual((target, body), ("/" + row["id"], b"[]"))
        return propagation_headers(header)

    def judged(self, row, headers, changed):
        found = judge.differences(row, {"out": headers}, exact=True)
        if row["id"] in changed:
            if not found:
                return [f"{row['id']}: no longer differs"]
            _, out = changed[row["id"]]
            row = row | {"out": row["out"] | out}
            found = judge.differences(row, {"out": headers}, exact=True)
        return [f"{each.row}: {each.what} {str(each.written)[:300]!r} instead of "
                f"{str(each.expected)[:300]!r}" for each in found]


def add_tests():
    for host_name, file in itertools.product(services.START, rows.FILES):
        def test(self, file=file, host_name=host_name):
            self.check(file, host_name)
        name = f"test_{file}_on_{host_name.replace('-', '_')}"
        test.__name__ = name
        setattr(Vectors, name, test)


add_tests()
