"""Lines of a log whatever a message holds: jq reads each of them, and what was logged."""

import json
import shutil
import subprocess
import unittest

from .programs import WASM, Host

MODULE = WASM / "tests/hosts/every-byte.wasm"
GROUPS = 9

# Of modules/every_byte.cpp.
SEQUENCES = [
    bytes(range(256)),
    b"", b"\n", b'\r\n{"severity":"FAKE"}\n', b'"}\n{"message":"fake"', b'\\"\\\\\\n\\u0000',
    b"\0\0\0", "caf\u00e9 \u2028\u2029 \U0001f305".encode(), b"a\xc3", b"\xed\xa0\x80", b"\xc0\x80",
    b"\xf4\x90\x80\x80", b"\xe2\x80z", b"\x1b[31mred\x7f",
]
LOGGED = [b"a" + bytes([byte]) + b"z" for byte in range(256)] + SEQUENCES


def told(text):
    """What a line tells of it: invalid UTF-8 is replaced, as Unicode recommends."""
    return text.decode("utf-8", "replace")


def read_by_jq(lines):
    """(message, attribute) of each line, which jq is given alone."""
    read = []
    for line in lines:
        done = subprocess.run(["jq", "-c", "[.message, .text, .severity]"], input=line,
                              capture_output=True, check=True)
        message, text, severity = json.loads(done.stdout)
        assert severity == "INFO", line
        read.append((message, text))
    return read


class EveryByte:
    """What a host is asked, in `lines`; each line as bytes."""

    maxDiff = None

    @unittest.skipUnless(shutil.which("jq"), "no jq: toolchain/install/native.sh installs it")
    def test_jq_reads_every_line_as_what_was_logged(self):
        lines = self.lines()
        self.assertEqual(len(lines), len(LOGGED))
        for line in lines:
            json.loads(line.decode("utf-8"))  # strictly
        self.assertEqual(read_by_jq(lines), [(told(text), told(text)) for text in LOGGED])


class EveryByteOnAfterglowHost(EveryByte, unittest.TestCase):
    def lines(self):
        with Host(MODULE, "--max-instances", "1") as host:  # several would log in any order
            for group in range(GROUPS):
                self.assertEqual(host.get(f"/{group}")[0], 200)
            host.stop()
            return [line.removeprefix("module: ").encode() for line in host.lines
                    if line.startswith("module: ")]
