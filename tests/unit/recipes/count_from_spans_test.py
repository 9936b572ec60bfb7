"""count_from_spans.py on documents whose totals are known."""

import json
import subprocess
import sys

SCRIPT = sys.argv.pop(1)
HEADER = "service\tspan\tkept\tno th\trequests\terrors\t+-\n"


def span(name, trace_state=None, **members):
    made = {"name": name, "kind": 2, **members}
    if trace_state is not None:
        made["traceState"] = trace_state
    return made


def document(spans, service="shop"):
    attributes = [{"key": "service.name", "value": {"stringValue": service}}] if service else []
    return json.dumps({"resourceSpans": [
        {"resource": {"attributes": attributes}, "scopeSpans": [{"spans": spans}]}]})


def run(text, *arguments):
    return subprocess.run([sys.executable, SCRIPT, *arguments], input=text, text=True,
                          capture_output=True, check=True).stdout


def expect(text, *rows):
    wanted = HEADER + "".join("\t".join(str(cell) for cell in row) + "\n" for row in rows)
    got = run(text)
    if got != wanted:
        sys.exit(f"expected\n{wanted}\ngot\n{got}")


error = {"status": {"code": 2}}

# 100 + 100 by chance at 1 %, one error kept by a rule, one child that is no request.
expect(document([
    span("GET /cart", "a=1,ot=th:fd70a4"),
    span("GET /cart", "ot=rv:ffffffffffffff;th:fd70a4", **error),
    span("GET /cart", None, **error),
    span("GET", "ot=th:fd70a4", kind=3, parentSpanId="b7ad6b7169203331"),
]), ("shop", "GET /cart", 3, 1, 200, 100, 141))

# A root of another kind counts; a server span below another service counts.
expect(document([span("cron", "ot=th:8", kind=1), span("in", "ot=th:c", parentSpanId="1" * 16),
                 span("queue", "ot=th:c", kind=5, parentSpanId="1" * 16)]),
       ("shop", "cron", 1, 0, 2, 0, 1), ("shop", "in", 1, 0, 4, 0, 3),
       ("shop", "queue", 1, 0, 4, 0, 3))

# Everything was kept: exact. Names of kinds and codes as words, as the Collector may write them.
expect(document([span("a", "ot=th:0", kind="SPAN_KIND_SERVER"),
                 span("a", "ot=th:0", status={"code": "STATUS_CODE_ERROR"})]),
       ("shop", "a", 2, 0, 2, 1, 0))

# What is no threshold is none: too long, upper case, in another vendor's member, empty.
expect(document([span("a", state) for state in (
    "ot=th:fd70a4fd70a4fd7", "ot=th:FD", "xot=th:8", "not=th:8", "ot=th:", "ot=xth:8", "", "ot=")]),
       ("shop", "a", 8, 8, 0, 0, 0))

# The smallest share there is.
expect(document([span("a", "ot=th:ffffffffffffff")]), ("shop", "a", 1, 0, 2**56, 0, 2**56))

# Documents one a line, one after another, of several services; and of nothing.
expect(document([span("a", "ot=th:8")]) + "\n" + document([span("a", "ot=th:8")], None)
       + document([span("a", "ot=th:8")]),
       ("shop", "a", 2, 0, 4, 0, 2), ("unknown_service", "a", 1, 0, 2, 0, 1))
expect("")
expect("{}")
