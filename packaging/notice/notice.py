"""The text that tells what software is in the binary, with every license in full."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent

from component import Component

RULE = "=" * 78


def text(components: Iterable[Component], version: str) -> str:
    """Returns NOTICE: a table of the components, then each license once."""
    others = [component for component in components if not component.own]
    texts = _texts(others)
    lines = [
        f"bnfold {version} is under the Apache License, Version 2.0.",
        "",
        "The program contains the software below. The numbers are those of the texts that follow.",
        "",
        *_table(others, texts),
    ]
    for number, content in enumerate(texts, start=1):
        users = ", ".join(component.name for component in others if content in _contents(component))
        lines += ["", RULE, f"{number}. {users}", RULE, "", content]
    return "\n".join(lines) + "\n"


def _table(components: list[Component], texts: list[str]) -> Iterable[str]:
    for component in components:
        numbers = ", ".join(str(texts.index(content) + 1) for content in _contents(component))
        yield f"{component.name} {component.version or ''}".rstrip()
        yield indent(f"{component.license}; texts: {numbers}", "    ")
        if component.remark:
            yield indent(component.remark, "    ")


def _texts(components: Iterable[Component]) -> list[str]:
    """The texts in the order of their first use; several components share some of them."""
    return list(dict.fromkeys(content for component in components for content in _contents(component)))


def _contents(component: Component) -> list[str]:
    contents = [path.read_text(encoding="utf-8").strip("\n") for path in component.texts]
    assert contents and all(contents), f"{component.name} has no license text"
    return contents
