"""OTLP/JSON as plain Python values, and the rules every trace has to keep."""


def value_of(any_value):
    (kind, value), = any_value.items()
    return int(value) if kind == "intValue" else value


def attributes_of(item):
    pairs = [(pair["key"], value_of(pair["value"])) for pair in item.get("attributes", [])]
    assert len(dict(pairs)) == len(pairs), f"a key twice: {pairs}"
    return dict(pairs)


def plain(span):
    """A span without ids and times, with every default spelled out."""
    return {
        "name": span["name"],
        "kind": span.get("kind", 0),
        "flags": span.get("flags", 0),
        "trace_state": span.get("traceState", ""),
        "attributes": attributes_of(span),
        "events": [(event["name"], attributes_of(event)) for event in span.get("events", [])],
        "links": span.get("links", []),
        "status": {"code": 0, "message": ""} | span.get("status", {}),
        "dropped": [span.get(f"dropped{what}Count", 0) for what in ("Attributes", "Events", "Links")],
    }


def whole(span):
    """All of a span, so that two documents can be compared whatever defaults they leave out."""
    times = {key: int(span[key]) for key in ("startTimeUnixNano", "endTimeUnixNano")}
    events = [int(event["timeUnixNano"]) for event in span.get("events", [])]
    ids = (span["traceId"], span["spanId"], span.get("parentSpanId", ""))
    return plain(span) | times | {"ids": ids, "event_times": events}


def check_times(test, spans):
    """Every span lies in its parent, every event in its span."""
    by_id = {span["spanId"]: span for span in spans}
    for span in spans:
        start, end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
        test.assertLessEqual(start, end)
        for event in span.get("events", []):
            test.assertTrue(start <= int(event["timeUnixNano"]) <= end, event)
        parent = by_id.get(span.get("parentSpanId", ""))
        if parent is not None:
            test.assertGreaterEqual(start, int(parent["startTimeUnixNano"]))
            test.assertLessEqual(end, int(parent["endTimeUnixNano"]))
