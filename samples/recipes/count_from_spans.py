#!/usr/bin/env python3
"""Estimate how many requests there were from the spans that sampling kept.

    count_from_spans.py [FILE …]        OTLP/JSON documents, one after another or one a line

A span with the threshold `th` in its trace state was kept by chance alone, with the probability
(2^56 - T) / 2^56, so it stands for 2^56 / (2^56 - T) spans. A span without `th` was kept for another
reason (`afterglow.sampling.rule` names it) and stands for none: it is a true error or a true slow
request, but counting it would count its kind twice. Only the entry spans of services are counted
(kinds SERVER and CONSUMER, and spans without a parent), one line for each service and name.

The last column is one standard error: two in three estimates are that close to the truth.
"""

import json
import math
import re
import sys

ERROR = 2
ENTRY_KINDS = {2, 5, "SPAN_KIND_SERVER", "SPAN_KIND_CONSUMER"}
_OT = re.compile(r"(?:^|,)\s*ot=([^,]*)")
_TH = re.compile(r"(?:^|;)th:([0-9a-f]{1,14})(?=;|\s*$)")
WHOLE = 1 << 56


def adjusted_count(trace_state):
    """How many spans one with this trace state stands for; 0 where that is unknown."""
    member = _OT.search(trace_state)
    threshold = member and _TH.search(member[1])
    if not threshold:
        return 0
    return WHOLE / (WHOLE - int(threshold[1].ljust(14, "0"), 16))


def documents(text):
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        else:
            document, at = decoder.raw_decode(text, at)
            yield document


def entry_spans(document):
    """(service, span) of each span with which a service was entered."""
    for resource in document.get("resourceSpans", []):
        service = "unknown_service"
        for attribute in resource.get("resource", {}).get("attributes", []):
            if attribute["key"] == "service.name":
                service = attribute["value"].get("stringValue", service)
        for scope in resource.get("scopeSpans", []):
            for span in scope.get("spans", []):
                if span.get("kind") in ENTRY_KINDS or not span.get("parentSpanId"):
                    yield service, span


class Estimate:
    def __init__(self):
        self.spans = self.by_rule = 0
        self.total = self.errors = self.variance = 0.0

    def add(self, span):
        count = adjusted_count(span.get("traceState", ""))
        failed = span.get("status", {}).get("code") in (ERROR, "STATUS_CODE_ERROR")
        self.spans += 1
        self.by_rule += count == 0
        self.total += count
        self.errors += count if failed else 0
        self.variance += count * (count - 1) if count else 0


def main():
    texts = [open(path, encoding="utf-8").read() for path in sys.argv[1:]] or [sys.stdin.read()]
    estimates = {}
    for text in texts:
        for document in documents(text):
            for service, span in entry_spans(document):
                estimates.setdefault((service, span.get("name", "")), Estimate()).add(span)
    print("service\tspan\tkept\tno th\trequests\terrors\t+-")
    for (service, name), e in sorted(estimates.items()):
        print(f"{service}\t{name}\t{e.spans}\t{e.by_rule}\t{e.total:.0f}\t{e.errors:.0f}"
              f"\t{math.sqrt(e.variance):.0f}")


if __name__ == "__main__":
    main()
