#!/usr/bin/env python3
"""No file names a folder of the machine it was written on, and none says that something is left to do."""

import re

import source_tree

# Put together here so that this file does not match itself.
HOMES = "|".join(("root", "work", "tmp", "home", "Users"))
MACHINE_PATH = re.compile(rf"(?<![\w.$}}*~-])/({HOMES})/[\w.]")
LEFT_OVER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
# Inputs that tests feed in are data; licences and locks are not ours to change.
SKIPPED_NAMES = {"LICENSE"}


def check(root):
    for path in source_tree.files(root):
        if path.name in SKIPPED_NAMES:
            continue
        for number, line in source_tree.lines(root, path):
            found = MACHINE_PATH.search(line)
            if found:
                yield path, number, f"a path of one machine: {found[0]}…"
            if LEFT_OVER.search(line):
                yield path, number, "something is left to do here"


if __name__ == "__main__":
    source_tree.main(check)
