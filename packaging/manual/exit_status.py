"""The exit codes, read from the table in docs/command-line.md: the one place where all of them are explained."""

from __future__ import annotations

import re
from pathlib import Path

import mdoc

ROW = re.compile(r"^\| (?P<codes>\d+(?:, \d+)*) \| (?P<meaning>.*) \|$")


def plain(markdown: str) -> str:
    """Markdown without links and code marks."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).replace("`", "")


def table(documentation: Path) -> list[tuple[str, str]]:
    """Codes and what they mean, in the order of the table."""
    section = documentation.read_text("utf-8").split("\n## Exit codes\n", 1)[1].split("\n## ", 1)[0]
    rows = [(row["codes"], plain(row["meaning"])) for row in map(ROW.match, section.splitlines()) if row]
    if not rows:
        raise SystemExit(f"{documentation}: there is no table of exit codes")
    return rows


def said_by_help(discussion: str) -> set[str]:
    """The codes that the help of bnfold lists in its paragraph "Exit codes: 0 done and equal; ..."."""
    found = re.search(r"^Exit codes: (.*)$", discussion, re.MULTILINE)
    return set(re.findall(r"(?:^|; )(\d+) ", found[1])) if found else set()


def section(documentation: Path, discussion: str) -> list[str]:
    """The section for a page; help and documentation have to agree."""
    rows = table(documentation)
    explained = {code for codes, _ in rows for code in codes.split(", ")}
    said = said_by_help(discussion)
    if not said or said - explained:
        raise SystemExit(
            f"exit codes of the help that {documentation} does not explain: {sorted(said - explained)}"
        )
    items = [(mdoc.argument(codes.replace(", ", " , ")), mdoc.paragraph(begin(text))) for codes, text in rows]
    return [".Sh EXIT STATUS", *mdoc.tagged(items)]


def begin(text: str) -> str:
    """A sentence of a table as one of a page."""
    return text[0].upper() + text[1:] + "."
