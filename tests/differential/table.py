"""What the run prints."""

import os
import sys

import judge

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
    numbers = rule.split(".")
    return (0, *map(int, numbers)) if all(n.isdigit() for n in numbers) else (1, rule)


def print_rules(rows, peers, paint):
    """One line a rule, one column a peer."""
    width = max([len(peer.name) for peer in peers] + [16])
    print("rule    " + "".join(f"{peer.name:{width + 2}}" for peer in peers).rstrip())
    for rule in rules_in_order(rows):
        ids = [row["id"] for row in rows if row["rule"] == rule]
        cells = [_cell(peer, rule, ids, width + 2, paint) for peer in peers]
        print((f"{rule:8}" + "".join(cells)).rstrip())


def _cell(peer, rule, ids, width, paint):
    asked = [name for name in ids if name in peer.asked]
    wrong = [name for name in asked if name in peer.wrong_rows(rule)]
    if not asked:
        return f"{'–':{width}}"
    if wrong:
        return paint.bad(f"{f'{len(wrong)} of {len(asked)} differ':{width}}")
    return paint.good(f"{'agrees':{width}}")


def print_differences(rows, peer, paint):
    if not peer.differences:
        return
    print(f"\n{paint(peer.name, 1)}: where it differs")
    rule_of = {row["id"]: row["rule"] for row in rows}
    why_of = {row["id"]: row["why"] for row in rows}
    for rule in rules_in_order(rows):
        told = None
        for each in peer.differences:
            if rule_of[each.row] != rule or each.rule != rule:
                continue
            if told != each.row:
                print(f"  {rule:7} {each.row}: {why_of[each.row]}")
                told = each.row
            print(f"          {each.what}: expected {shown(each.expected)}, wrote {shown(each.written)}")
    if peer.without_random_flag:
        print(f"  {judge.RANDOM_FLAG_RULE:7} {len(peer.without_random_flag)} rows of other rules: the "
              "random flag is missing, of a new trace or a continued one")


def shown(value):
    if value is None:
        return "nothing"
    if not isinstance(value, str):
        return str(value)
    text = ascii(value)[1:-1]
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST - 24]}… ({len(value)} characters)"
    return f"“{text}”"
