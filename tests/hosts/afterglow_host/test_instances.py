"""Instances: reused or fresh, replaced when they fail, bounded in time and memory."""

import unittest

from .programs import CART, TROUBLE, Host
from .servers import Origin

PAGES_PER_MIB = 16


class Instances(unittest.TestCase):
    def counts(self, requests, *flags):
        with Host(TROUBLE, *flags) as host:
            return [int(host.get("/")[1]) for _ in range(requests)]

    def test_one_for_each_request(self):
        self.assertEqual(self.counts(3, "--reuse", "1"), [1, 1, 1])

    def test_reused_a_number_of_times(self):
        counts = self.counts(6, "--reuse", "2", "--max-instances", "1")
        self.assertEqual(counts, [1, 2, 1, 2, 1, 2])

    def test_reused_without_limit(self):
        self.assertEqual(self.counts(5, "--max-instances", "1"), [1, 2, 3, 4, 5])

    def test_trap_is_a_500_and_the_next_request_gets_a_fresh_instance(self):
        with Host(TROUBLE, "--max-instances", "1") as host:
            self.assertEqual(host.get("/"), (200, "1"))
            self.assertEqual(host.get("/trap")[0], 500)
            self.assertEqual(host.get("/"), (200, "1"))
            self.assertEqual(host.stop(), 0)
            self.assertIn("the module failed in edge_on_request", host.output())

    def test_endless_loop_is_a_504_and_bounded(self):
        with Host(TROUBLE, "--timeout-ms", "300", "--max-instances", "1") as host:
            self.assertEqual(host.get("/loop")[0], 504)
            self.assertEqual(host.get("/"), (200, "1"))
            self.assertEqual(host.stop(), 0)
            self.assertIn("its time ran out", host.output())

    def test_request_that_is_never_answered_is_a_504(self):
        with Host(TROUBLE, "--timeout-ms", "300", "--max-instances", "1") as host:
            self.assertEqual(host.get("/silent")[0], 504)
            self.assertEqual(host.get("/"), (200, "2"))  # the instance is sound
            self.assertEqual(host.stop(), 0)

    def test_memory_is_limited(self):
        with Host(TROUBLE, "--memory-limit-mib", "8", "--max-instances", "1") as host:
            status, pages = host.get("/grow")
            self.assertEqual(status, 200)
            self.assertLessEqual(int(pages), 8 * PAGES_PER_MIB)
            self.assertGreater(int(pages), 4 * PAGES_PER_MIB)

    def test_bad_pointers_are_answered(self):
        fault, missing, invalid, small = 6, 3, 2, 4
        with Host(TROUBLE) as host:
            status, body = host.get("/abi")
            self.assertEqual(status, 200)
            self.assertEqual([int(number) for number in body.split()], [
                fault, fault, small, missing, fault, fault, fault, missing, fault, invalid, invalid])

    def test_requests_wait_in_line_for_the_only_instance(self):
        with Origin(open_gate=False) as origin, Host(
            CART, "--max-instances", "1", "--backend", f"origin={origin.url}"
        ) as host:
            connections = [host.connect() for _ in range(3)]
            for connection in connections:
                connection.request("GET", "/cart")
            origin.wait_for_requests(1)
            origin.gate.set()
            for connection in connections:
                self.assertEqual(connection.getresponse().status, 200)
                connection.close()
            self.assertEqual(host.stop(), 0)
