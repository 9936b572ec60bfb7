"""Requests as they come: many at once, bad ones, and what each costs."""

import re
import threading
import unittest

from .programs import CART, Host
from .servers import Capture, Origin, PATIENCE_S

MANY = 50
METRIC_PAGES = 16  # of the lent memory, for good


class Requests(unittest.TestCase):
    def test_fifty_interleaved_in_one_instance(self):
        # The origin answers nobody before all fifty wait for it: they are in the instance together.
        with Capture() as capture, Origin(expected=MANY) as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}",
            "--concurrent", "64", "--max-instances", "1", "--count-calls",
        ) as host:
            answers = {}

            def ask(number):
                headers = {"traceparent": f"00-{number:032x}-{number:016x}-01"}
                answers[number] = host.get("/cart", headers)

            threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, MANY + 1)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE_S)
            self.assertEqual([answers[n][0] for n in sorted(answers)], [200] * MANY)
            spans = [span for _, span in capture.wait_for_spans(5 * MANY)]
            self.assertEqual(len(spans), 5 * MANY)
            for number in range(1, MANY + 1):
                mine = [s for s in spans if s["traceId"] == f"{number:032x}"]
                self.assertEqual(sorted(s["name"] for s in mine),
                                 ["GET", "GET /cart", "authenticate", "render", "route"])
                server = next(s for s in mine if s["name"] == "GET /cart")
                self.assertEqual(server["parentSpanId"], f"{number:016x}")
                self.assertEqual({s["parentSpanId"] for s in mine if s is not server},
                                 {server["spanId"]})
                client = next(s for s in mine if s["name"] == "GET")
                self.assertIn([f"00-{number:032x}-{client['spanId']}-01"], origin.traceparents)
                self.assertIn(client["spanId"], answers[number][1])
            health = dict(line.split() for line in host.get("/healthz")[1].splitlines()[1:])
            self.assertGreater(int(health["pages"]), MANY)
            self.assertEqual(int(health["pages_free"]), int(health["pages"]) - METRIC_PAGES)
            self.assertEqual(host.stop(), 0)
            memory = re.findall(r"memory_at_start=(\d+) memory=(\d+)", host.output())
            self.assertEqual(len(memory), MANY + 1)
            self.assertEqual({start == now for start, now in memory}, {True})

    def test_host_calls_before_the_response(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}", "--count-calls",
            "--max-instances", "1",  # the configuration is read once an instance
        ) as host:
            for _ in range(3):
                self.assertEqual(host.get("/cart")[0], 200)
            capture.wait_for_spans(15)
            self.assertEqual(host.stop(), 0)
            lines = [line for line in host.lines if " request " in line]
            calls = [dict(re.findall(r"([a-z_]+)=(\d+)", line)) for line in lines]
            first, *others = [set(c) - {"memory", "memory_at_start"} for c in calls]
            self.assertEqual(first, {"clock_time_get", "random_get", "config_get"})
            self.assertEqual(others, [{"clock_time_get", "random_get"}] * 2)
            # One for the trace; the first measurement of an instance makes one more.
            self.assertEqual([c["random_get"] for c in calls], ["2", "1", "1"])
            self.assertEqual(calls[0]["config_get"], "1")

    def test_duplicated_traceparent_starts_a_new_trace(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            lines = "".join(f"traceparent: 00-{n:032x}-{n:016x}-01\r\n" for n in (1, 2))
            answer = host.raw(
                f"GET /cart HTTP/1.1\r\nHost: x\r\n{lines}Connection: close\r\n\r\n".encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
            for _, span in capture.wait_for_spans(5):
                self.assertNotIn(span["traceId"], (f"{1:032x}", f"{2:032x}"))

    def test_hostile_headers_harm_nobody(self):
        hostile = {
            "NUL in traceparent": b"traceparent: 00-\x0000-01\r\n",
            "100 kB value": b"tracestate: " + b"a" * 100_000 + b"\r\n",
            "not UTF-8": b"user-agent: \xff\xfe\xc0\r\n",
            "no value": b"traceparent:\r\n",
            "garbage": b"traceparent: 00-zz-\r\n",
        }
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            for what, line in hostile.items():
                with self.subTest(what):
                    answer = host.raw(b"GET /cart HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                      + line + b"\r\n")
                    self.assertRegex(answer[:12], rb"HTTP/1.1 (200|400|431)")
            self.assertEqual(host.get("/cart")[0], 200)
            self.assertEqual(host.stop(), 0)

    def test_statuses_of_the_sample(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            self.assertEqual(host.get("/nope")[0], 404)
            self.assertEqual(host.get("/cart", {"Authorization": "Basic x"})[0], 401)
            status, body = host.get("/cart", {"Authorization": "Bearer ada"})
            self.assertEqual(status, 200)
            self.assertIn('"visitor":"ada"', body)

    def test_origin_that_is_down_is_a_502(self):
        with Capture() as capture, Host(
            CART, "--collector", capture.url, "--backend", "origin=http://127.0.0.1:1"
        ) as host:
            self.assertEqual(host.get("/cart")[0], 502)
            client = [s for _, s in capture.wait_for_spans(4) if s["name"] == "GET"][0]
            types = [a["value"] for a in client["attributes"] if a["key"] == "error.type"]
            self.assertEqual(types, [{"stringValue": "connection_error"}])
