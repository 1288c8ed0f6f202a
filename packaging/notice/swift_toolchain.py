"""Libraries that come with the Swift toolchain."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Optional

from component import TEXTS, Component

APACHE = "Apache-2.0 WITH Swift-exception"


class Library(NamedTuple):
    """What is known of an archive, or of some members of it."""

    archive: str
    name: str
    license: str
    url: str
    members: str = ".*"
    text: str = ""
    # Software with releases of its own: the toolchain does not say which it has.
    copy: bool = False


# What comes first counts: copies of other software lie inside Swift's archives.
LIBRARIES = (
    Library(
        archive=r"libswiftCore\.a",
        members=r"Unicode\w*\.cpp\.o",
        name="Unicode Character Database",
        license="Unicode-3.0",
        url="pkg:generic/unicode-character-database",
        text="Unicode-3.0.txt",
        copy=True,
    ),
    Library(
        archive=r"libswiftCore\.a",
        members=r"(SmallVector|StringRef)\.cpp\.o",
        name="LLVM support library",
        license="Apache-2.0 WITH LLVM-exception",
        url="pkg:github/llvm/llvm-project",
        text="LLVM-exception.txt",
        copy=True,
    ),
    Library(
        archive=r"lib_FoundationCShims\.a",
        members=r"uuid\.c\.o",
        name="Apple UUID functions",
        license="BSD-3-Clause",
        url="pkg:generic/apple-uuid",
        text="uuid.txt",
        copy=True,
    ),
    Library(
        archive=r"libswift(Core|Glibc|Synchronization|SwiftOnoneSupport|_Concurrency|_Builtin_float)\.a|swiftrt\.o",
        name="Swift standard library",
        license=APACHE,
        url="pkg:github/swiftlang/swift",
    ),
    Library(
        archive=r"libswift(_RegexParser|_StringProcessing|RegexBuilder)\.a",
        name="swift-experimental-string-processing",
        license=APACHE,
        url="pkg:github/swiftlang/swift-experimental-string-processing",
    ),
    Library(
        archive=r"lib(dispatch|BlocksRuntime|swiftDispatch)\.a",
        name="swift-corelibs-libdispatch",
        license=APACHE,
        url="pkg:github/swiftlang/swift-corelibs-libdispatch",
    ),
    Library(
        archive=r"lib(FoundationEssentials|_FoundationCShims)\.a",
        name="swift-foundation",
        license=APACHE,
        url="pkg:github/swiftlang/swift-foundation",
    ),
    Library(
        archive=r"lib_FoundationCollections\.a",
        name="swift-collections",
        license=APACHE,
        url="pkg:github/apple/swift-collections",
        copy=True,
    ),
)


def component(file: str, member: str) -> Optional[Component]:
    """Returns the component that a file of the toolchain is from; none for other files, and unknown ones."""
    if _folder() not in Path(file).resolve().parents:
        return None
    for library in LIBRARIES:
        if re.fullmatch(library.archive, Path(file).name) and re.fullmatch(library.members, member):
            return _component(library)
    return None


def _component(library: Library) -> Component:
    release = str(_target().get("swiftCompilerTag") or _target()["compilerVersion"])
    texts = [TEXTS / library.text] if library.text else []
    # This text has the Apache license in full.
    if library.license.startswith("Apache"):
        texts.append(_folder() / "share/swift/LICENSE.txt")
    if library.copy:
        remark = f"The copy in Swift, {release}."
        return Component(library.name, None, library.license, library.url, tuple(texts), remark)
    version = re.sub(r"^swift-|-RELEASE$", "", release)
    return Component(library.name, version, library.license, f"{library.url}@{release}", tuple(texts))


@cache
def _target() -> dict[str, Any]:
    answer = subprocess.run(
        ["swift", "-print-target-info"], capture_output=True, text=True, check=True
    ).stdout
    target: dict[str, Any] = json.loads(answer)
    return target


def _folder() -> Path:
    # The path ends in usr/lib/swift.
    return Path(_target()["paths"]["runtimeResourcePath"]).resolve().parents[1]
