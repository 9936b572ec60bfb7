"""Whatever is missing, wrong or gone: the response is untouched and the books are balanced."""

import unittest

from afterglow_host.servers import Capture, Origin

from .viceroy import CART, NOWHERE, PROBE, Viceroy

LOST = r"afterglow :: .*recorded=5 exported=0 unknown=0 waiting=0 dropped\.send_failed=5$"
OK, INVALID, NOT_FOUND, TOO_SMALL = "0", "2", "3", "4"


class Telemetry(unittest.TestCase):
    """The cart, with something wrong on the way of its telemetry."""

    def ask(self, settings, secrets=None, capture=None, lost=LOST):
        collector = capture.url if capture else NOWHERE
        with Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": collector}, settings, secrets=secrets
        ) as host:
            status, body = host.get("/cart")
            self.assertEqual(status, 200)
            self.assertIn('"visitor":"anonymous"', body)
            if lost:
                host.wait_for_line(lost)
            elif capture:
                self.assertEqual(len(capture.wait_for_spans(5)), 5)
            host.wait_for_end()
            return host.output()

    def test_unknown_backend(self):
        self.ask({"AFTERGLOW_DESTINATION": "nobody"})

    def test_reserved_log_endpoints(self):
        for name in ("stdout", "stderr", "fst_managed_x", "STDOUT"):
            with self.subTest(name):
                self.ask({"AFTERGLOW_DESTINATION": f"log:{name}"})

    def test_log_endpoint_without_a_name(self):
        self.ask({"AFTERGLOW_DESTINATION": "log:"}, lost="")

    def test_urls_that_are_none(self):
        for url in ("http://", "http:///path", "https://:1", "http://[::1", "http://a b"):
            with self.subTest(url):
                self.ask({"AFTERGLOW_DESTINATION": url})

    def test_endpoints_that_are_no_url(self):
        for url in ("nonsense", "http://" + "a" * 2_000):
            with self.subTest(url[:10]):
                self.ask({"OTEL_EXPORTER_OTLP_ENDPOINT": url})

    def test_unknown_secret_and_unknown_store(self):
        self.ask({"AFTERGLOW_HEADERS_SECRET": "nobody"}, {"token": "a=b"})
        self.ask({"AFTERGLOW_HEADERS_SECRET": "token"})
        self.ask({"AFTERGLOW_HEADERS_SECRET": "token", "AFTERGLOW_SECRET_STORE": "nobody"},
                 {"token": "a=b"})

    def test_secret_beyond_the_buffer(self):
        self.ask({"AFTERGLOW_HEADERS_SECRET": "token"}, {"token": "a=" + "b" * 4_000})

    def test_header_that_http_forbids(self):
        self.ask({"OTEL_EXPORTER_OTLP_HEADERS": "a b=c"})
        self.ask({"OTEL_EXPORTER_OTLP_HEADERS": "a=%0d%0ax: y"})

    def test_collector_that_is_down(self):
        self.ask({"AFTERGLOW_WAIT": "true"})
        self.ask({}, lost="")  # nobody waits, nobody knows

    def test_collector_that_refuses(self):
        for http_status in (400, 429, 500, 503):
            with self.subTest(http_status), Capture(http_status) as capture:
                self.ask({"AFTERGLOW_WAIT": "true"}, capture=capture,
                         lost=r"recorded=5 .*dropped\.refused=5$")

    def test_collector_that_never_answers(self):
        with Capture(open_gate=False) as capture:
            self.ask({"AFTERGLOW_WAIT": "true"}, capture=capture)

    def test_line_no_span_fits_into(self):
        self.ask({"AFTERGLOW_DESTINATION": "log:telemetry", "AFTERGLOW_MAX_LINE_BYTES": "400"},
                 lost=r"recorded=5 .*dropped\.too_large=5$")

    def test_numbers_that_are_none(self):
        with Capture() as capture:
            self.ask({"AFTERGLOW_VCPU_BUDGET_MS": "nonsense", "AFTERGLOW_MAX_LINE_BYTES": "-1"},
                     capture=capture, lost="")

    def test_longest_entry_a_store_can_hold(self):
        padding = "a" * (8_000 - len("OTEL_SDK_DISABLED=false\nPADDING="))
        with Capture() as capture:
            self.ask({"OTEL_SDK_DISABLED": "false", "PADDING": padding}, capture=capture, lost="")

    def test_no_store_at_all(self):
        with Capture() as capture:
            self.ask(None, capture=capture, lost="")


