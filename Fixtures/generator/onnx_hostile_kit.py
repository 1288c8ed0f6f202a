"""What hostile models of ONNX are made of: messages, byte by byte, so that they can say anything."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from .onnx_models import field, number, varint

FLOAT, INT64, STRING = 1, 7, 8
# A build without optimization needs more than the usual two seconds.
SLOWLY = ("--limits", "time=60")


@dataclass(frozen=True)
class Hostile:
    """A file, and what becomes of a command that reads it."""

    about: str
    content: bytes
    # A part of the error's text, or of the report where the model is not refused.
    words: str
    code: int = 65
    # `inspect` for what is wrong with the file, `run` for what it asks for when it runs.
    command: str = "inspect"
    arguments: tuple[str, ...] = ()
    # The shape of the input x, in float32, all of it 1.
    given: tuple[int, ...] = (1, 4, 6, 6)

    def expectation(self) -> dict[str, Any]:
        """The file's entry in the manifest."""
        return {
            "about": self.about,
            "command": self.command,
            "arguments": list(self.arguments),
            "given": list(self.given),
            "code": self.code,
            "words": self.words,
        }


def text(number_: int, value: str) -> bytes:
    return field(number_, value.encode())


def signed(number_: int, value: int) -> bytes:
    """A field with a whole number that may be negative."""
    return number(number_, value % 2**64)


def attribute(name: str, value: object) -> bytes:
    """An attribute's message: a float, an integer, a text, a list of integers, or bytes, which are a graph."""
    match value:
        case float():
            return text(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
        case int():
            return text(1, name) + signed(3, value) + number(20, 2)
        case str():
            return text(1, name) + text(4, value) + number(20, 3)
        case bytes():
            return text(1, name) + field(6, value) + number(20, 5)
        case list() if value and isinstance(value[0], float):
            return text(1, name) + field(7, struct.pack(f"<{len(value)}f", *value)) + number(20, 6)
        case list():
            return text(1, name) + b"".join(signed(8, item) for item in value) + number(20, 7)
    raise TypeError(value)


def node(kind: str, inputs: str, outputs: str, domain: str = "", **attributes: object) -> bytes:
    """A node's message; names are divided by spaces, and `-` is one that is absent."""
    names = [b"".join(text(1, name.strip("-")) for name in inputs.split())]
    names += [text(2, name.strip("-")) for name in outputs.split()]
    values = [field(5, attribute(name, value)) for name, value in attributes.items()]
    return b"".join(names) + text(4, kind) + b"".join(values) + (text(7, domain) if domain else b"")


def tensor(name: str, type_: int, axes: list[int], *elements: bytes) -> bytes:
    """A tensor's message."""
    return b"".join(signed(1, size) for size in axes) + number(2, type_) + text(8, name) + b"".join(elements)


def raw(content: bytes) -> bytes:
    return field(9, content)


def external(**entries: object) -> bytes:
    """The fields of a tensor in another file."""
    return b"".join(field(13, text(1, key) + text(2, str(value))) for key, value in entries.items()) + number(14, 1)


def floats(name: str, *values: float, axes: list[int] | None = None) -> bytes:
    content = struct.pack(f"<{len(values)}f", *values)
    return tensor(name, FLOAT, [len(values)] if axes is None else axes, raw(content))


def integers(name: str, *values: int, axes: list[int] | None = None) -> bytes:
    content = struct.pack(f"<{len(values)}q", *values)
    return tensor(name, INT64, [len(values)] if axes is None else axes, raw(content))


def value(name: str, axes: list[int | None] | None = None, type_: int = FLOAT) -> bytes:
    """What a graph says of an input or an output; None for a size that is not known."""
    if axes is None:
        return text(1, name) + field(2, field(1, number(1, type_)))
    sizes = b"".join(field(1, b"" if size is None else signed(1, size)) for size in axes)
    return text(1, name) + field(2, field(1, number(1, type_) + field(2, sizes)))


def graph(nodes: list[bytes], constants: list[bytes] = [], given: list[bytes] = [], gives: list[bytes] = []) -> bytes:
    """A graph's message."""
    fields = [(1, nodes), (5, constants), (11, given), (12, gives)]
    return b"".join(field(number_, message) for number_, messages in fields for message in messages)


def model(content: bytes, *rest: bytes, opset: int = 17) -> bytes:
    """A model's message around a graph."""
    sets = field(8, number(2, opset)) + field(8, text(1, "own") + number(2, 1))
    return number(1, 8) + sets + field(7, content) + b"".join(rest)


def network(
    nodes: list[bytes],
    *constants: bytes,
    given: list[int | None] | None = [None, 4, None, None],
    opset: int = 17,
    functions: list[bytes] = [],
) -> bytes:
    """A model of x that gives y."""
    content = graph(nodes, list(constants), [value("x", given)], [value("y")])
    return model(content, *(field(25, function) for function in functions), opset=opset)


def function(name: str, nodes: list[bytes]) -> bytes:
    """A function of x that gives y, in the domain `own`."""
    sets = field(9, number(2, 17)) + field(9, text(1, "own") + number(2, 1))
    calls = b"".join(field(7, node_) for node_ in nodes)
    return text(1, name) + text(4, "x") + text(5, "y") + calls + sets + text(10, "own")
