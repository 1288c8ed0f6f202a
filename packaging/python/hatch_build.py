"""What the wheel takes from the prefix that packages have in common, and the platforms that it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PREFIX = "prefix"
# The binary is static: any Linux will do, whichever library of C it has.
PLATFORMS = ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64")


class PrefixHook(BuildHookInterface[Any]):
    """Adds the binary, the man pages, the completions and the bill of materials."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is built."""
        build_data["tag"] = f"py3-none-{'.'.join(PLATFORMS)}"
        build_data["pure_python"] = False
        prefix = Path(self.root, PREFIX)
        build_data["shared_scripts"][f"{PREFIX}/bin/bnfold"] = "bnfold"
        for path in sorted(prefix.glob("share/**/*")):
            # NOTICE is among the licenses, and the bill of materials has its own folder.
            if path.is_file() and "share/doc" not in path.as_posix():
                build_data["shared_data"][str(path.relative_to(self.root))] = str(path.relative_to(prefix))
        build_data["sbom_files"] += [
            str(path.relative_to(self.root)) for path in sorted(prefix.glob("share/doc/bnfold/*.cdx.json"))
        ]
