"""What a peer wrote, held against what a row says."""

import re
from dataclasses import dataclass

import members

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_HEADERS = {
    "tracecontext": {"traceparent", "tracestate"},
    "baggage": {"baggage"},
    "b3": {"b3"},
    "b3multi": {"x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "x-b3-flags"},
    "none": set(),
}
NOT_WRITTEN = "not written"
_IDENTITY = ("tracecontext", "b3", "b3multi")
_RANDOM = 0x02
_RANDOM_FLAG_RULE = "2.15"


@dataclass
class Difference:
    """`general`: a habit of the peer that shows in rows about other things, and is told once."""
    row: str
    what: str
    expected: object
    written: object
    general: str = ""


def differences(row, answer, exact):
    """`exact`: byte for byte; otherwise what the specifications leave open may differ, and habits
    are told apart."""
    headers = {}
    found = []
    for name, value in answer["out"]:
        if name.lower() in headers:
            found.append((name, "one line", "two"))
        headers[name.lower()] = value
    if exact:
        found += [(n, "in lower case", n) for n, _ in answer["out"] if n != n.lower()]
    allowed = set().union(*(_HEADERS[p] for p in row["propagators"].split(",") if p))
    found += [(name, NOT_WRITTEN, headers[name]) for name in headers if name not in allowed]
    found += _identity(row, headers)
    found += _lists(row, headers, exact)
    found += _b3(row, headers, allowed)
    found += _told(row, answer)
    once = [each for number, each in enumerate(found) if each not in found[:number]]
    return [Difference(row["id"], *each, "" if exact else _habit(row, *each)) for each in once]


def _habit(row, what, expected, written):
    if expected == NOT_WRITTEN:
        return "headers of a format that was not chosen are written too"
    if what == "baggage" and members.repaired_baggage(expected, written):
        return "invalid baggage members are mended and passed on; no specification forbids it"
    if what == "flags" and _flags(expected) is not None and _flags(written) is not None:
        missing = _flags(expected) & ~_flags(written)
        if missing == _flags(expected) ^ _flags(written) == _RANDOM and row["rule"] != _RANDOM_FLAG_RULE:
            return "the random flag is missing (rule 2.15)"
    return ""


def _flags(text):
    return int(text, 16) if isinstance(text, str) and re.fullmatch("[0-9a-f]{2}", text) else None


def _identity(row, headers):
    """Trace id, flags, and a parent id that nobody has seen before."""
    traceparent = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    if "traceparent" in headers and not traceparent:
        return [("traceparent", "a valid one", headers["traceparent"])]
    wanted, found = row["out"], []
    came_in = " ".join(value for _, value in row["in"]).lower()
    if "flags" in wanted:
        flags = traceparent[3] if traceparent else None
        found += _unless_equal("flags", wanted["flags"], flags)
    identities = _identities(traceparent, headers)
    expects_one = any(p in _IDENTITY for p in row["propagators"].split(","))
    if "trace_id" in wanted and expects_one and not identities:
        found.append(("trace id", wanted["trace_id"], None))
    for trace_id, span_id in identities:
        if wanted.get("trace_id") == "new":
            if not _fresh(trace_id, 32, came_in):
                found.append(("trace id", "a new one", trace_id))
        elif "trace_id" in wanted:
            found += _unless_equal("trace id", wanted["trace_id"], trace_id)
        if not _fresh(span_id, 16, came_in):
            found.append(("parent id", "a new one", span_id))
    return found


def _identities(traceparent, headers):
    """(trace id, span id) of each format that was written."""
    pairs = []
    if traceparent:
        pairs.append((traceparent[1], traceparent[2]))
    if "b3" in headers:
        fields = headers["b3"].split("-") + [None]
        pairs.append((fields[0], fields[1]))
    if "x-b3-traceid" in headers or "x-b3-spanid" in headers:
        pairs.append((headers.get("x-b3-traceid"), headers.get("x-b3-spanid")))
    return pairs


def _fresh(identity, digits, came_in):
    return (identity is not None and re.fullmatch(f"[0-9a-f]{{{digits}}}", identity) is not None
            and identity.lstrip("0") not in came_in)  # which is never so for zeros alone


def _lists(row, headers, exact):
    for name in ("tracestate", "baggage"):
        if name not in row["out"]:
            continue
        expected, written = row["out"][name], headers.get(name)
        if exact:
            same = expected == written
        elif name == "tracestate":
            same = members.same_tracestate(expected, written, row["in"], row["rule"] == "2.30")
        else:
            same = members.same_baggage(expected, written, row["in"])
        if not same:
            yield name, expected, written


def _b3(row, headers, allowed):
    wanted = row["out"]
    if "b3" in wanted:
        fields = headers.get("b3", "").split("-")
        yield from _unless_equal("b3 sampling", wanted["b3"], fields[2] if len(fields) > 2 else None)
    for key in ("x_b3_sampled", "x_b3_flags"):
        name = key.replace("_", "-")
        if key in wanted and name in allowed:
            yield from _unless_equal(name, wanted[key], headers.get(name))


def _told(row, answer):
    """What does not travel: the recorded parent, and what was counted. Absent is not checked."""
    if "parent_span_id" in row["out"] and "parent_span_id" in answer:
        yield from _unless_equal(
            "recorded parent", row["out"]["parent_span_id"], answer["parent_span_id"])
    if "counts" in row and "counts" in answer:
        yield from _unless_equal("counts", row["counts"], answer["counts"])


def _unless_equal(what, expected, written):
    return [] if expected == written else [(what, expected, written)]
