"""Every row of tests/vectors that HTTP can carry, sent to the service on each host: the headers that
arrive at its callback are compared byte for byte with what the row says.

Left to the unit tests: what HTTP cannot carry (control characters, megabytes), the recorded parent,
and what is counted.
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

# Where an HTTP stack on the way, or a limit of a host, changes what a row says: the reason, and what
# arrives instead. A row that no longer differs fails, so that nothing stays here for nothing.
#
# What needs no row: both hosts take the blanks around a value off, as HTTP asks; both send names in
# lower case or as they were set, and values byte for byte, one line a name; the longest lines and
# the most lines of the rows (20 kB, forty) pass. Bytes above 0x7f pass on both too, so rows with
# those are sent although "http" is false: not every HTTP stack is that kind.
_LONG = "the header carrier of Fastly hands lines of up to 8,192 bytes on, a longer one as empty"
CHANGED_BY_HOST = {
    "afterglow-host": {},
    "fastly": {
        "baggage-drops-whole-members": (_LONG, {"baggage": None}),
        "baggage-white-space-does-not-count": (_LONG, {"baggage": None}),
        "baggage-ten-thousand-invalid-members": (_LONG, {"baggage": None}),
    },
}


MOST_BYTES = 32 * 1024


def propagation_headers(header):
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in header
            if name.lower() in PROPAGATION]


def lines_of(row):
    return [f"{name}: {value}".encode("latin-1") for name, value in row["in"]]


def values_of(row):
    return "".join(value for _, value in row["in"])


def has_control_characters(row):
    return any(c != "\t" and (c < " " or c == "\x7f") for c in values_of(row))


def can_be_sent(row):
    return row["http"] or not (has_control_characters(row) or len(values_of(row)) > MOST_BYTES)


class Vectors(unittest.TestCase):
    def check(self, file, host_name):
        changed = CHANGED_BY_HOST[host_name]
        document = [row for row in rows.load(TESTS / "vectors")
                    if row["id"].startswith(file + "-") and can_be_sent(row)]
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

    def check_refused(self, host_name):
        """Lines with control characters are no HTTP: no handler sees any of them."""
        document = [row for row in rows.load(TESTS / "vectors") if has_control_characters(row)
                    and len(values_of(row)) <= MOST_BYTES and "\n" not in values_of(row)]
        self.assertGreater(len(document), 5)
        with raw_http.Callbacks() as callbacks, services.START[host_name]({}) as host:
            for row in document:
                with self.subTest(row["id"]):
                    status, _ = services.ask(host, [services.call(callbacks.url)], lines_of(row))
                    self.assertEqual((status, callbacks.take()), (400, []))

    def send(self, host, callbacks, row):
        calls = [services.call(callbacks.url + "/" + row["id"])]
        answer = services.ask(host, calls, lines_of(row))
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


def add_test(name, host_name, check):
    name = f"test_{name}_on_{host_name.replace('-', '_')}"
    check.__name__ = name
    setattr(Vectors, name, check)


for each_host in services.START:
    add_test("control_characters", each_host,
             lambda self, host=each_host: self.check_refused(host))
    for each_file in rows.FILES:
        add_test(each_file, each_host,
                 lambda self, file=each_file, host=each_host: self.check(file, host))
