#!/usr/bin/env python
"""Let Keras itself load and run what bnfold wrote.

    python Tests/Interop/interop.py --bnfold PATH [--zoo DIR_OR_TAR_XZ] [--apps [--work DIR]] [--layers] [--only PATTERN]
        [--part K/N]

Every fixture is folded by bnfold, loaded by the Keras that wrote it, run, and compared with its golden outputs; what
was folded and kept is compared with the manifest. Each is also converted to every format, and calibrated. Models in
memory are folded by the Python module. The reports of all commands are held against the schemas of their formats. Ends
with "N passed, N failed, N skipped", and status 1 on a failure.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from fnmatch import fnmatch
from itertools import groupby
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Fixtures"))

from apps import apps
from calibrations import calibrations
from checks import Result
from conversions import conversions
from layers import layers
from python_module import python_module
from reports import reports
from suites import fixtures, unpacked, unusual, zoo


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True, help="the binary to test")
    parser.add_argument("--zoo", type=Path, help="a directory of further models, or a .tar.xz of it")
    parser.add_argument("--apps", action="store_true", help="also fold models of keras.applications")
    parser.add_argument("--layers", action="store_true", help="also run models of keras.applications, layer by layer")
    parser.add_argument("--work", type=Path, help="where the applications' files are kept between runs")
    parser.add_argument("--only", default="*", help="a pattern for NAME or FAMILY/NAME")
    parser.add_argument("--part", type=part, default=(1, 1), help="the K-th of N parts, which can run side by side")
    parser.add_argument("--verbose", action="store_true", help="a line for every file")
    return parser.parse_args(arguments)


def part(text: str) -> tuple[int, int]:
    """K/N: a part, from 1, of so many."""
    number, count = (int(word) for word in text.split("/"))
    if not 1 <= number <= count:
        raise argparse.ArgumentTypeError(f"{text} is no part")
    return number, count


def results(options: argparse.Namespace) -> Iterator[Result]:
    """Run the suites that were asked for."""

    def wanted(family: str, name: str) -> bool:
        path = f"{family}/{name}"
        number, count = options.part
        is_named = fnmatch(name, options.only) or fnmatch(path, options.only)
        # A report may be of what an earlier one has written.
        key = family if family == "reports" else path
        return is_named and crc32(key.encode()) % count == number - 1

    binary = options.bnfold.resolve(strict=True)
    yield from reports(binary, wanted)
    yield from fixtures(binary, wanted)
    yield from unusual(binary, wanted)
    yield from conversions(binary, wanted)
    yield from calibrations(binary, wanted)
    yield from python_module(binary, wanted)
    if options.zoo:
        with unpacked(options.zoo) as root:
            yield from zoo(root, binary, wanted)
    if options.layers:
        yield from layers(binary, wanted)
    if options.apps:
        with nullcontext(options.work) if options.work else TemporaryDirectory() as work:
            yield from apps(binary, Path(work), wanted)


def line(result: Result) -> str:
    """One file in one line, without its problems."""
    name = f"{result.family}/{result.name}"
    error = "" if isnan(result.error) else f"error {result.error:.1e}"
    return f"{result.status:8}{name:48} folded {result.folded:3}  kept {result.kept.total():2}  {error}".rstrip()


def summary(done: list[Result]) -> list[str]:
    """One row per family, and the reason codes of what was kept."""
    columns = ("family", "files", "original ok", "folded ok", "equal", "BN folded", "BN kept", "worst error")
    rows: list[tuple[object, ...]] = [columns]
    codes = []
    for family, group in groupby(done, key=lambda result: result.family):
        members = list(group)
        kept = sum((result.kept for result in members), Counter())
        errors = [result.error for result in members if result.status == "passed" and not isnan(result.error)]
        original = sum(result.skipped is None for result in members)
        loadable = sum(result.loadable for result in members)
        passed = sum(result.status == "passed" for result in members)
        folded = sum(result.folded for result in members)
        worst = f"{max(errors, default=0):.1e}"
        rows.append((family, len(members), original, loadable, passed, folded, kept.total(), worst))
        if kept:
            codes.append(f"{family} kept: {', '.join(f'{code} {count}' for code, count in kept.most_common())}")
    widths = [max(len(str(row[index])) for row in rows) for index in range(len(columns))]
    cells = [[str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return ["  ".join(row).rstrip() for row in cells] + codes


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    done = []
    for result in results(options):
        done.append(result)
        if options.verbose or result.problems:
            print(line(result), flush=True)
        for problem in result.problems:
            print(f"        {problem}", flush=True)
    for result in done:
        notes = [f"remark: {text}" for text in result.remarks] + ([result.skipped] if result.skipped else [])
        for note in notes:
            print(f"{result.family}/{result.name}: {note}")
    print(*summary(done), sep="\n")
    statuses = Counter(result.status for result in done)
    print(", ".join(f"{statuses[status]} {status}" for status in ("passed", "failed", "skipped")))
    return 1 if statuses["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
