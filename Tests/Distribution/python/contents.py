"""What has to be in a wheel, and what must not.

    python Tests/Distribution/python/contents.py WHEEL VERSION
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

PLATFORMS = ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64")
TAGS = {f"py3-none-{platform}" for platform in PLATFORMS}
COMMANDS = ("fold", "verify", "inspect", "explain", "lint", "plan", "convert", "diff", "run", "calibrate")


def problems(wheel: Path, version: str) -> list[str]:
    """Everything that is wrong with a wheel."""
    data, info = f"bnfold-{version}.data", f"bnfold-{version}.dist-info"
    wanted = {
        "bnfold/__init__.py",
        "bnfold/py.typed",
        f"{data}/scripts/bnfold",
        f"{data}/data/share/man/man1/bnfold.1",
        *(f"{data}/data/share/man/man1/bnfold-{command}.1" for command in COMMANDS),
        f"{data}/data/share/bash-completion/completions/bnfold",
        f"{data}/data/share/zsh/site-functions/_bnfold",
        f"{data}/data/share/fish/vendor_completions.d/bnfold.fish",
        f"{info}/licenses/LICENSE",
        f"{info}/licenses/NOTICE",
        f"{info}/sboms/bnfold.cdx.json",
    }
    found = []
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        found += [f"{name} is missing" for name in sorted(wanted - names)]
        allowed = re.compile(rf"bnfold/(\w+/)?(\w+\.py|py\.typed)|{data}/(data/share|scripts)/.+|{info}/.+")
        found += [f"{name} does not belong there" for name in sorted(names) if not allowed.fullmatch(name)]
        found += [f"{name} is empty" for name in sorted(wanted & names) if not archive.getinfo(name).file_size]
        found = [problem for problem in found if problem != "bnfold/py.typed is empty"]
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        tags = set(Parser().parsestr(archive.read(f"{info}/WHEEL").decode()).get_all("Tag", []))
        if (metadata["Name"], metadata["Version"]) != ("bnfold", version):
            found.append(f"it is {metadata['Name']} {metadata['Version']}")
        required = metadata.get_all("Requires-Dist", [])
        if any("extra ==" not in requirement for requirement in required):
            found.append(f"it requires {required}")
        if tags != TAGS:
            found.append(f"its tags are {sorted(tags)}")
        with tempfile.TemporaryDirectory() as folder:
            binary = archive.extract(f"{data}/scripts/bnfold", folder)
            Path(binary).chmod(0o755)
            printed = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
        if printed.strip() != version:
            found.append(f"its binary says {printed!r}")
    return found


def main(wheel: str, version: str) -> int:
    found = problems(Path(wheel), version)
    for problem in found:
        print(f"{Path(wheel).name}: {problem}", file=sys.stderr)
    if not found:
        size = Path(wheel).stat().st_size / 1e6
        print(f"the wheel has {size:.1f} MB: binary, module, man pages, completions, licenses, bill of materials")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
