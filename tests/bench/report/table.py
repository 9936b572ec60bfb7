#!/usr/bin/env python3
"""Prints what a run of the bench measured: every scenario, the peers beside it, the goals.

Usage: table.py [--json FILE] ROWS.json…

Files that are not there are left out. `--json` also writes all rows to one file.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import goals
from rows import Rows, number, timing

NATIVE = ("native", "-O2")
FAKE = (NATIVE, *goals.FORMS)
REAL = (NATIVE, ("wasm-wasmtime", "-Oz"), ("wasm-v8", "-Oz"))
PEERS = (("span_bare", "span_bare"), ("span_root", "span_root"),
         ("span_5_attributes_1_event", "span_5_attributes_1_event"),
         ("child_under_unsampled", "child_under_unsampled"),
         ("encode_span_530_bytes", "encode_span_530_bytes"),
         ("counter_2_attributes", "counter_2_attributes"),
         ("histogram_2_attributes", "histogram_2_attributes"), ("extract_inject", "extract_inject"))
COLOURED = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    rows = Rows.read(arguments.files)
    print_scenarios(rows)
    print_peers(rows)
    print_goals(rows)
    print_host(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows.all, indent=1) + "\n", encoding="utf-8")


def heading(text):
    print(f"\n\033[1m{text}\033[0m" if COLOURED else f"\n{text}")


def paint(text, good):
    if not COLOURED or good is None:
        return text
    return f"\033[{32 if good else 31}m{text}\033[0m"


def short(form):
    target, optimisation = form
    return f"{target.removeprefix('wasm-')} {optimisation}"


def print_scenarios(rows):
    heading("One operation: nanoseconds, median ± half the distance of the quartiles; counts of wasmtime -Oz")
    print(f"{'':<60}{'fake clock':<{14 * len(FAKE)}}{'real clock':<{14 * len(REAL)}}fake, wasmtime -Oz")
    print(f"{'scenario':<36}{'fuel':>9}{'bytes':>7}{'calls':>6}"
          + "".join(f"{short(form):>14}" for form in (*FAKE, *REAL)) + f"{'floor':>9}{'ratio':>8}")
    for scenario in rows.scenarios():
        print_scenario(rows, scenario)


def print_scenario(rows, scenario):
    counts = [rows.value(scenario, *goals.FORMS[0], unit=unit)
              for unit in ("fuel", "body_bytes", "buffer_bytes", "host_calls")]
    size = counts[1] or counts[2]
    cells = [timing(rows.row(scenario, *form)) for form in FAKE]
    cells += [timing(rows.row(scenario, *form, clock="real")) for form in REAL]
    own = rows.row(scenario, *goals.FORMS[0]) or {"floor": None, "ratio": None}
    print(f"{scenario:<36}{count(counts[0]):>9}{count(size):>7}{count(counts[3]):>6}"
          + "".join(f"{cell:>14}" for cell in cells)
          + f"{number(own['floor']):>9}{number(own['ratio']):>8}")


def count(value):
    return "-" if not value else f"{value:.0f}"


def print_peers(rows):
    heading("Beside other SDKs, each with its real clock: nanoseconds, and how many times ours it is")
    print(f"{'scenario':<28}{'ours, V8 -Oz':>14}{'OTel JS':>14}{'times':>8}"
          f"{'ours, native':>16}{'OTel Rust':>14}{'times':>8}")
    for scenario, peer in PEERS:
        v8 = either_clock(rows, scenario, "wasm-v8", "-Oz")
        native = either_clock(rows, scenario, *NATIVE)
        js = rows.row(f"{peer}_otel_js", "v8", None, clock="real")
        rust = rows.row(f"{peer}_opentelemetry_rust", "native", "-O3", clock="real")
        print(f"{scenario:<28}{timing(v8):>14}{timing(js):>14}{times(js, v8):>8}"
              f"{timing(native):>16}{timing(rust):>14}{times(rust, native):>8}")
    print(f"{'the same, by RapidJSON':<28}", end="")
    for form in (NATIVE, *goals.FORMS):
        ours = rows.row("encode_span_530_bytes", *form)
        theirs = rows.row("encode_span_530_bytes_rapidjson", *form)
        print(f"{short(form)}: {timing(theirs)}, {times(theirs, ours)} times", end="; ")
    print()


def either_clock(rows, scenario, *form):
    return rows.row(scenario, *form, clock="real") or rows.row(scenario, *form)


def times(peer, ours):
    return "-" if not peer or not ours else f"{peer['value'] / ours['value']:.1f}"


def print_goals(rows):
    heading("Goals")
    for line in goals.lines(rows, paint):
        print(line)


def print_host(rows):
    found = [row for row in rows.all if row["scenario"].startswith("host_")]
    if not found:
        return
    heading("afterglow-host and embed/wasmtime")
    for row in found:
        print(f"{row['scenario']:<52}{number(row['value']):>12} ±{number(row['spread']):<8}{row['unit']:<14}"
              + (f"floor {number(row['floor'])}, ratio {row['ratio']:.3f}" if row["floor"] else ""))


if __name__ == "__main__":
    main()
