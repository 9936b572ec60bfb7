"""Whether a list header means the same as another, where the specifications leave a choice."""

import re
import urllib.parse

_BAGGAGE_VALUE = re.compile(r"(?:[\x21\x23\x24\x26-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]|%[0-9A-Fa-f]{2})*")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_PROPERTY = re.compile(rf"({_TOKEN.pattern})(?:[ \t]*=[ \t]*({_BAGGAGE_VALUE.pattern}))?")
_LEAST_TRACESTATE = 512
_MAX_BAGGAGE_MEMBERS = 64
_MAX_BAGGAGE_BYTES = 8192


def split(value):
    """The members of a list, without the white space and empty members that may be anywhere."""
    members = [member.strip(" \t") for member in (value or "").split(",")]
    return [member for member in members if member]


def combined(lines, name):
    """The members of all header lines of that name."""
    return [m for header, value in lines if header.lower() == name for m in split(value)]


def same_tracestate(expected, written, incoming, duplicates):
    """Members and their order. Of a duplicated key one member or all may be kept; a list that is
    longer than it must be able to be may be carried on whole."""
    known, kept = combined(incoming, "tracestate"), split(written)
    if split(expected) == kept:
        return True
    if duplicates:
        key = lambda member: member.partition("=")[0]
        return all(m in known for m in kept) and {key(m) for m in known} == {key(m) for m in kept}
    return bool(expected) and len(",".join(known)) > _LEAST_TRACESTATE and known == kept


def same_baggage(expected, written, incoming):
    """Keys, decoded values and properties; the order of members means nothing. Beyond the limits
    whole members may be dropped, but not more than needed."""
    if sorted(split(expected)) == sorted(split(written)):
        return True
    wanted, kept = _parse_baggage(split(expected)), _parse_baggage(split(written))
    if wanted is None or kept is None:
        return False
    if wanted == kept:
        return True
    offered = combined(incoming, "baggage")
    known = _parse_baggage(offered) or {}
    if not all(known.get(key) == value for key, value in kept.items()):
        return False
    return _over(len(offered), len(",".join(offered))) and _no_more_fits(offered, kept, written)


def repaired_baggage(expected, written):
    """All that was expected and more, and all of it valid: what came in broken went out mended."""
    wanted, kept = _parse_baggage(split(expected)), _parse_baggage(split(written))
    return wanted is not None and kept is not None and wanted.items() < kept.items()


def _over(count, size):
    return count > _MAX_BAGGAGE_MEMBERS or size > _MAX_BAGGAGE_BYTES


def _no_more_fits(offered, kept, written):
    dropped = [m for m in offered if _baggage_key(m) not in kept]
    size = len(written or "")
    return all(_over(len(kept) + 1, size + 1 + len(member)) for member in dropped)


def _baggage_key(member):
    return member.partition(";")[0].partition("=")[0].strip(" \t")


def _parse_baggage(members):
    """Key → (value, properties); None if a member is not valid."""
    parsed = {}
    for member in members:
        pair, *properties = (part.strip(" \t") for part in member.split(";"))
        key, equals, value = (part.strip(" \t") for part in pair.partition("="))
        if not equals or not _TOKEN.fullmatch(key) or not _BAGGAGE_VALUE.fullmatch(value):
            return None
        found = [_PROPERTY.fullmatch(each) for each in properties]
        if not all(found):
            return None
        decoded = urllib.parse.unquote(value, encoding="utf-8", errors="replace")
        replaced = re.sub("\ufffd+", "\ufffd", decoded)
        parsed[key] = (replaced, tuple(each.groups() for each in found))
    return parsed
