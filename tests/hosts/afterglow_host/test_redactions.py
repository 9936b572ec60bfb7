"""How often redaction acted, as a metric: what the Collector adds up is what there was to redact."""

import unittest

from . import otlp
from .programs import COLLECTOR, METERED, Collector, Host
from .servers import Capture
from .test_metrics import NUMBERS, ONE, drain, latest, told

KIND = "afterglow.redaction.kind"


def counts(capture):
    """Kind to how often, over all streams."""
    totals = {}
    for (_, name, _), point in latest(capture.points()).items():
        if name == "afterglow.redactions":
            kind = otlp.attributes_of(point)[KIND]
            totals[kind] = totals.get(kind, 0) + int(point["asInt"])
    return totals


@unittest.skipUnless(COLLECTOR, "no Collector: toolchain/install/collector.sh installs it")
class Redactions(unittest.TestCase):
    def test_collector_adds_up_what_was_redacted(self):
        expected = {"secret_name": len(NUMBERS), "query_parameter": len(NUMBERS)}
        with Capture() as capture, Collector(capture.url, "deltatocumulative") as collector, Host(
            METERED, "--collector", collector.url, *ONE
        ) as host:
            for number in NUMBERS:
                self.assertEqual(host.get(f"/?n={number}")[0], 200)
            drain(host, lambda: counts(capture) == expected)
            host.stop()
            sums = [m for _, m, _ in capture.points() if m["name"] == "afterglow.redactions"]
            sent = repr(capture.documents)
        self.assertTrue(all(m["sum"]["isMonotonic"] and m["unit"] == "{redaction}" for m in sums))
        self.assertNotIn("n=7", sent)

    def test_a_program_that_does_not_ask_is_told_nothing(self):
        self.assertNotIn(b"afterglow.redactions", (METERED.parent / "every-byte.wasm").read_bytes())
        self.assertIn(b"afterglow.redactions", METERED.read_bytes())
