"""Arguments and options of a command, as sections of its page."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import mdoc

Argument = dict[str, Any]


def spelled(name: dict[str, str]) -> str:
    """A name with its hyphens."""
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def head(arguments: list[Argument]) -> str:
    """What is typed: a positional argument, an option with its value, or flags that belong together."""
    first = arguments[0]
    value = f"Ar {mdoc.argument(first['valueName'])}"
    if first["kind"] == "positional":
        return value + (" ..." if first["isRepeating"] else "")
    names = [spelled(name) for argument in arguments for name in argument["names"]]
    names.sort(key=lambda name: name.startswith("--"))
    flags = " , ".join(f"Fl {mdoc.option_name(name)}" for name in names)
    return f"{flags} {value}" if first["kind"] == "option" else flags


def text(argument: Argument) -> list[str]:
    """What it means, and what the abstract does not say: values and default."""
    abstract = argument.get("abstract", "")
    said = [abstract]
    values = argument.get("allValues", [])
    if any(value not in abstract for value in values):
        said.append(f"One of {', '.join(values)}.")
    default = argument.get("defaultValue")
    if default and "default" not in abstract:
        said.append(f"The default is {default}.")
    return mdoc.paragraphs([" ".join(filter(None, said)), *filter(None, [argument.get("discussion")])])


def items(arguments: list[Argument]) -> list[tuple[str, list[str]]]:
    """One item for each argument; a flag and its opposite follow each other with the same text."""
    together = groupby(arguments, key=lambda argument: (argument["kind"], argument.get("abstract")))
    return [(head(group), text(group[0])) for group in (list(members) for _, members in together)]


def sections(arguments: list[Argument]) -> list[str]:
    """ARGUMENTS and OPTIONS; options with a title of their own are subsections, after those without."""
    shown = [argument for argument in arguments if argument["shouldDisplay"]]
    positional = [argument for argument in shown if argument["kind"] == "positional"]
    named = [argument for argument in shown if argument["kind"] != "positional"]
    lines = [".Sh ARGUMENTS", *mdoc.tagged(items(positional))] if positional else []
    if named:
        lines.append(".Sh OPTIONS")
    titles = list(dict.fromkeys(argument.get("sectionTitle") for argument in named))
    for title in sorted(titles, key=lambda title: title is not None):
        group = [argument for argument in named if argument.get("sectionTitle") == title]
        lines += ([f".Ss {mdoc.escaped(title)}"] if title else []) + mdoc.tagged(items(group))
    return lines
