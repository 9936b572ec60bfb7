"""Puts every row of tests/vectors to Afterglow and its peers, and says where each differs.

Called by run.sh, which builds the peers. Exit code 0: Afterglow differs nowhere; 1: it does, or a
peer could not answer.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass, field

import judge
import rows as vectors
import table

HERE = pathlib.Path(__file__).resolve().parent


@dataclass
class Peer:
    """A program that answers rows. Ours is asked every row as it stands and judged byte for byte;
    the others only rows that HTTP can carry, as an HTTP library would hand them over."""
    name: str
    command: list
    ours: bool = False
    asked: set = field(default_factory=set)
    refused: dict = field(default_factory=dict)
    differences: list = field(default_factory=list)

    def run(self, rows):
        chosen = [row for row in rows if self.ours or row["http"]]
        sent = chosen if self.ours else [vectors.as_received(row) for row in chosen]
        answers = self._ask([vectors.request(row) for row in sent])
        for row, answer in zip(sent, answers, strict=True):
            if answer["id"] != row["id"]:
                raise RuntimeError(f"{self.name} answered {answer['id']} to {row['id']}")
            if "refused" in answer:
                self.refused[row["id"]] = answer["refused"]
                continue
            self.asked.add(row["id"])
            self.differences += judge.differences(row, answer, exact=self.ours)

    def _ask(self, requests):
        lines = "".join(json.dumps(request) + "\n" for request in requests)
        quiet = {k: v for k, v in os.environ.items() if not k.startswith("OTEL_")}
        done = subprocess.run(
            self.command, input=lines, capture_output=True, text=True, encoding="utf-8",
            env=quiet, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"{self.name} ended with {done.returncode}:\n{done.stderr[-4000:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def wrong_rows(self):
        """Rows that differ by more than a habit."""
        return {each.row for each in self.differences if not each.general}

    def habits(self):
        """Each habit, with the rows that show it."""
        found = {}
        for each in self.differences:
            if each.general:
                found.setdefault(each.general, set()).add(each.row)
        return found

    def summary(self):
        text = f"{self.name}: {len(self.wrong_rows())} of {len(self.asked)} rows differ"
        by_habit = set().union(*self.habits().values()) - self.wrong_rows()
        return text + (f" ({len(by_habit)} more by habits alone)" if by_habit else "")

    def as_json(self):
        return {
            "peer": self.name,
            "rows": len(self.asked),
            "rows_that_differ": sorted(self.wrong_rows()),
            "habits": {habit: sorted(found) for habit, found in self.habits().items()},
            "refused": self.refused,
            "differences": [each.__dict__ for each in self.differences],
        }


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", default=str(HERE.parent / "vectors"))
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--afterglow", required=True, metavar="PROGRAM")
    parser.add_argument("--peer", action="append", nargs="+", default=[], metavar="WORD",
                        help="a name and the words of its command")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    rows = vectors.load(arguments.vectors)
    peers = [Peer("afterglow", [arguments.afterglow], ours=True)]
    peers += [Peer(name, command) for name, *command in arguments.peer]
    for peer in peers:
        peer.run(rows)
    paint = table.Paint()
    table.print_rules(rows, peers, paint)
    for peer in peers:
        table.print_differences(rows, peer, paint)
    unsent = sum(not row["http"] for row in rows)
    print(f"\n{len(rows)} rows, {unsent} of them cannot be sent over HTTP: for afterglow only")
    for peer in peers:
        for name, reason in peer.refused.items():
            print(f"{peer.name} was not asked {name}: {reason}")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(
            json.dumps([peer.as_json() for peer in peers], indent=1) + "\n", encoding="utf-8")
    print("; ".join(peer.summary() for peer in peers))
    return 1 if peers[0].differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
        sys.exit(f"differential: error: {error}")
