"""Writes NOTICE and bnfold.cdx.json: write.py BINARY LINK_MAP FOLDER; VERSION, SOURCE_DATE_EPOCH are set."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import bill_of_materials
import inventory
import notice


def main(binary: Path, link_map: Path, folder: Path) -> None:
    """Both are of the components that the link map shows."""
    version, seconds = os.environ["VERSION"], int(os.environ["SOURCE_DATE_EPOCH"])
    try:
        found = inventory.components(link_map, version)
    except (inventory.UnknownFile, ValueError) as error:
        sys.exit(f"packaging/notice: {error}")
    bill = bill_of_materials.document(found, binary, version, seconds)
    (folder / "bnfold.cdx.json").write_text(bill, encoding="utf-8")
    text = notice.text([each.component for each in found], version)
    (folder / "NOTICE").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
