"""The files that a linker put into a binary, from the map that lld writes."""

from __future__ import annotations

import re
from pathlib import Path

# VMA, LMA, size and alignment, then the section of a file; symbols are indented further.
SECTION_OF_FILE = re.compile(
    r" *[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +\d+ {9}(?=\S)(.+?)(?:\(([^()]+)\))?:\(.*\)$"
)

# What the linker makes itself, such as the table of symbols.
MADE_BY_THE_LINKER = "<internal>"


def files(link_map: Path) -> dict[str, set[str]]:
    """Returns each object and archive with the members that were taken from it (none of an object)."""
    found: dict[str, set[str]] = {}
    with link_map.open(encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            match = SECTION_OF_FILE.match(line)
            if match and match[1] != MADE_BY_THE_LINKER:
                members = found.setdefault(match[1], set())
                if match[2]:
                    members.add(match[2])
    if not found:
        raise ValueError(f"{link_map}: no file in it; is it a map that lld has written (-Map)?")
    return found
