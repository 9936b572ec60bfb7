"""Where the bytes of a module come from, by the linker's map: rooms of the SDK, and their files."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# "     - 533c  9  sdk/libafterglow_sdk.a(span.cpp.obj):(section)": lines of symbols have no file.
INPUT = re.compile(r"^\s*(?:-|[0-9a-f]+)\s+[0-9a-f]+\s+(?P<size>[0-9a-f]+)\s+(?P<file>\S.*?):\((?P<section>[^)]*)\)$")
_MEMBER = re.compile(r"\((?P<name>[^()]+)\.(?:obj|o)\)$")
_FILES_SHOWN = 12


def print_table(map_file):
    rooms = defaultdict(lambda: defaultdict(int))
    room_of = {path.name: path.parent.relative_to(ROOT / "sdk" / "src").as_posix()
               for path in (ROOT / "sdk" / "src").rglob("*.cpp")}
    for size, file in inputs(map_file):
        room, name = origin(file, room_of)
        rooms[room][name] += size
    print(f"\n{map_file.stem}: code and constants by room, as compiled (before linker and wasm-opt optimise)")
    for room, files in sorted(rooms.items(), key=lambda item: -sum(item[1].values())):
        largest = sorted(files.items(), key=lambda item: -item[1])
        named = ", ".join(f"{name} {size:,}" for name, size in largest[:_FILES_SHOWN])
        more = ", …" if len(largest) > _FILES_SHOWN else ""
        print(f"  {room:<14} {sum(files.values()):>7,}  {named}{more}")


def inputs(map_file):
    """(size, file) of each section that an object file contributed."""
    for line in map_file.read_text(encoding="utf-8").splitlines():
        found = INPUT.match(line)
        if found and not found["section"].startswith((".bss", ".debug")):
            yield int(found["size"], 16), found["file"]


def origin(file, room_of):
    if file == "<internal>":
        return "string literals", "merged"
    member = _MEMBER.search(file)
    name = member["name"] if member else Path(file).stem
    if "libafterglow_sdk" in file:
        room = room_of.get(name, "?")
        return ("telemetry" if room == "." else room), name.removesuffix(".cpp")
    if "libafterglow_host" in file:
        return "backend", name.removesuffix(".cpp")
    return ("libraries" if "/lib/" in file else "handler"), name.removesuffix(".cpp")
