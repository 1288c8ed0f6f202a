"""Dataclasses from JSON, by their type annotations: what a dataclass does not have is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


class UnknownReport(Exception):
    """JSON that is not what the dataclasses say."""


def decode(cls: type[Value], document: Mapping[str, Any]) -> Value:
    """The value that a JSON object describes; throws UnknownReport if it lacks something."""
    result: Value = _object(cls, document, cls.__name__)
    return result


@lru_cache(maxsize=None)
def _members(cls: Any) -> tuple[tuple[Field[Any], str, Any], ...]:
    """Each field, its name in JSON, and its type."""
    hints = get_type_hints(cls)
    return tuple((field, field.name.rstrip("_"), hints[field.name]) for field in fields(cls))


def _object(cls: Any, value: Any, place: str) -> Any:
    if not isinstance(value, Mapping):
        raise UnknownReport(f"{place} is {value!r}")
    members: dict[str, Any] = {}
    for field, name, hint in _members(cls):
        if name == "document":
            members[field.name] = value
        elif name in value:
            members[field.name] = _value(hint, value[name], f"{place}.{name}")
        elif field.default is MISSING:
            raise UnknownReport(f"{place} has no {name}")
    return cls(**members)


def _value(hint: Any, value: Any, place: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Union:
        return _union(arguments, value, place)
    if origin is tuple:
        if not isinstance(value, list):
            raise UnknownReport(f"{place} is {value!r}")
        return tuple(
            _value(arguments[0], element, f"{place}[{index}]") for index, element in enumerate(value)
        )
    if origin is Literal:
        if value not in arguments:
            raise UnknownReport(f"{place} is {value!r}")
        return value
    if is_dataclass(hint):
        return _object(hint, value, place)
    return _plain(hint, value, place)


def _union(types: tuple[Any, ...], value: Any, place: str) -> Any:
    """The value as the type that it may be: None, or the dataclass whose literal it has."""
    if value is None and type(None) in types:
        return None
    others = [hint for hint in types if hint is not type(None)]
    if len(others) == 1:
        return _value(others[0], value, place)
    for hint in others:
        for _, name, member in _members(hint):
            if (
                get_origin(member) is Literal
                and isinstance(value, Mapping)
                and value.get(name) in get_args(member)
            ):
                return _object(hint, value, place)
    raise UnknownReport(f"{place} is {value!r}")


def _plain(hint: Any, value: Any, place: str) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # JSON has numbers from 2^53 on as text, since not every reader keeps them.
    if hint is int and isinstance(value, str) and value.isdigit():
        return int(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise UnknownReport(f"{place} is {value!r}")
    return value
