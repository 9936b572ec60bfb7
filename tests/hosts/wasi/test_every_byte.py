"""The same lines on plain WASI: see afterglow_host/test_every_byte.py."""

import subprocess
import unittest

from afterglow_host.programs import WASM
from afterglow_host.servers import PATIENCE_S
from afterglow_host.test_every_byte import EveryByte

from .module import RUNTIMES

MODULE = WASM / "tests/hosts/every-byte-wasi.wasm"


class EveryByteOnWasi(EveryByte):
    runtime = None

    def lines(self):
        command = [str(MODULE) if part.endswith(".wasm") else part
                   for part in self.runtime.command({})]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=True)
        self.assertEqual(done.stdout, b"")
        return done.stderr.splitlines()


class EveryByteOfWasmtimeRun(EveryByteOnWasi, unittest.TestCase):
    runtime = RUNTIMES[0]


class EveryByteOfWasiRun(EveryByteOnWasi, unittest.TestCase):
    runtime = RUNTIMES[1]
