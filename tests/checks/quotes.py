#!/usr/bin/env python3
"""What a README quotes from a file is that file: after `<!-- quoted from PATH -->` the next fenced
block equals the file, and after `<!-- quoted from PATH: NAME -->` the part of it between lines that
hold `[NAME]` and `[/NAME]`."""

import re

import source_tree

MARKER = re.compile(r"<!-- quoted from (?P<path>[^\s:]+)(?:: (?P<part>[\w-]+))? -->")


def check(root):
    for path in source_tree.files(root, {".md"}):
        text = source_tree.lines(root, path)
        for index, (number, line) in enumerate(text):
            marker = MARKER.fullmatch(line.strip())
            if marker:
                message = difference(root, marker, fenced_block(text[index + 1:]))
                if message:
                    yield path, number, message


def fenced_block(lines):
    """The lines of the next fenced block; None where something else comes first."""
    block = None
    for _, line in lines:
        if block is None:
            if line.startswith("```"):
                block = []
            elif line.strip():
                return None
        elif line.startswith("```"):
            return block
        else:
            block.append(line)
    return None


def difference(root, marker, block):
    source = root / marker["path"]
    if block is None:
        return "a quotation needs a fenced block after it"
    if not source.is_file():
        return f"{marker['path']} does not exist"
    wanted = part_of(source.read_text(encoding="utf-8").splitlines(), marker["part"])
    if block != wanted:
        return f"is not what {marker['path']} says"
    return None


def part_of(lines, name):
    if name is None:
        return lines
    inside = False
    part = []
    for line in lines:
        if f"[/{name}]" in line:
            break
        if inside:
            part.append(line)
        inside = inside or f"[{name}]" in line
    return part


if __name__ == "__main__":
    source_tree.main(check)
