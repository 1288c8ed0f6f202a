"""manifest.json: what folding must do with each file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1]  # Fixtures, which holds the files of each generation
MANIFEST = FOLDER / "manifest.json"


def read_manifest() -> dict[str, dict[str, Any]]:
    return json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}


def write_manifest(generation: str, entries: dict[str, Any]) -> None:
    """Replace one generation's part of the manifest."""
    manifest = read_manifest() | {generation: entries}
    ordered = {key: manifest[key] for key in ("keras3", "keras2", "malformed") if key in manifest}
    MANIFEST.write_text(json.dumps(ordered, indent=2) + "\n")
