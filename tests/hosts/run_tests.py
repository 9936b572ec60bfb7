"""Runs the tests of the named hosts and closes with "N passed, N failed[, N skipped]".

Called by run.sh, which builds what they need. Exit code 0: all passed; 1: a test failed, or was
skipped where CI is set.
"""

import argparse
import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent


class Lines(unittest.TestResult):
    """One line a test, with what went wrong below it."""

    def __init__(self):
        super().__init__()
        self.passed = 0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def _line(self, word, test, detail=""):
        seconds = time.monotonic() - getattr(self, "started", time.monotonic())
        print(f"{word:4} {test.id()} ({seconds:.1f} s)", flush=True)
        if detail:
            print("     " + detail.rstrip().replace("\n", "\n     "), flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._line("ok", test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._line("FAIL", test, self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self._line("FAIL", test, self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line("skip", test, reason)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self._line("FAIL", subtest, (self.failures + self.errors)[-1][1])


def all_tests(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from all_tests(item)
        else:
            yield item


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", default="", help="only tests whose name contains this")
    parser.add_argument("hosts", nargs="+")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))

    result = Lines()
    for host in options.hosts:
        folder = HERE / host.replace("-", "_")
        found = unittest.defaultTestLoader.discover(str(folder), top_level_dir=str(HERE))
        chosen = [test for test in all_tests(found) if options.k in test.id()]
        unittest.TestSuite(chosen).run(result)

    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    tail = f", {skipped} skipped" if skipped else ""
    print(f"{result.passed} passed, {failed} failed{tail}")
    sys.exit(1 if failed or (skipped and os.environ.get("CI")) else 0)


if __name__ == "__main__":
    main()
