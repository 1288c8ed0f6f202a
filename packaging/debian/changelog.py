"""Prints what is new in this version by CHANGELOG.md, in Debian's format; VERSION and SOURCE_DATE_EPOCH are set."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from email.utils import formatdate
from pathlib import Path

MAINTAINER = "bnfold maintainers <maintainers@bnfold.invalid>"


def entries(changelog: str, version: str) -> list[str]:
    """The items of the version's section, each in one line; before a release, of the first section."""
    sections = changelog.split("\n## ")[1:]
    section = next((each for each in sections if each.split()[0] == version), sections[0])
    items = re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    if not items:
        raise SystemExit(f"the changelog has no items for {version}")
    return [" ".join(item.replace("`", "").split()) for item in items]


def main(path: Path) -> None:
    """The version is bnfold's own: there is no other revision of the package."""
    version = os.environ["VERSION"]
    print(f"bnfold ({version}) unstable; urgency=medium\n")
    for entry in entries(path.read_text("utf-8"), version):
        print(
            textwrap.fill(entry, 78, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)
        )
    print(f"\n -- {MAINTAINER}  {formatdate(int(os.environ['SOURCE_DATE_EPOCH']))}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
