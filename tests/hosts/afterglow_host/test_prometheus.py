"""/metrics of afterglow-host: what instances measured, added up, as a real Prometheus reads it."""

import contextlib
import threading
import unittest
import urllib.error
import urllib.request

from .programs import METERED, MISREPORT, PULLED
from .prometheus import PROMETHEUS, AsText, MetricsHost, Prometheus
from .servers import PATIENCE_S

ONE = ("--max-instances", "1")
OWN = "afterglow_host_"
BUCKETS = {"1.0": 2, "5.0": 6, "10.0": 11, "+Inf": 20}  # of 0 to 19


def send(host, clients, each):
    """Requests from several clients at once; the numbers 0 to 19 in turn."""
    def run():
        for i in range(each):
            assert host.get(f"/?n={i % 20}")[0] == 200

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients * each


@unittest.skipUnless(PROMETHEUS, "no Prometheus: toolchain/install/prometheus.sh fetches it")
class RealPrometheus(unittest.TestCase):
    def check_totals(self, prometheus, sent):
        prometheus.wait_for("pulled_requests_total", sent)
        rounds = sent // 20
        for labels, value in prometheus.query("pulled_requests_total"):
            self.assertEqual(value, sent / 2, labels)
            self.assertEqual(labels["number_kind"], 'wh"ole\\')
        self.assertEqual(prometheus.sum("pulled_seen_total"), sent)
        self.assertEqual(prometheus.sum("pulled_cost_EUR_total"), rounds * sum(range(20)) / 4)
        self.assertEqual(prometheus.sum("pulled_sizes_bytes_sum"), rounds * sum(range(20)))
        self.assertEqual(prometheus.sum("pulled_sizes_bytes_count"), sent)
        self.assertEqual({labels["le"]: value for labels, value in
                          prometheus.query("pulled_sizes_bytes_bucket")},
                         {bound: count * rounds for bound, count in BUCKETS.items()})
        self.assertEqual(prometheus.sum('pulled_times_seconds_bucket{le="0.0"}'), rounds)
        self.assertEqual(prometheus.sum('pulled_times_seconds_bucket{le="0.0078125"}'), rounds * 9)
        self.assertEqual(prometheus.sum('pulled_times_seconds_bucket{le="+Inf"}'), sent)
        self.assertEqual(prometheus.sum(OWN + "requests_total"), sent)
        self.assertEqual([v for _, v in prometheus.query('target_info{service_name="pulled"}')],
                         [1])

    def check_that_nothing_fell(self, prometheus):
        for name in ("pulled_requests_total", "pulled_sizes_bytes_bucket", "pulled_seen_total",
                     "pulled_times_seconds_bucket", OWN + "requests_total"):
            resets = prometheus.query(f"resets({name}[10m])")
            self.assertTrue(resets)
            self.assertEqual([(labels, count) for labels, count in resets if count], [])
        self.assertEqual([v for _, v in prometheus.query("min_over_time(up[10m])")], [1])

    def test_totals_equal_the_requests_sent_while_instances_come_and_go(self):
        with MetricsHost(PULLED, "--reuse", "7", "--max-instances", "4") as host, Prometheus(
            host.metrics_url
        ) as prometheus:
            prometheus.wait_for("up", 1)
            sent = send(host, clients=4, each=40)
            self.check_totals(prometheus, sent)
            self.check_that_nothing_fell(prometheus)
            started = prometheus.sum(OWN + "instances_started_total")
            self.assertGreaterEqual(started, sent / 7)
            scraped = prometheus.sum("count_over_time(up[10m])")
            self.assertGreater(scraped, 1)  # while load ran
            # Only OpenMetrics has them, so that is what was scraped.
            told = prometheus.exemplars("pulled_sizes_bytes_bucket")
            self.assertTrue(told)
            for exemplar in told:
                self.assertRegex(exemplar["labels"]["trace_id"], "^[0-9a-f]{32}$")
                self.assertRegex(exemplar["labels"]["span_id"], "^[0-9a-f]{16}$")
            self.assertEqual(host.stop(), 0)

    def test_the_same_as_plain_text_with_interleaved_requests(self):
        with MetricsHost(
            PULLED, "--reuse", "9", "--concurrent", "3", "--max-instances", "2"
        ) as host, AsText(host) as text, Prometheus(text.url) as prometheus:
            sent = send(host, clients=6, each=20)
            self.check_totals(prometheus, sent)
            self.check_that_nothing_fell(prometheus)

    def test_promtool_has_nothing_to_say_about_what_is_ours(self):
        with MetricsHost(PULLED, *ONE) as host:
            host.get("/?n=3")
            host.wait_for("pulled_seen_total", 1)
            code, said = Prometheus.lint(host.page()[1])  # it reads plain text only
            self.assertIn(code, (0, 3), said)  # 3: metrics of the module have no description
            self.assertNotIn(OWN, said)


