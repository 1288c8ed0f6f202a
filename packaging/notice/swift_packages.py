"""Objects that SwiftPM compiled: bnfold's own, and those of the packages that it depends on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

from component import Component

ROOT = Path(__file__).resolve().parents[2]
# SCRATCH/x86_64-unknown-linux-gnu/release/MODULE.build/File.swift.o
OBJECT = re.compile(r"(?P<scratch>.+)/[^/]+/release/(?P<module>[^/]+)\.build/.+\.o")
LICENSES = {
    "swift-argument-parser": "Apache-2.0 WITH Swift-exception",
    "swift-numerics": "Apache-2.0 WITH Swift-exception",
}


def component(file: str, version: str) -> Optional[Component]:
    """Returns the package of a module; none for files that SwiftPM did not compile, and unknown modules."""
    match = OBJECT.fullmatch(file)
    if not match:
        return None
    scratch, module = Path(match["scratch"]), match["module"]
    if (ROOT / "Sources" / module).is_dir():
        text = (ROOT / "LICENSE",)
        return Component("bnfold", version, "Apache-2.0", f"pkg:generic/bnfold@{version}", text, own=True)
    for dependency in _dependencies(scratch):
        package, release = dependency["subpath"], dependency["state"]["checkoutState"]["version"]
        checkout = scratch / "checkouts" / package
        if package in LICENSES and (checkout / "Sources" / module).is_dir():
            place = dependency["packageRef"]["location"].replace("https://github.com/", "pkg:github/")
            url = f"{place}@{release}"
            return Component(package, release, LICENSES[package], url, (checkout / "LICENSE.txt",))
    return None


def _dependencies(scratch: Path) -> list[dict[str, Any]]:
    state = json.loads((scratch / "workspace-state.json").read_text(encoding="utf-8"))
    dependencies: list[dict[str, Any]] = state["object"]["dependencies"]
    return dependencies
