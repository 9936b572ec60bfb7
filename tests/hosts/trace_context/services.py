"""The sample trace-context-service on each host it runs on."""

import json

from afterglow_host import raw_http
from afterglow_host.programs import WASM, Host
from fastly.viceroy import NOWHERE, Viceroy

MODULES = WASM / "samples/trace-context-service"


def on_afterglow_host(settings):
    config = [word for name, value in settings.items() for word in ("--config", f"{name}={value}")]
    return Host(MODULES / "trace-context-service.wasm", "--allow-any-backend", *config)


def on_fastly(settings):
    return Viceroy(MODULES / "trace-context-service-fastly.wasm", {"otel-collector": NOWHERE},
                   settings)


START = {"afterglow-host": on_afterglow_host, "fastly": on_fastly}


def call(url, *arguments):
    return {"url": url, "arguments": list(arguments)}


def ask(host, calls, lines=()):
    """(status, body) of POST /test with these calls and header lines."""
    body = calls if isinstance(calls, bytes) else json.dumps(calls).encode()
    return raw_http.request(host.port, "POST", "/test", lines, body)
