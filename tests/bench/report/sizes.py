#!/usr/bin/env python3
"""Prints how many bytes telemetry adds to a module: raw, and compressed by gzip -9.

Usage: sizes.py [--json FILE] [--rooms FOLDER] [--claims] LIST [SAMPLE.wasm…]

LIST is the file sizes.list that CMake writes beside the modules: one `module|over|features` a line.
`--claims` leaves out what single features cost. `--rooms` also prints where the bytes of the modules `traces_only` and `everything` come from, by the linker's maps in
FOLDER, which are of modules that were not optimised as a whole.
"""

import argparse
import gzip
import json
from pathlib import Path

import rooms

# Over the same handler without telemetry: (raw, compressed), in bytes.
GOALS = {"traces_only": (16 * 1024, None), "everything": (48 * 1024, 20 * 1024)}


class Size:
    def __init__(self, path):
        data = path.read_bytes()
        self.raw = len(data)
        self.compressed = len(gzip.compress(data, 9, mtime=0))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rooms", type=Path)
    parser.add_argument("--claims", action="store_true")
    parser.add_argument("list", type=Path)
    parser.add_argument("samples", type=Path, nargs="*")
    arguments = parser.parse_args()
    folder = arguments.list.parent
    entries = [line.split("|") for line in arguments.list.read_text().splitlines()]
    if arguments.claims:
        entries = [entry for entry in entries if entry[1] in ("", "without_telemetry")]
    sizes = {name: Size(folder / f"{name}.wasm") for name, _, _ in entries}

    print_table(entries, sizes)
    print_samples(arguments.samples)
    if arguments.rooms:
        for name in ("traces_only", "everything"):
            rooms.print_table(arguments.rooms / f"{name}.map")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows(entries, sizes, arguments.samples), indent=2) + "\n")


def print_table(entries, sizes):
    print(f"{'module':<34} {'bytes':>8} {'gzip':>8}   {'added':>8} {'gzip':>8}  over")
    for name, over, _ in entries:
        size = sizes[name]
        added = ""
        if over:
            base = sizes[over]
            added = (f"{size.raw - base.raw:>+8,} {size.compressed - base.compressed:>+8,}  {over}"
                     + verdict(name, size, base))
        print(f"{name:<34} {size.raw:>8,} {size.compressed:>8,}   {added}".rstrip())


def verdict(name, size, base):
    raw, compressed = GOALS.get(name, (None, None))
    if raw is None:
        return ""
    goal = f"goal {raw // 1024} KB"
    reached = size.raw - base.raw <= raw
    if compressed is not None:
        goal += f", {compressed // 1024} KB compressed"
        reached = reached and size.compressed - base.compressed <= compressed
    return f"; {goal}: {'reached' if reached else 'not reached'}"


def print_samples(samples):
    for path in samples:
        size = Size(path)
        print(f"{'sample ' + path.stem:<34} {size.raw:>8,} {size.compressed:>8,}")


def rows(entries, sizes, samples):
    """The rows of the bench's JSON list: a module's floor is what it is compared with."""
    result = []
    for name, over, _ in entries:
        size = sizes[name]
        base = sizes.get(over)
        result.append(row(name, size.raw, "module_bytes", base and base.raw))
        result.append(row(name, size.compressed, "module_gzip_bytes", base and base.compressed))
    for path in samples:
        size = Size(path)
        result.append(row("sample_" + path.stem, size.raw, "module_bytes", None))
        result.append(row("sample_" + path.stem, size.compressed, "module_gzip_bytes", None))
    return result


def row(name, value, unit, floor):
    return {
        "scenario": "size_" + name, "target": "wasm", "clock": None, "optimisation": "-Oz",
        "value": value, "unit": unit, "spread": 0, "floor": floor,
        "ratio": round(value / floor, 3) if floor else None,
    }


if __name__ == "__main__":
    main()
