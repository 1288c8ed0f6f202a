#!/usr/bin/env python3
"""Draws the targets of the manifest and their imports as docs/images/architecture.svg.

usage: draw-architecture.py PICTURE [--check]

A target is in a row above everything that it imports; an arrow that longer ones say as well is left out. With --check nothing is
written: it fails where the picture is not what the manifest says.
"""

import json
import pathlib
import subprocess
import sys
from html import escape

WIDTH, ROW, BOX, GAP = 1180, 84, 30, 14


def imports() -> dict[str, set[str]]:
    """The targets with Swift sources, and which of each other they import."""
    dump = json.loads(subprocess.run(["swift", "package", "dump-package"], capture_output=True, check=True).stdout)
    targets = [t for t in dump["targets"] if t["type"] in ("regular", "executable")]
    names = {t["name"] for t in targets} - {"Fixtures", "SupervisedProbe", "CKernels"}
    found = {}
    for target in targets:
        if target["name"] in names:
            used = (d.get("byName", d.get("target"))[0] for d in target["dependencies"] if "byName" in d or "target" in d)
            found[target["name"]] = {name for name in used if name in names}
    return found


def rows(graph: dict[str, set[str]]) -> dict[str, int]:
    """For each target the length of the longest way down."""
    height: dict[str, int] = {}

    def visit(name: str) -> int:
        if name not in height:
            height[name] = 1 + max((visit(other) for other in graph[name]), default=-1)
        return height[name]

    for name in graph:
        visit(name)
    return height


def reduced(graph: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Arrows without those that a way over other targets says as well."""
    below: dict[str, set[str]] = {}

    def all_below(name: str) -> set[str]:
        if name not in below:
            below[name] = graph[name].union(*(all_below(other) for other in graph[name]))
        return below[name]

    return [
        (name, other) for name in sorted(graph) for other in sorted(graph[name])
        if not any(other in all_below(third) for third in graph[name] - {other})
    ]


def places(graph: dict[str, set[str]], height: dict[str, int]) -> dict[str, tuple[float, float, float]]:
    """Middle, top and width of each box; in a row they stand in the order of what they import."""
    place: dict[str, tuple[float, float, float]] = {}
    for row in range(max(height.values()) + 1):
        names = [name for name in sorted(graph) if height[name] == row]
        names.sort(key=lambda n: sum(place[o][0] for o in graph[n]) / max(1, len(graph[n])) if graph[n] else 0)
        widths = [18 + 8.2 * len(name) for name in names]
        space = max(GAP, (WIDTH - sum(widths)) / (len(names) + 1))
        x = space
        for name, width in zip(names, widths):
            place[name] = (x + width / 2, 20 + (max(height.values()) - row) * ROW, width)
            x += width + space
    return place


def picture() -> str:
    graph = imports()
    height = rows(graph)
    place = places(graph, height)
    bottom = 20 + max(height.values()) * ROW + BOX + 20
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}" role="img">',
        "<title>The targets of bnfold; each imports what is below it</title>",
        "<style>text{font:13px ui-monospace,Menlo,monospace;text-anchor:middle;fill:#1f2328}"
        "rect{fill:#eef4fb;stroke:#57789c}path{fill:none;stroke:#8a99ab;stroke-width:1.2}svg{background:#fff}</style>",
    ]
    for name, other in reduced(graph):
        (x1, y1, _), (x2, y2, _) = place[name], place[other]
        top, end = y1 + BOX, y2
        lines.append(
            f'<path d="M{x1:.0f} {top:.0f}C{x1:.0f} {top + 40:.0f} {x2:.0f} {end - 40:.0f} {x2:.0f} {end:.0f}"/>')
    for name, (x, y, width) in place.items():
        lines.append(f'<rect x="{x - width / 2:.0f}" y="{y:.0f}" width="{width:.0f}" height="{BOX}" rx="5"/>')
        lines.append(f'<text x="{x:.0f}" y="{y + 20:.0f}">{escape(name)}</text>')
    return "\n".join(lines + ["</svg>", ""])


def main() -> None:
    path = pathlib.Path(sys.argv[1])
    text = picture()
    if "--check" not in sys.argv:
        path.write_text(text)
    elif not path.exists() or path.read_text() != text:
        sys.exit(f"{path} is not what the manifest says; make architecture draws it")


if __name__ == "__main__":
    main()
