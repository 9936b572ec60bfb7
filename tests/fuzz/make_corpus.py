#!/usr/bin/env python3
"""Writes the seeds of the propagation targets, corpus/<target>, from the rows of tests/vectors.

Each target says in its opening comment how it reads an input. Rows with very long values are left
out: the targets get those from the unit tests. Seeds that are there and have no row any more go.

Usage: make_corpus.py
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
VECTORS = HERE.parent / "vectors"
LONGEST = 2048
B3_LETTERS = {
    "b3": "b", "x-b3-traceid": "t", "x-b3-spanid": "s", "x-b3-sampled": "d", "x-b3-flags": "f"}


def expand(value):
    pieces = [value] if isinstance(value, str) else value
    text = "".join(p if isinstance(p, str) else p[0] * p[1] for p in pieces)
    return text.encode("latin-1")


def lines_of(row, name):
    return [expand(value) for sent, value in row["in"] if sent.lower() == name]


def traceparent(row):
    return b"".join(lines_of(row, "traceparent")[:1])


def tracestate(row):
    # The whole capacity, then a key and a value to set.
    lines = lines_of(row, "tracestate")
    return b"\n".join([b"", b"ot", b"th:8", *lines]) if lines else b""


def baggage(row):
    # The whole capacity, then a key, a value and properties to add.
    lines = lines_of(row, "baggage")
    return b"\n".join([b"", b"user", b"J\xc3\xbcrgen, 100%", b"p;q=1", *lines]) if lines else b""


def b3(row):
    return b"\n".join(
        B3_LETTERS[sent.lower()].encode() + expand(value)
        for sent, value in row["in"] if sent.lower() in B3_LETTERS)


def seeds_of(make):
    """One seed for each different input, by the name of the first row that has it."""
    seeds = {}
    for path in sorted(VECTORS.glob("*.json")):
        for row in json.loads(path.read_text())["rows"]:
            seed = make(row)
            if 0 < len(seed) <= LONGEST:
                seeds.setdefault(seed, row["id"])
    return {name: seed for seed, name in seeds.items()}


def main():
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    for make in (traceparent, tracestate, baggage, b3):
        folder = HERE / "corpus" / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        seeds = seeds_of(make)
        for old in folder.iterdir():
            if old.name not in seeds:
                old.unlink()
        for name, seed in seeds.items():
            (folder / name).write_bytes(seed)
        print(f"{make.__name__}: {len(seeds)} seeds, {sum(map(len, seeds.values()))} bytes")


if __name__ == "__main__":
    main()
