"""Libraries of Debian: version and license as the package that owns the archive says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Optional
from urllib.parse import quote

from component import TEXTS, Component

COMMON_LICENSES = Path("/usr/share/common-licenses")
GCC = "GPL-3.0-or-later WITH GCC-exception-3.1"
RELINKING = "Linked statically; NOTICE says how to replace it."

# Package, name of the library, license, common licenses that the package's own text refers to, remark.
PACKAGES: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    (r"libaec-dev", "libaec", "BSD-2-Clause", (), ""),
    (r"libc6-dev", "glibc", "LGPL-2.1-or-later", ("LGPL-2.1",), RELINKING),
    (r"libdeflate-dev", "libdeflate", "MIT", (), ""),
    (r"libgcc-\d+-dev", "libgcc", GCC, ("GPL-3",), ""),
    (r"libhdf5-dev", "HDF5", "HDF5", (), ""),
    (r"libssl-dev", "OpenSSL", "Apache-2.0", ("Apache-2.0",), "Only libcrypto."),
    (r"libstdc\+\+-\d+-dev", "libstdc++", GCC, ("GPL-3",), ""),
    (r"libyaml-dev", "libyaml", "MIT", (), ""),
    (r"zlib1g-dev", "zlib", "Zlib", (), ""),
)


def component(file: str) -> Optional[Component]:
    """Returns the component that a file is from; none if no package that is known owns it."""
    package = _owner(file)
    for pattern, name, license_expression, common, remark in PACKAGES:
        if package and re.fullmatch(pattern, package):
            own_texts = (TEXTS / f"{name}.txt",) if (TEXTS / f"{name}.txt").exists() else ()
            version, source, architecture = _query(package)
            return Component(
                name=name,
                version=version,
                license=license_expression,
                url=_url(package, version, source, architecture),
                texts=(
                    *own_texts,
                    Path("/usr/share/doc") / package / "copyright",
                    *(COMMON_LICENSES / text for text in common),
                ),
                remark=remark,
            )
    return None


def _owner(file: str) -> Optional[str]:
    # The database knows a file by one name, while /lib is a link to /usr/lib.
    path = str(Path(file).resolve())
    for name in (path, path[len("/usr") :] if path.startswith("/usr/") else f"/usr{path}"):
        answer = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.split(":")[0]
    return None


def _query(package: str) -> list[str]:
    shown = "${Version}\n${source:Package}\n${Architecture}"
    return subprocess.run(
        ["dpkg-query", "--show", f"--showformat={shown}", package], capture_output=True, text=True, check=True
    ).stdout.splitlines()


def _url(package: str, version: str, source: str, architecture: str) -> str:
    system = dict(
        line.split("=", 1)
        for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
        if "=" in line
    )
    distribution = system["ID"].strip('"')
    release = system.get("VERSION_ID", "").strip('"') or "sid"
    return (
        f"pkg:deb/{distribution}/{quote(package, safe='')}@{quote(version, safe='~:')}"
        f"?arch={architecture}&distro={distribution}-{release}&upstream={quote(source, safe='')}"
    )
