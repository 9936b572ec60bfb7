#!/usr/bin/env python3
"""Counts ctest's results: prints `N passed, N failed, N skipped` for a file of `ctest --output-junit`.

A test that could not be started counts as failed; skipped are those that said so (SKIP_RETURN_CODE) or are
disabled. Names every failed and skipped test on stderr.
"""

import sys
import xml.etree.ElementTree as xml


def outcome(case):
    status = case.get("status")
    if status == "run":
        return "passed"
    reason = case.find("skipped")
    said_so = reason is not None and reason.get("message", "").startswith("SKIP_")
    return "skipped" if status == "disabled" or said_so else "failed"


def main():
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for case in xml.parse(sys.argv[1]).getroot().iter("testcase"):
        result = outcome(case)
        counts[result] += 1
        if result != "passed":
            print(f"{result}: {case.get('name')}", file=sys.stderr)
        if result == "skipped":
            print((case.findtext("system-out") or "").strip(), file=sys.stderr)
    print(", ".join(f"{count} {result}" for result, count in counts.items()))


if __name__ == "__main__":
    main()
