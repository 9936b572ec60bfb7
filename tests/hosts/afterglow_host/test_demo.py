"""The command that the front page shows: toolchain/demo.sh."""

import pathlib
import subprocess
import unittest

from .programs import free_port

DEMO = pathlib.Path(__file__).resolve().parents[3] / "toolchain" / "demo.sh"
PATIENCE_S = 120


def demo(*arguments):
    return subprocess.run([str(DEMO), *arguments], capture_output=True, text=True, timeout=PATIENCE_S)


class Demo(unittest.TestCase):
    def test_once_draws_trace_and_metrics_of_one_request(self):
        run = demo("--once")
        self.assertEqual(run.returncode, 0, run.stderr)
        lines = run.stdout.splitlines()
        self.assertIn("response 200", lines)
        self.assertEqual(lines[-1], "done")
        self.assertIn("5 spans", run.stdout)
        for name in ("GET /cart", "authenticate", "route", "render", "cart rendered"):
            self.assertIn(name, run.stdout)
        self.assertRegex(run.stdout, r"(?m)^(\u2502|\|)  url\.query  token=REDACTED$")
        for rows in (r"cart\.cache\.lookups  \{lookup\}\n   hit=false +1",
                     r"cart\.items  \{item\}\n   all +1\n   \S+  3, sum 3",
                     r"faas\.coldstarts  \{coldstart\}\n   trigger=http +1",
                     r"http\.client\.request\.duration  s\n   method=GET  address=carts\.internal  "
                     r"port=80  status_code=200 +1",
                     r"http\.server\.active_requests  \{request\}\n   method=GET  scheme=http +0",
                     r"http\.server\.request\.duration  s\n   method=GET  scheme=http  route=/cart  "
                     r"status_code=200 +1"):
            self.assertRegex(run.stdout, rows)
        self.assertNotIn("not-for-you", run.stdout + run.stderr)
        self.assertNotIn("\x1b", run.stdout)

    def test_collector_that_is_down_is_4(self):
        run = demo("--once", "--collector", f"http://127.0.0.1:{free_port()}")
        self.assertEqual(run.returncode, 4, run.stdout)
        self.assertIn("error: the collector did not take trace and metrics", run.stderr)

    def test_wrong_usage_is_2(self):
        for arguments in (["--nonsense"], ["--collector"], ["--collector", "ftp://x"], ["--listen", "x"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(demo(*arguments).returncode, 2)


if __name__ == "__main__":
    unittest.main()
