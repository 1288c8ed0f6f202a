"""The components of a binary: every file of its link map is from one of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Optional

import debian
import link_map
import swift_packages
import swift_toolchain
from component import Component, Found


class UnknownFile(Exception):
    """A file in the link map that is from no component that is known."""


def components(map_of_link: Path, version: str) -> list[Found]:
    """Returns the components by name, bnfold among them.

    Raises `UnknownFile`: what is linked has to be named, with its license.
    """
    found: dict[str, Found] = {}
    for file, members in link_map.files(map_of_link).items():
        for member in members or {""}:
            component = _component(file, member, version)
            if component is None:
                part = f"{file}({member})" if member else file
                raise UnknownFile(
                    f"{part} is linked, and no component is known that it is from; "
                    "add it to debian.py, swift_toolchain.py or swift_packages.py, with its license"
                )
            found.setdefault(component.name, Found(component)).files.add(Path(file).name)
    return [found[name] for name in sorted(found, key=str.casefold)]


def _component(file: str, member: str, version: str) -> Optional[Component]:
    return (
        swift_packages.component(file, version) or swift_toolchain.component(file, member) or _of_debian(file)
    )


@cache
def _of_debian(file: str) -> Optional[Component]:
    return debian.component(file)