class Page(unittest.TestCase):
    def test_format_as_the_client_wants_it(self):
        with MetricsHost(PULLED, *ONE) as host:
            host.get("/?n=3")
            host.wait_for("pulled_seen_total", 1)
            kind, page = host.page()
            self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
            self.assertIn("# TYPE pulled_requests_total counter\n", page)
            self.assertIn('# HELP pulled_requests_total Requests, "counted" by\\nthe module.\n',
                          page)
            self.assertNotIn("# EOF", page)
            self.assertNotIn("trace_id", page)
            kind, page = host.page("text/html, application/openmetrics-text; version=1.0.0")
            self.assertEqual(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8")
            self.assertIn("# TYPE pulled_requests counter\n", page)
            self.assertIn("# UNIT pulled_sizes_bytes bytes\n", page)
            self.assertIn('pulled_sizes_bytes_bucket{le="5.0"} 1 # {trace_id="', page)
            self.assertTrue(page.endswith("# EOF\n"))

    def test_other_paths_and_methods(self):
        with MetricsHost(PULLED) as host:
            base = host.metrics_url.removesuffix("/metrics")
            for url, method, status in (
                (host.metrics_url + "?a=b", "GET", 200), (host.metrics_url, "HEAD", 200),
                (host.metrics_url, "POST", 405), (base + "/", "GET", 404),
                (base + "/metrics/", "GET", 404),
            ):
                request = urllib.request.Request(url, method=method)
                try:
                    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                        self.assertEqual(answer.status, status)
                except urllib.error.HTTPError as answer:
                    self.assertEqual(answer.code, status)

    def test_modules_that_push_are_not_asked(self):
        with MetricsHost(METERED, *ONE) as host:
            host.get("/?n=3")
            values = host.wait_for(OWN + "requests_total", 1)
            self.assertEqual([name for name in values if not name.startswith(OWN)], [])

    def test_sums_that_may_fall_are_those_of_live_instances_and_gauges_what_came_last(self):
        with MetricsHost(PULLED, "--reuse", "2", *ONE) as host:
            host.get("/?n=5")
            values = host.wait_for("pulled_seen_total", 1)
            self.assertEqual((values["pulled_open"], values["pulled_last"]), (1, 5))
            host.get("/?n=6")
            host.wait_for(OWN + "instances", 0)
            values = host.values()
            self.assertNotIn("pulled_open", values)
            self.assertEqual(values["pulled_last"], 6)
            host.get("/?n=7")
            values = host.wait_for("pulled_seen_total", 3)
            self.assertEqual((values["pulled_open"], values["pulled_last"]), (1, 7))

    def test_what_a_trap_loses_is_counted(self):
        with MetricsHost(PULLED, *ONE) as host:
            for i in range(5):
                host.get(f"/?n={i}")
                host.wait_for("pulled_seen_total", i + 1)
            self.assertEqual(host.get("/trap")[0], 500)
            for i in range(3):
                host.get(f"/?n={i}")
                values = host.wait_for("pulled_seen_total", i + 6)
            self.assertEqual(values[OWN + "instances_trapped_total"], 1)
            self.assertEqual(values[OWN + "requests_untold_total"], 1)
            self.assertEqual(values[OWN + "requests_total"],
                             values["pulled_seen_total"] + values[OWN + "requests_untold_total"])
            self.assertEqual(values["pulled_sizes_bytes_count"], 8)
            self.assertEqual(host.stop(), 0)


class Misreports(unittest.TestCase):
    def test_nonsense_is_counted_and_nothing_else_changes(self):
        nonsense = ("outside", "endless", "long", "text", "deep", "wrong")
        with MetricsHost(MISREPORT, *ONE) as host:
            host.get("/good")
            host.wait_for("misreport_requests_total", 1)
            for i, name in enumerate(nonsense):
                self.assertEqual(host.get("/" + name)[0], 200)
                values = host.wait_for(OWN + "reports_rejected_total", i + 1)
                self.assertEqual(values["misreport_requests_total"], 1, name)
                self.assertNotIn("misreport_wrong_total", values)
            host.get("/good")
            values = host.wait_for("misreport_requests_total", len(nonsense) + 2)
            self.assertEqual(values[OWN + "instances_started_total"], 1)
            self.assertEqual(host.stop(), 0)

    def test_a_counter_does_not_fall(self):
        with MetricsHost(MISREPORT, *ONE) as host:
            for i in range(3):
                host.get("/good")
                host.wait_for("misreport_requests_total", i + 1)
            host.get("/fall")
            host.get("/text")  # told after what fell
            values = host.wait_for(OWN + "reports_rejected_total", 1)
            self.assertEqual(values["misreport_requests_total"], 3)

    def test_a_trap_while_telling_loses_that_report_only(self):
        with MetricsHost(MISREPORT, *ONE) as host:
            host.get("/good")
            host.wait_for("misreport_requests_total", 1)
            self.assertEqual(host.get("/trap")[0], 200)
            values = host.wait_for(OWN + "instances_trapped_total", 1)
            self.assertEqual(values["misreport_requests_total"], 1)
            self.assertEqual(values[OWN + "requests_untold_total"], 1)
            with contextlib.suppress(ConnectionError):
                host.get("/good")
            host.wait_for("misreport_requests_total", 2)
