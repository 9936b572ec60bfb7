#!/usr/bin/env python3
"""Compares what a module imports and exports, and its size, with golden files; checks it has no heap.

  module_golden.py [--update] GOLDEN MODULE UNSTRIPPED

GOLDEN.imports and GOLDEN.exports are sorted lists, one "name type" a line; GOLDEN.size is MODULE's size in
bytes. UNSTRIPPED is the same module with its names: it must define no allocator, register no exit
handler and never grow its memory. --update writes the golden files instead of comparing them.
"""

import argparse
import difflib
import re
import subprocess
import sys
from pathlib import Path

ALLOCATORS = re.compile(
    r"^(malloc|free|calloc|realloc|aligned_alloc|dlmalloc|dlfree|sbrk|__cxa_atexit|atexit"
    r"|operator (new|delete).*|_Zn[wa][mj].*|_Zd[la]Pv.*)$")
SECTION = re.compile(r"^(\w+)(?:\[\d+\])?:$")


def dump(module):
    """wasm-objdump's details of a module as {section: [line]}."""
    try:
        text = subprocess.run(["wasm-objdump", "-x", module],
                              check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        sys.exit("no wasm-objdump; run toolchain/install/wasm-clang.sh")
    sections, current = {}, None
    for line in text.splitlines():
        if SECTION.match(line):
            current = sections.setdefault(SECTION.match(line)[1], [])
        elif current is not None and line.startswith(" - "):
            current.append(line[3:])
    return sections


def signatures(sections):
    types = dict(re.match(r"type\[(\d+)\] (.*)", line).groups() for line in sections.get("Type", []))
    functions = {}
    for line in sections.get("Import", []) + sections.get("Function", []):
        found = re.match(r"func\[(\d+)\] sig=(\d+)", line)
        if found:
            functions[found[1]] = types[found[2]]
    return functions


def imports(sections):
    functions = signatures(sections)
    for line in sections.get("Import", []):
        found = re.match(r"(\w+)\[(\d+)\].* <- (.*)$", line)
        yield f"{found[3]} {functions[found[2]] if found[1] == 'func' else found[1]}"


def exports(sections):
    functions = signatures(sections)
    for line in sections.get("Export", []):
        found = re.match(r"(\w+)\[(\d+)\].* -> \"(.*)\"$", line)
        yield f"{found[3]} {functions[found[2]] if found[1] == 'func' else found[1]}"


def heap_findings(unstripped):
    sections = dump(unstripped)
    if 'name: "name"' not in sections.get("Custom", []):
        yield f"{unstripped} carries no names: it cannot be checked for allocators"
    for line in sections.get("Function", []):
        found = re.match(r"func\[\d+\] sig=\d+ <(.*)>$", line)
        if found and ALLOCATORS.match(found[1]):
            yield f"the module defines {found[1]}"
    code = subprocess.run(["wasm-objdump", "-d", unstripped], check=True, capture_output=True, text=True)
    if "memory.grow" in code.stdout:
        yield "the module grows its memory"


def compare(path, actual):
    expected = path.read_text() if path.exists() else ""
    yield from difflib.unified_diff(
        expected.splitlines(), actual.splitlines(), str(path), "this build", lineterm="", n=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write the golden files")
    parser.add_argument("golden", help="path of the golden files without their suffix")
    parser.add_argument("module", type=Path)
    parser.add_argument("unstripped", type=Path)
    options = parser.parse_args()

    sections = dump(options.module)
    actual = {
        "imports": "".join(f"{line}\n" for line in sorted(imports(sections))),
        "exports": "".join(f"{line}\n" for line in sorted(exports(sections))),
        "size": f"{options.module.stat().st_size}\n",
    }
    findings = list(heap_findings(options.unstripped))
    for suffix, text in actual.items():
        path = Path(f"{options.golden}.{suffix}")
        if options.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        else:
            findings += compare(path, text)
    print(f"{options.module.name}: {actual['size'].strip()} bytes")
    if findings:
        print("\n".join(findings))
        sys.exit("A wanted change? cmake --build --preset wasm-release --target update-golden")


if __name__ == "__main__":
    main()
