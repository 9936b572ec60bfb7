"""What an operator decides in the store, and what it does to the request."""

import unittest

from afterglow_host.servers import Capture, Origin

from .viceroy import CART, NOWHERE, Viceroy


class Settings(unittest.TestCase):
    def headers(self, settings, secrets=None, backend=None):
        """The headers the collector saw, and Viceroy's output."""
        with Capture() as capture, Origin() as origin, Viceroy(
            CART, {"origin": origin.url, "otel-collector": backend or capture.url},
            {name: value.format(capture.url) for name, value in settings.items()}, secrets=secrets
        ) as host:
            self.assertEqual(host.get("/cart")[0], 200)
            capture.wait_for_spans(5)
            host.wait_for_end()
            names = {name.lower(): value for name, value in capture.headers[0].items()}
            return names | {"output": host.output(), "url": capture.url}

    def test_what_is_always_sent(self):
        seen = self.headers({})
        self.assertEqual(seen["content-type"], "application/json")
        self.assertRegex(seen["user-agent"], r"^afterglow/\d")
        self.assertEqual("http://" + seen["host"], seen["url"])  # the backend's own address

    def test_endpoint_names_the_host(self):
        seen = self.headers({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.example/"})
        self.assertEqual(seen["host"], "otel.example")

    def test_headers_are_decoded(self):
        seen = self.headers({"OTEL_EXPORTER_OTLP_HEADERS": " x-a = b%20c ,x-d=%zz%2,=e,f,,x-g="})
        self.assertEqual((seen["x-a"], seen["x-d"], seen["x-g"]), ("b c", "%zz%2", ""))

    def test_secret_headers_are_sent_and_never_printed(self):
        seen = self.headers({"AFTERGLOW_HEADERS_SECRET": "collector"},
                            {"collector": "authorization=Bearer%20s3cret,x-team=blue"})
        self.assertEqual((seen["authorization"], seen["x-team"]), ("Bearer s3cret", "blue"))
        self.assertNotIn("s3cret", seen["output"])

    def test_dynamic_backend(self):
        seen = self.headers({"AFTERGLOW_DESTINATION": "{}"}, backend=NOWHERE)
        self.assertEqual("http://" + seen["host"], seen["url"])

    def test_service_name(self):
        seen = self.headers({"OTEL_SDK_DISABLED": "false", "AFTERGLOW_WAIT": "TRUE"})
        self.assertNotIn("recorded=", seen["output"])
