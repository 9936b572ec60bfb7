"""The rows of a run: {scenario, target, clock, optimisation, value, unit, spread, floor, ratio}."""

import json
from pathlib import Path


class Rows:
    def __init__(self, rows):
        self.all = rows
        self._by_key = {
            (r["scenario"], r["target"], r["optimisation"], r["clock"], r["unit"]): r for r in rows}

    @classmethod
    def read(cls, paths):
        rows = []
        for path in paths:
            if Path(path).is_file():
                rows += json.loads(Path(path).read_text(encoding="utf-8"))
        return cls(rows)

    def row(self, scenario, target, optimisation, clock="fake", unit="ns"):
        return self._by_key.get((scenario, target, optimisation, clock, unit))

    def value(self, *key, **more):
        row = self.row(*key, **more)
        return None if row is None else row["value"]

    def scenarios(self):
        """Names of what was timed in modules or natively, in the order of the runs."""
        peers = ("_otel_js", "_opentelemetry_rust")
        return list(dict.fromkeys(
            r["scenario"] for r in self.all if r["unit"] == "ns" and not r["scenario"].endswith(peers)
            and not r["scenario"].startswith("host_")))


def number(value):
    """Three digits, or all of those before the point."""
    if value is None:
        return "-"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def timing(row):
    """The median, and its spread in percent."""
    if row is None:
        return "-"
    share = row["spread"] / row["value"] * 100 if row["value"] else 0
    return f"{number(row['value'])} ±{share:.0f}%"
