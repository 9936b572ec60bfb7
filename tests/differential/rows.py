"""The rows of tests/vectors, expanded: each value is one string, a character for each byte."""

import json
import pathlib

FILES = ("traceparent", "tracestate", "baggage", "b3")
ROW_KEYS = {"id", "rule", "why", "propagators", "in", "http", "out", "counts"}
OUT_KEYS = {"trace_id", "flags", "tracestate", "baggage", "parent_span_id",
            "b3", "x_b3_sampled", "x_b3_flags"}
DEFAULT_PROPAGATORS = "tracecontext,baggage"


def load(folder):
    """Every row of the folder's files, in order. A missing file is an error: nothing is left out."""
    rows = []
    for name in FILES:
        document = json.loads((pathlib.Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
        rows += [expand(row) for row in document["rows"]]
    ids = [row["id"] for row in rows]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise ValueError(f"ids used twice: {', '.join(repeated)}")
    return rows


def expand(row):
    unknown = (set(row) - ROW_KEYS) | (set(row["out"]) - OUT_KEYS)
    if unknown:  # what nobody compares would look as if it agreed
        raise ValueError(f"{row['id']}: unknown keys: {', '.join(sorted(unknown))}")
    out = dict(row["out"])
    for header in ("tracestate", "baggage"):
        if out.get(header) is not None:
            out[header] = text(out[header])
    return row | {
        "propagators": row.get("propagators", DEFAULT_PROPAGATORS),
        "in": [[name, text(value)] for name, value in row["in"]],
        "http": row.get("http", True),
        "out": out,
    }


def text(value):
    """A value is a string, or a list of pieces: strings, or [string, times]."""
    if isinstance(value, str):
        return value
    return "".join(piece if isinstance(piece, str) else piece[0] * piece[1] for piece in value)


def as_received(row):
    """The row as an HTTP library hands it over: no white space around a value."""
    return row | {"in": [[name, value.strip(" \t")] for name, value in row["in"]]}


def request(row):
    """What a peer is told."""
    return {key: row[key] for key in ("id", "propagators", "in")}
