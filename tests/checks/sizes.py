#!/usr/bin/env python3
"""The sizes of modules in README tables are those of the golden files: a row that begins with
`NAME.wasm` ends with the number in tests/golden/modules/NAME.size."""

import re

import source_tree

ROW = re.compile(r"\| `(?P<module>[\w-]+)\.wasm`.*\| (?P<bytes>[\d,]+) \|")


def check(root):
    for path in source_tree.files(root, {".md"}):
        for number, line in source_tree.lines(root, path):
            row = ROW.fullmatch(line.strip())
            if row and row["bytes"].replace(",", "") != golden(root, row["module"]):
                yield path, number, f"tests/golden/modules/{row['module']}.size has another number"


def golden(root, module):
    file = root / "tests" / "golden" / "modules" / f"{module}.size"
    return file.read_text(encoding="utf-8").strip() if file.is_file() else None


if __name__ == "__main__":
    source_tree.main(check)
