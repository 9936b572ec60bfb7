"""Runs cart-edge-wasi.wasm the way of CGI, in each runtime this machine has."""

import os
import pathlib
import subprocess
import unittest

from afterglow_host.programs import NATIVE, WASM
from afterglow_host.servers import PATIENCE_S

MODULE = WASM / "samples/cart-edge/cart-edge-wasi.wasm"
CACHE = pathlib.Path(os.environ.get("AFTERGLOW_CACHE", pathlib.Path.home() / ".cache/afterglow"))
WASMTIME = pathlib.Path(
    os.environ.get("AFTERGLOW_WASMTIME") or CACHE / "wasmtime-cli-48.0.8/bin/wasmtime")
WASI_RUN = pathlib.Path(os.environ.get("AFTERGLOW_WASI_RUN") or NATIVE / "tests/wasm/wasi-run")
CARTS = '{"items":[{"sku":"a"},{"sku":"b"}]}'
REQUEST = {"REQUEST_METHOD": "GET", "PATH_INFO": "/cart", "CART": CARTS}


class Runtime:
    """How to start a module, in terms of variables."""

    def __init__(self, name, program, *arguments, hint):
        self.name, self.program, self.arguments, self.hint = name, program, arguments, hint

    def command(self, variables):
        if not self.program.exists():
            raise unittest.SkipTest(f"no {self.program.name}: {self.hint}")
        pairs = [part for pair in variables.items() for part in ("--env", "=".join(pair))]
        return [str(self.program), *self.arguments, *pairs, str(MODULE)]

    def run(self, variables=None, body=b"", **streams):
        """The finished process. Streams not given are captured."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
        return subprocess.run(self.command(REQUEST | (variables or {})), input=body,
                              timeout=PATIENCE_S, check=False, **streams)


RUNTIMES = [
    Runtime("wasmtime run", WASMTIME, "run", hint="toolchain/install/wasmtime-cli.sh"),
    Runtime("wasi-run", WASI_RUN,
            hint="cmake --build --preset native-release --target wasi-run"),
]


def response_of(output):
    """(status, header, body) of a CGI response."""
    head, _, body = output.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    return int(fields["Status"]), fields, body
