#!/usr/bin/env python3
"""The arrows between the rooms of the SDK, and what guest code may include at all.

A room of sdk/src includes base, public headers and the rooms named below; only the telemetry files
directly in sdk/src join rooms. Guest code uses a short list of standard headers and no host's own
headers: a host is reached through <afterglow/host.h>.
"""

import re

import source_tree

# room -> rooms it may include besides itself
ROOMS = {
    "base": set(),
    "context": {"base", "redact"},
    "sample": {"base"},
    "record": {"base", "redact"},
    "measure": {"base", "redact"},
    "redact": {"base"},
    "encode": {"base", "record", "measure"},
    "export": {"base"},
    "config": {"base"},
}
RAPIDJSON_ROOMS = {"encode", "export"}
STANDARD = set(
    "array bit charconv concepts cstddef cstdint cstring initializer_list limits optional span "
    "string_view type_traits utility".split())
# <new> is for placement into lent memory, in sdk/src only.
C_STANDARD = {"stddef.h", "stdint.h"}
C_HEADERS = {"log_c.h"}  # for C programs
GUEST_FOLDERS = ("sdk/", "host-abi/guest/", "host-abi/include/")
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def check(root):
    for path in source_tree.files(root, source_tree.CPP):
        if not str(path).startswith(GUEST_FOLDERS):
            continue
        for number, line in source_tree.lines(root, path):
            found = _INCLUDE.match(line)
            if found:
                message = refusal(path.parts, found[1] == "<", found[2])
                if message:
                    yield path, number, message


def refusal(parts, angled, header):
    """Why the file made of these path parts may not include the header; None where it may."""
    if header.startswith("afterglow/"):
        return None
    if not angled:
        return refusal_of_quoted(parts, header)
    if header in STANDARD or (header == "new" and parts[:2] == ("sdk", "src")):
        return None
    if header in C_STANDARD and (is_raw_abi(parts) or parts[-1] in C_HEADERS):
        return None
    if header.startswith("rapidjson/"):
        if parts[:2] == ("sdk", "src") and parts[2] in RAPIDJSON_ROOMS:
            return None
        return f"<{header}>: RapidJSON is for sdk/src/encode and sdk/src/export"
    return f"<{header}> is not an allowed header of guest code"


def is_raw_abi(parts):
    """Raw imports are written as C, by the platform's own names."""
    return parts[:2] == ("host-abi", "guest") and parts[-1].endswith("_abi.h")


def refusal_of_quoted(parts, header):
    if parts[0] == "host-abi":
        own = "/" not in header or header == "../../afterglow_host_v1.h"
        return None if own else f'"{header}": a backend includes its own folder only'
    if parts[:2] != ("sdk", "src"):
        return f'"{header}": public headers include public headers, as <afterglow/…>'
    if len(parts) == 3:  # directly in sdk/src
        if parts[2].startswith("telemetry"):
            return None
        return f'"{header}": only the telemetry files stand outside the rooms'
    room, target = parts[2], header.split("/")[0]
    if room not in ROOMS:
        return f"sdk/src/{room} is not a known room"
    if target == room or target in ROOMS[room]:
        return None
    return f'"{header}": {room} may include {", ".join(sorted(ROOMS[room] | {room}))} only'


if __name__ == "__main__":
    source_tree.main(check)
