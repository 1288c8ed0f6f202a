"""Keyword arguments as options of the command."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Integral
from typing import Optional, Union

Path = Union[str, "os.PathLike[str]"]
"""A path, as `open` takes it."""

Names = Union[str, Sequence[str]]
"""One name, or several."""

Limits = Union[str, Mapping[str, Union[int, str]]]
"""`{"memory": "4G"}`, or the text of the option."""

ReportFiles = Mapping[str, Path]
"""Formats and the files that they go to: `{"html": "report.html"}`."""


def options(**values: object) -> list[str]:
    """An option for each argument that is neither None nor False; `dry_run` is --dry-run."""
    return [
        option for name, value in values.items() for option in _option(f"--{name.replace('_', '-')}", value)
    ]


def _option(name: str, value: object) -> Iterator[str]:
    if value is None or value is False:
        return
    if value is True:
        yield name
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from _option(name, element)
    else:
        # In one argument, so that a value may begin with a hyphen.
        yield f"{name}={text(value)}"


def text(value: object) -> str:
    """A path, a name or a number as the command line has it."""
    if isinstance(value, (str, os.PathLike)):
        return os.fsdecode(value)
    if isinstance(value, Integral):
        return str(int(value))
    if hasattr(value, "__float__"):
        return repr(float(value))
    raise TypeError(f"neither a path nor a number: {value!r}")


def together(names: Optional[Names]) -> Optional[str]:
    """Several names with commas between, for options that take them so."""
    return names if names is None or isinstance(names, str) else ",".join(names)


def each(names: Optional[Names]) -> list[str]:
    """Several names, for options that are given once for each."""
    if names is None:
        return []
    return [names] if isinstance(names, str) else list(names)


def limits_text(limits: Optional[Limits]) -> Optional[str]:
    """Limits as their option has them."""
    if limits is None or isinstance(limits, str):
        return limits
    return ",".join(f"{name.replace('_', '-')}={value}" for name, value in limits.items())


def report_texts(files: Optional[ReportFiles]) -> list[str]:
    """Further reports as their option has them."""
    return [f"{name}={text(path)}" for name, path in (files or {}).items()]


def paths(values: Iterable[Path]) -> list[str]:
    """Arguments that are paths, after all options; what begins with a hyphen is a path, too."""
    return ["--", *(text(value) for value in values)]


def only(model: Path) -> Path:
    """A model that is not a pattern: of several models there are several reports."""
    path = text(model)
    if any(character in path for character in "*?[") and not os.path.lexists(path):
        raise ValueError(
            f"{path} is a pattern: several models go to fold_several, inspect_several or lint_several"
        )
    return model
