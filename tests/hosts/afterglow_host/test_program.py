"""The program itself: its command line, its secrets, its end."""

import pathlib
import signal
import tempfile
import threading
import unittest

from .programs import CART, HOST, TROUBLE, Host, Program
from .servers import Capture, Origin, PATIENCE_S


def run(*arguments):
    with Program(HOST, *arguments) as program:
        return program.wait(), program.output()


class CommandLine(unittest.TestCase):
    def test_help_and_version(self):
        code, output = run("--help")
        self.assertEqual(code, 0)
        for flag in ("--listen", "--collector", "--backend", "--config", "--reuse", "--print"):
            self.assertIn(flag, output)
        code, output = run("--version")
        self.assertEqual(code, 0)
        self.assertRegex(output, r"^afterglow-host \d+\.\d+\.\d+$")

    def test_wrong_usage_is_1(self):
        for arguments in (
            (), ("a.wasm", "--nope"), ("a.wasm", "--listen", "here"),
            ("a.wasm", "--listen", "127.0.0.1:99999"), ("a.wasm", "--backend", "origin"),
            ("a.wasm", "--collector", "ftp://x"), ("a.wasm", "--concurrent", "0"),
            ("a.wasm", "--collector-header", "a b=c"),
        ):
            with self.subTest(arguments):
                code, output = run(*arguments)
                self.assertEqual(code, 1, output)
                self.assertNotEqual(output, "")

    def test_module_that_cannot_run_is_2(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "text.wasm").write_text("hello")
            (path / "empty.wasm").write_bytes(b"\0asm\1\0\0\0")
            for name, reason in (("none.wasm", "cannot open"), ("text.wasm", "not a WebAssembly"),
                                 ("empty.wasm", "edge_on_request")):
                with self.subTest(name):
                    code, output = run(path / name)
                    self.assertEqual(code, 2, output)
                    self.assertIn(reason, output)

    def test_address_in_use_is_3(self):
        with Host(TROUBLE) as host:
            code, output = run(TROUBLE, "--listen", f"127.0.0.1:{host.port}")
            self.assertEqual(code, 3)
            self.assertIn(f"cannot listen on 127.0.0.1:{host.port}", output)


class Life(unittest.TestCase):
    def test_collector_headers_are_sent_and_never_printed(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}",
            "--collector-header", "authorization=Bearer s3cret", "--print", "--count-calls",
        ) as host:
            self.assertEqual(host.get("/cart")[0], 200)
            capture.wait_for_spans(5)
            self.assertEqual(host.stop(), 0)
            self.assertEqual(capture.headers[0]["authorization"], "Bearer s3cret")
            self.assertEqual(capture.headers[0]["content-type"], "application/json")
            self.assertNotIn("s3cret", host.output())

    def test_configuration_reaches_the_module(self):
        with Capture() as capture, Origin() as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}",
            "--config", "OTEL_SDK_DISABLED=true",
        ) as host:
            self.assertEqual(host.get("/cart")[0], 200)
            self.assertEqual(host.stop(), 0)
            self.assertIn("0 taken, 0 delivered", host.output())

    def test_stopping_finishes_what_was_begun(self):
        with Capture() as capture, Origin(open_gate=False) as origin, Host(
            CART, "--collector", capture.url, "--backend", f"origin={origin.url}"
        ) as host:
            answer = []
            client = threading.Thread(target=lambda: answer.append(host.get("/cart")))
            client.start()
            origin.wait_for_requests(1)  # the request is in the middle of its work
            host.process.send_signal(signal.SIGTERM)
            host.wait_for_line("stopping")
            origin.gate.set()
            client.join(PATIENCE_S)
            self.assertEqual(answer[0][0], 200)
            self.assertEqual(host.wait(), 0)
            self.assertEqual(len(capture.wait_for_spans(5)), 5)
            self.assertIn("2 taken, 2 delivered", host.output())

    def test_interrupt_ends_it_too(self):
        with Host(TROUBLE) as host:
            host.process.send_signal(signal.SIGINT)
            self.assertEqual(host.wait(), 0)
