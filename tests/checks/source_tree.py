"""What every check here shares: the repository's files, and how a finding is reported.

A check is a function of the root folder that yields (path, line number, message). Run as a program,
`check.py ROOT` prints each as `path:line: message` and exits 1 if there was any.
"""

import os
import subprocess
import sys
from pathlib import Path

CPP = {".h", ".cpp"}
_SKIPPED_FOLDERS = {".git", "node_modules", "build", "__pycache__"}


def files(root, suffixes=None):
    """Paths below root, relative to it, sorted: those git knows or would add, else all but build trees."""
    names = _from_git(root) if (root / ".git").exists() else _from_disk(root)
    paths = sorted(Path(name) for name in names if (root / name).is_file())
    return [path for path in paths if suffixes is None or path.suffix in suffixes]


def _from_git(root):
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z"]
    listed = subprocess.run(
        command + ["--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True)
    return {name for name in listed.stdout.split("\0") if name}


def _from_disk(root):
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if name not in _SKIPPED_FOLDERS]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def lines(root, path):
    """(number, text) of each line; files that are not UTF-8 text have none."""
    try:
        text = (root / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    return list(enumerate(text.splitlines(), start=1))


def main(check):
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(f"usage: {sys.argv[0]} ROOT")
    findings = list(check(Path(sys.argv[1]).resolve()))
    for path, number, message in findings:
        print(f"{path}:{number}: {message}")
    if findings:
        sys.exit(f"{len(findings)} finding(s)")
