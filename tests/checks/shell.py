#!/usr/bin/env python3
"""Every shell script passes shellcheck."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import source_tree

SKIP = 77  # what ctest counts as skipped


def scripts(root):
    for path in source_tree.files(root):
        numbered = source_tree.lines(root, path)
        if path.suffix == ".sh" or (numbered and numbered[0][1].startswith("#!/usr/bin/env bash")):
            yield path


def check(root):
    paths = list(scripts(root))
    if not paths:
        return
    # SC1091: sourced files are checked by themselves; SC2154: and may define what the script uses.
    command = ["shellcheck", "--shell=bash", "--severity=warning", "--exclude=SC1091,SC2154"]
    result = subprocess.run(
        command + ["--format=json", *paths], cwd=root, capture_output=True, text=True)
    for finding in json.loads(result.stdout):
        yield Path(finding["file"]), finding["line"], f"SC{finding['code']} {finding['message']}"


if __name__ == "__main__":
    if not shutil.which("shellcheck"):
        print("skipped: no shellcheck; run toolchain/install/format.sh")
        sys.exit(SKIP)
    source_tree.main(check)
