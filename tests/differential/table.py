"""What the run prints."""

import os
import sys

_LONGEST = 96


class Paint:
    """Colours, on a terminal only."""

    def __init__(self, stream=sys.stdout):
        self.on = stream.isatty() and "NO_COLOR" not in os.environ

    def __call__(self, text, code):
        return f"\033[{code}m{text}\033[0m" if self.on else text

    def good(self, text):
        return self(text, 32)

    def bad(self, text):
        return self(text, 31)


def rules_in_order(rows):
    """Rules by section and number, then the rows that come from defects."""
    return sorted({row["rule"] for row in rows}, key=_order)


def _order(rule):
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in rule.split(".")]


def print_rules(rows, peers, paint):
    """One line a rule, one column a peer."""
    rules = rules_in_order(rows)
    first = max(len(rule) for rule in rules) + 2
    widths = [max(len(peer.name), 16) + 2 for peer in peers]
    names = "".join(f"{peer.name:{width}}" for peer, width in zip(peers, widths))
    print(f"{'rule':{first}}{names}".rstrip())
    for rule in rules:
        ids = {row["id"] for row in rows if row["rule"] == rule}
        cells = [_cell(peer, ids, width, paint) for peer, width in zip(peers, widths)]
        print(f"{rule:{first}}{''.join(cells)}".rstrip())


def _cell(peer, ids, width, paint):
    asked = ids & peer.asked
    wrong = asked & peer.wrong_rows()
    if not asked:
        return f"{'–':{width}}"
    if wrong:
        return paint.bad(f"{f'{len(wrong)} of {len(asked)} differ':{width}}")
    return paint.good(f"{'agrees':{width}}")


def print_differences(rows, peer, paint):
    """Row by row, in the order of rules; habits, which many rows show, once each."""
    if not peer.differences:
        return
    print(f"\n{paint(peer.name, 1)}: where it differs")
    for row in sorted(rows, key=lambda row: _order(row["rule"])):
        found = [each for each in peer.differences if each.row == row["id"] and not each.general]
        if found:
            print(f"  {row['rule']:5} {row['id']}: {row['why']}")
        for each in found:
            print(f"        {each.what}: expected {shown(each.expected)}, wrote {shown(each.written)}")
    for habit, shown_by in peer.habits().items():
        print(f"  in {len(shown_by)} rows {habit}")


def shown(value):
    if value is None:
        return "nothing"
    if not isinstance(value, str):
        return str(value)
    text = ascii(value)[1:-1]
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST - 24]}… ({len(value)} characters)"
    return f"“{text}”"