class Clients(unittest.TestCase):
    def test_client_that_leaves_without_reading(self):
        with Capture(open_gate=False) as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": capture.url}, {"AFTERGLOW_WAIT": "true"}
        ) as host:
            with host.begin("/cart"):
                capture.wait_for_spans(5)
            capture.gate.set()
            host.wait_for_end()
            self.assertEqual(host.events("afterglow"), [])

    def test_client_that_leaves_before_the_answer_harms_no_other(self):
        # Viceroy ends such a guest at the moment it answers, so its telemetry cannot leave.
        with Capture() as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": capture.url}
        ) as host:
            origin.gate.clear()
            with host.begin("/cart"):
                host.wait_for_line("handling request")
            origin.gate.set()
            self.assertEqual(host.get("/cart")[0], 200)
            self.assertEqual(len(capture.wait_for_spans(5)), 5)

    def test_target_beyond_the_buffer_is_a_431(self):
        with Viceroy(CART, {"origin": NOWHERE}) as host:
            self.assertEqual(host.get("/cart?" + "a" * 9_000)[0], 431)

    def test_origin_that_is_down_or_unknown_is_a_502(self):
        for backends in ({"origin": NOWHERE}, {}):
            with Capture() as capture, Viceroy(
                CART, backends | {"otel-collector": capture.url}
            ) as host:
                self.assertEqual(host.get("/cart")[0], 502)
                self.assertEqual(len(capture.wait_for_spans(4)), 4)


class Port(unittest.TestCase):
    """What the port says, as "status length" lines."""

    def ask(self, target, headers=(), **service):
        with Viceroy(PROBE, {"otel-collector": NOWHERE}, **service) as host:
            status, body = host.get(target, headers)
            self.assertEqual(status, 200)
            host.wait_for_end()
            return host, body.splitlines()

    def test_configuration_and_secrets(self):
        _, lines = self.ask("/config", settings={"SHORT": "value"}, entries={"long": "a" * 300},
                            secrets={"token": "secret-token"})
        self.assertEqual(lines, [f"{OK} 5", f"{TOO_SMALL} 5", f"{TOO_SMALL} 300", f"{NOT_FOUND} 0",
                                 f"{OK} 12", f"{TOO_SMALL} 12", f"{NOT_FOUND} 0"])

    def test_a_log_endpoint_named_in_code_limits_bodies_to_a_line(self):
        _, lines = self.ask("/limits", settings={"AFTERGLOW_MAX_LINE_BYTES": "2000"})
        self.assertEqual(lines, ["0", "0", "2000"])

    def test_configuration_without_store(self):
        _, lines = self.ask("/config")
        self.assertEqual(lines, [f"{NOT_FOUND} 0"] * 7)

    def test_log_lines(self):
        host, lines = self.ask("/logs")
        self.assertEqual(lines, [f"{OK} 0", f"{NOT_FOUND} 0", f"{NOT_FOUND} 0", f"{OK} 0"])
        self.assertEqual(host.events("notes"), [r"one\ntwo"])
        self.assertIn("on standard error", host.output())

    def test_other_imports_of_the_same_functions_link_beside_ours(self):
        self.assertEqual(self.ask("/neighbour")[1], ["yes"])

    def test_cpu_budget_that_is_spent(self):
        for budget_ms, event in ((5, ["dropped 1"]), (100_000, ["dropped 0"])):
            with self.subTest(budget_ms):
                host, _ = self.ask("/busy", settings={"AFTERGLOW_VCPU_BUDGET_MS": budget_ms,
                                                      "AFTERGLOW_DESTINATION": "log:telemetry"})
                self.assertEqual(host.events("notes"), event)

    def test_second_response_is_refused_and_the_first_one_stays(self):
        host, lines = self.ask("/twice")
        self.assertEqual(lines, ["first"])
        self.assertEqual(host.events("notes"), ["refused"])

    def test_traceparent_beyond_the_buffer_spoils_a_good_one(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        good = ("traceparent", f"00-{trace}-00f067aa0ba902b7-01")
        self.assertIn(trace, self.ask("/extract", [good])[1][0])
        long = ("traceparent", "a" * 9_000)
        for lines in ([good, long], [long, good], [long], [good, good]):
            self.assertNotIn(trace, self.ask("/extract", lines)[1][0])
