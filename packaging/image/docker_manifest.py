"""Adds manifest.json to an OCI layout: what `docker load` reads where Docker keeps images in its own store.

`docker save` writes the same pair, so that one archive can be read by both names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(layout: Path) -> None:
    """The layout has one image."""

    def blob(descriptor: dict[str, Any]) -> str:
        digest: str = descriptor["digest"]
        return "blobs/" + digest.replace(":", "/")

    (entry,) = json.loads((layout / "index.json").read_text("utf-8"))["manifests"]
    manifest = json.loads((layout / blob(entry)).read_text("utf-8"))
    name = entry["annotations"]["org.opencontainers.image.ref.name"]
    image = {
        "Config": blob(manifest["config"]),
        "RepoTags": [name],
        "Layers": [blob(layer) for layer in manifest["layers"]],
    }
    (layout / "manifest.json").write_text(json.dumps([image]) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
