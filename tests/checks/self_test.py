#!/usr/bin/env python3
"""Proves that each check can fail: on a small bad tree it finds exactly what is wrong with it."""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import includes
import lengths
import machine_paths
import quotes
import shell
import sizes
import style

HERE = Path(__file__).resolve().parent


class Checks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def found(self, check, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return {(str(path), line) for path, line, _ in check(self.root)}

    def includes_found(self, name, *headers):
        return self.found(includes.check, {name: "".join(f"#include {h}\n" for h in headers)})

    def test_arrows_between_rooms(self):
        good = ['"base/ledger.h"', '"redact/policy.h"', '"record/span.h"', "<afterglow/span.h>", "<new>"]
        self.assertEqual(self.includes_found("sdk/src/record/a.cpp", *good), set())
        for room, header in (
            ("base", "record/a.h"), ("record", "encode/a.h"), ("sample", "record/a.h"),
            ("export", "encode/a.h"), ("encode", "redact/a.h"), ("config", "export/a.h"),
            ("surprise", "base/a.h"), ("record", "../encode/a.h"), ("context", "telemetry_instance.h"),
        ):
            with self.subTest(room=room, header=header):
                name = f"sdk/src/{room}/b.cpp"
                self.assertEqual(self.includes_found(name, f'"{header}"'), {(name, 1)})
                (self.root / name).unlink()

    def test_only_telemetry_joins_the_rooms(self):
        headers = ['"record/a.h"', '"export/a.h"']
        self.assertEqual(self.includes_found("sdk/src/telemetry.cpp", *headers), set())
        name = "sdk/src/other.cpp"
        self.assertEqual(self.includes_found(name, *headers), {(name, 1), (name, 2)})

    def test_headers_of_guest_code(self):
        for name, header in (
            ("sdk/src/base/a.h", "<string>"), ("sdk/include/afterglow/a.h", "<sstream>"),
            ("sdk/src/record/a.h", "<wasi/api.h>"), ("sdk/include/afterglow/b.h", "<new>"),
            ("sdk/include/afterglow/c.h", '"base/ledger.h"'), ("host-abi/include/afterglow/d.h", "<vector>"),
            ("host-abi/guest/custom/e.h", '"../fake/fake_host.h"'),
            ("sdk/src/record/f.cpp", "<rapidjson/reader.h>"),
            ("sdk/src/record/g.cpp", '"../../../host-abi/guest/custom/custom_abi.h"'),
        ):
            with self.subTest(name=name, header=header):
                self.assertIn((name, 1), self.includes_found(name, header))
        self.assertNotIn(
            ("sdk/src/encode/h.cpp", 1),
            self.includes_found("sdk/src/encode/h.cpp", "<rapidjson/reader.h>"))

    def test_lengths(self):
        files = {"a.cpp": "\n" * 350, "b.cpp": "\n" * 351, "data.json": "\n" * 900}
        self.assertEqual(self.found(lengths.check, files), {("b.cpp", 351)})

    def test_machine_paths(self):
        bad = "/".join(("", "root", "x")) + "\n"
        files = {
            "a.sh": "cd " + bad, "b.md": '"' + bad.strip() + '"\n', "c.txt": "GET https://a.b" + bad,
            "d.cpp": "// TO" + "DO: more\n", "e.sh": "cd ${dir}" + bad,
        }
        self.assertEqual(self.found(machine_paths.check, files), {("a.sh", 1), ("b.md", 1), ("d.cpp", 1)})

    @unittest.skipUnless(shutil.which(style.PROGRAM), "toolchain/install/format.sh installs it")
    def test_sizes_are_those_of_the_golden_files(self):
        self.assertEqual(self.found(sizes.check, {
            "tests/golden/modules/a.size": "1234\n",
            "good.md": "| `a.wasm`, a module | 1,234 |\n",
            "bad.md": "| module | bytes |\n| `a.wasm` | 1235 |\n| `gone.wasm` | 1 |\n",
        }), {("bad.md", 2), ("bad.md", 3)})

    def test_quotations_are_what_the_file_says(self):
        self.assertEqual(self.found(quotes.check, {
            "a.cpp": "int a;\n",
            "b.sh": "before\n# [part]\ninside\n# [/part]\nafter\n",
            "good.md": "<!-- quoted from a.cpp -->\n```cpp\nint a;\n```\n"
                       "<!-- quoted from b.sh: part -->\n```sh\ninside\n```\n",
            "other.md": "text\n<!-- quoted from a.cpp -->\n```cpp\nint b;\n```\n",
            "none.md": "<!-- quoted from a.cpp -->\ntext\n",
            "gone.md": "<!-- quoted from c.cpp -->\n```cpp\n```\n",
        }), {("other.md", 2), ("none.md", 1), ("gone.md", 1)})

    def test_style(self):
        shutil.copy(HERE.parent.parent / ".clang-format", self.root)
        files = {"a.cpp": "int a;\n", "b.cpp": "int a;\nint  *b;\n"}
        self.assertEqual(self.found(style.check, files), {("b.cpp", 2)})

    @unittest.skipUnless(shutil.which("shellcheck"), "toolchain/install/format.sh installs it")
    def test_shell(self):
        files = {"a.sh": '#!/usr/bin/env bash\necho "$1"\n', "run": "#!/usr/bin/env bash\ncd $1\n"}
        self.assertEqual(self.found(shell.check, files), {("run", 2)})

    @unittest.skipUnless(shutil.which("clang-tidy-22"), "toolchain/install/format.sh installs it")
    def test_tidy(self):
        shutil.copy(HERE.parent.parent / ".clang-tidy", self.root)
        source = self.root / "sdk" / "a.cpp"
        source.parent.mkdir()
        command = {"directory": str(self.root), "file": str(source), "command": f"clang++ -c {source}"}
        (self.root / "compile_commands.json").write_text(json.dumps([command]))
        for text, code in (("int* good() { return nullptr; }\n", 0), ("int* bad() { return 0; }\n", 1)):
            source.write_text(text)
            ran = subprocess.run([HERE / "tidy.sh", self.root], capture_output=True, text=True)
            self.assertEqual(ran.returncode, code, ran.stdout)
            self.assertEqual("modernize-use-nullptr" in ran.stdout, code == 1)


if __name__ == "__main__":
    unittest.main()
