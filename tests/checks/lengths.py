#!/usr/bin/env python3
"""No source file is longer than 350 lines: one job a file."""

import source_tree

LIMIT = 350
SUFFIXES = source_tree.CPP | {".py", ".sh", ".cmake", ".mjs"}


def check(root):
    for path in source_tree.files(root, SUFFIXES):
        length = len(source_tree.lines(root, path))
        if length > LIMIT:
            yield path, LIMIT + 1, f"{length} lines, the limit is {LIMIT}"


if __name__ == "__main__":
    source_tree.main(check)
