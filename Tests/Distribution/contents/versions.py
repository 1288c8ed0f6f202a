"""One version everywhere; one binary, one NOTICE and one bill of materials in every package."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import packages

ROOT = Path(os.environ["ROOT"])
DIST = Path(os.environ["DIST"])


def expect(holds: bool, what: str, found: object) -> None:
    """Prints what holds; ends the check where it does not."""
    if not holds:
        raise SystemExit(f"expected: {what}\nfound: {found}")
    print(what)


def printed(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


version = printed(str(ROOT / "packaging/version.sh"))
bill_text = (DIST / f"bnfold-{version}.cdx.json").read_bytes()
notice = (DIST / "NOTICE").read_bytes()
bill = json.loads(bill_text)
binary_hash = {each["alg"]: each["content"] for each in bill["metadata"]["component"]["hashes"]}["SHA-256"]

for package in packages.all_of(DIST):
    expect(
        set(package.versions.values()) == {version},
        f"the {package.kind} has the version {version}: {', '.join(package.versions)}",
        package.versions,
    )
    binaries = {
        hashlib.sha256(content).hexdigest()
        for content in package.named("bnfold")
        if content[:4] == b"\x7fELF"
    }
    expect(
        binaries == {binary_hash},
        f"the {package.kind} has the binary of the bill of materials",
        (binaries, binary_hash),
    )
    parts = {name: package.named(name) for name in ("NOTICE", "bnfold.cdx.json")}
    expect(
        set(parts["NOTICE"]) == {notice} and set(parts["bnfold.cdx.json"]) == {bill_text},
        f"the {package.kind} has NOTICE and the bill of materials",
        {name: len(contents) for name, contents in parts.items()},
    )
    pages = {
        path: content.decode() for path, content in package.files.items() if re.search(r"/man1/.*\.1$", path)
    }
    others = [path for path, content in pages.items() if f".Os bnfold {version}\n" not in content]
    # The image has no man, so it has no pages.
    if package.kind != "image":
        expect(
            bool(pages) and not others,
            f"{len(pages)} man pages of the {package.kind} have the version",
            others,
        )

found = printed(str(DIST / ".prefix/bin/bnfold"), "--version")
expect(found == version, "the binary says the version", found)
found = bill["metadata"]["component"]["version"]
expect(found == version, "the bill of materials is of this version", found)
found = notice.decode().splitlines()[0]
expect(f"bnfold {version} " in found, "so is NOTICE", found)
places = [line.split() for line in printed(str(ROOT / "packaging/other-versions.sh")).splitlines()]
expect(
    {written for _, written in places} == {version},
    f"so are {len(places)} other places in the repository",
    places,
)
headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
expect(
    headings[0] == "Unreleased" or headings[0].split()[0] == version,
    "the changelog begins with what is not released, or with this version",
    headings,
)
