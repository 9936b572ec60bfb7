"""Starts Viceroy, Fastly's local server, with a module and a service around it."""

import contextlib
import http.client
import os
import pathlib
import socket
import tempfile
import unittest

from afterglow_host.programs import WASM, Program, free_port
from afterglow_host.servers import PATIENCE_S

CACHE = pathlib.Path(os.environ.get("AFTERGLOW_CACHE", pathlib.Path.home() / ".cache/afterglow"))
VICEROY = pathlib.Path(os.environ.get("AFTERGLOW_VICEROY") or CACHE / "viceroy-0.22.0/bin/viceroy")
CART = WASM / "samples/cart-edge/cart-edge-fastly.wasm"
REUSE = WASM / "samples/fastly-reuse/fastly-reuse.wasm"
PROBE = WASM / "tests/hosts/fastly/fastly-probe.wasm"
NOWHERE = "http://127.0.0.1:1"  # refuses connections


def manifest(backends, settings, entries, secrets):
    yield 'manifest_version = 3\nname = "test"\nlanguage = "other"\n[local_server]'
    stores = ", ".join(f'{{key = "{key}", data = "{data}"}}' for key, data in secrets.items())
    if secrets:
        yield f"secret_stores.afterglow = [{stores}]"
    for name, url in backends.items():
        yield f'[local_server.backends.{name}]\nurl = "{url}"'
    if settings is not None:
        yield '[local_server.config_stores.afterglow]\nformat = "inline-toml"'
        yield "[local_server.config_stores.afterglow.contents]"
        lines = "\n".join(f"{name}={value}" for name, value in settings.items())
        yield f"environment = '''{lines}'''"
        yield from (f"{key} = '{value}'" for key, value in entries.items())


class Viceroy(Program):
    """`settings` become the store's entry `environment`; None leaves the store out."""

    def __init__(self, module, backends, settings=None, entries=None, secrets=None):
        if not VICEROY.exists():
            raise unittest.SkipTest("no viceroy: toolchain/install/viceroy.sh")
        self._manifest = tempfile.NamedTemporaryFile("w", suffix=".toml")
        self._manifest.write("\n".join(manifest(backends, settings, entries or {}, secrets or {})))
        self._manifest.flush()
        self.port = free_port()
        super().__init__(VICEROY, "serve", "-v", "-C", self._manifest.name,
                         "--addr", f"127.0.0.1:{self.port}", module)
        self.wait_for_line("Listening on")

    def __exit__(self, *details):
        super().__exit__(*details)
        self._manifest.close()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def get(self, target, headers=()):
        """(status, body) of one request on a connection of its own. Headers are pairs."""
        connection = self.connect()
        try:
            connection.putrequest("GET", target)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    @contextlib.contextmanager
    def begin(self, target):
        """A client that asks, and is gone at the end of the block."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            yield

    def wait_for_end(self):
        """Until a guest has ended."""
        self.wait_for_line("request completed in")

    def events(self, endpoint):
        """What was written to a log endpoint so far, one text an event."""
        prefix = f"{endpoint} :: "
        return [line[len(prefix):] for line in self.lines if line.startswith(prefix)]
