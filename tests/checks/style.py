#!/usr/bin/env python3
"""Every C++ file is as clang-format 22 would write it."""

import shutil
import subprocess
import sys

import source_tree

SKIP = 77  # what ctest counts as skipped
PROGRAM = "clang-format-22"


def check(root):
    for path in source_tree.files(root, source_tree.CPP):
        formatted = subprocess.run(
            [PROGRAM, f"--style=file:{root}/.clang-format", path],
            cwd=root, check=True, capture_output=True, text=True).stdout.splitlines()
        current = [line for _, line in source_tree.lines(root, path)]
        if formatted != current:
            differing = (n for n, (a, b) in enumerate(zip(formatted, current), 1) if a != b)
            first = next(differing, min(len(formatted), len(current)))
            yield path, first, f"{PROGRAM} -i would change this file"


if __name__ == "__main__":
    if not shutil.which(PROGRAM):
        print(f"skipped: no {PROGRAM}; run toolchain/install/format.sh")
        sys.exit(SKIP)
    source_tree.main(check)
