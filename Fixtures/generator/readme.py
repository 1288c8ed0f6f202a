"""The tables of README.md."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import Any

from safetensors import safe_open

from .manifest import FOLDER, read_manifest

PACKAGES = ("tensorflow-cpu", "keras", "tf_keras", "h5py", "safetensors", "numpy")
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def outcome(entry: dict[str, Any]) -> str:
    """What the manifest expects, in words for a table."""
    if entry.get("refused"):
        return "the file is refused"
    parts = [f"`{name}` folded" for name in entry["expect_folded"]]
    parts += [f"`{name}` kept, {code}" for name, code in entry["expect_kept"].items()]
    return "; ".join(parts)


def golden_columns(path: Path) -> str:
    """Which goldens a fixture has: "yes | yes", "yes | no" or "no | no"."""
    if not path.exists():
        return "no | no"
    with safe_open(path, framework="numpy") as file:
        names = file.keys()
    return " | ".join("yes" if f"{stem}_0" in names else "no" for stem in ("output", "output64"))


def readme_table(generation: str, entries: dict[str, Any]) -> list[str]:
    """The passport of every file of one generation."""
    lines = [
        "| name | generation | shows | expected | golden | float64 | bytes |",
        "| --- | --- | --- | --- | --- | --- | ---: |",
    ]
    for name, entry in entries.items():
        folder = FOLDER / generation
        size = (folder / f"{name}{entry.get('ending', '.h5')}").stat().st_size
        goldens = golden_columns(folder / f"{name}.golden.safetensors")
        lines.append(f"| {name} | {generation} | {entry['about']} | {outcome(entry)} | {goldens} | {size} |")
    return lines


def write_readme() -> None:
    """Replace the generated part of README.md, between its two marks."""
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES)
    lines = [f"Made with {versions}."]
    for generation, entries in read_manifest().items():
        lines += ["", f"### {generation}", "", *readme_table(generation, entries)]
    path = FOLDER / "README.md"
    before, _, rest = path.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text("\n".join([before + BEGIN, *lines, END + after]))
