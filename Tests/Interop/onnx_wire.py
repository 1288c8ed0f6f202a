"""The same ONNX model in other bytes: what protobuf allows and exporters do not write.

Each way keeps the meaning, which python-protobuf confirms; unknown fields belong to it, for a reader has to keep them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import onnx
from google.protobuf.descriptor import Descriptor, FieldDescriptor

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
# Numbers that no message of ONNX has.
UNKNOWN = 4000
WIRE_TYPES = {
    FieldDescriptor.TYPE_FLOAT: FOUR,
    FieldDescriptor.TYPE_DOUBLE: EIGHT,
    FieldDescriptor.TYPE_STRING: BYTES,
    FieldDescriptor.TYPE_BYTES: BYTES,
    FieldDescriptor.TYPE_MESSAGE: BYTES,
}


@dataclass(frozen=True)
class Field:
    """A field as it is in the bytes: a varint's bytes, fixed bytes, or the content behind a length."""

    number: int
    type: int
    content: bytes


def varint(value: int, width: int = 1) -> bytes:
    """A varint, in more bytes than it needs if `width` says so."""
    digits = []
    while value or len(digits) < width:
        digits.append(value & 127)
        value >>= 7
    return bytes([digit | 128 for digit in digits[:-1]] + digits[-1:])


def read_varint(data: bytes, start: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[start]
        start += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, start


def parse(data: bytes) -> Iterator[Field]:
    place = 0
    while place < len(data):
        tag, place = read_varint(data, place)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            _, end = read_varint(data, place)
        elif kind == BYTES:
            length, place = read_varint(data, place)
            end = place + length
        else:
            end = place + {EIGHT: 8, FOUR: 4}[kind]
        yield Field(number, kind, data[place:end])
        place = end


def encode(fields: list[Field], width: int = 1) -> bytes:
    return b"".join(
        varint(field.number << 3 | field.type, width)
        + (varint(len(field.content), width) if field.type == BYTES else b"")
        + field.content
        for field in fields
    )


def is_repeated(field: FieldDescriptor) -> bool:
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


Rewrite = Callable[[list[Field], Descriptor], list[Field]]


def rewritten(data: bytes, descriptor: Descriptor, rewrite: Rewrite, width: int = 1) -> bytes:
    """Apply a rewrite to a message, the innermost messages first."""
    fields = []
    for field in parse(data):
        known = descriptor.fields_by_number.get(field.number)
        if known is not None and known.message_type is not None:
            field = Field(field.number, BYTES, rewritten(field.content, known.message_type, rewrite, width))
        fields.append(field)
    return encode(rewrite(fields, descriptor), width)


def backwards(fields: list[Field], _: Descriptor) -> list[Field]:
    """The highest numbers first; the values of a repeated field keep their order."""
    return sorted(fields, key=lambda field: -field.number)


def repacked(fields: list[Field], descriptor: Descriptor) -> list[Field]:
    """Packed numbers one by one, in the place of the first; numbers one by one packed."""
    result: list[Field] = []
    for field in fields:
        known = descriptor.fields_by_number.get(field.number)
        if known is None or not is_repeated(known) or WIRE_TYPES.get(known.type, VARINT) == BYTES:
            result.append(field)
        elif field.type == BYTES:
            kind = WIRE_TYPES.get(known.type, VARINT)
            result += [Field(field.number, kind, value) for value in split(field.content, kind)]
        elif result and (result[-1].number, result[-1].type) == (field.number, BYTES):
            result[-1] = Field(field.number, BYTES, result[-1].content + field.content)
        else:
            result.append(Field(field.number, BYTES, field.content))
    return result


def split(content: bytes, kind: int) -> Iterator[bytes]:
    place = 0
    while place < len(content):
        end = read_varint(content, place)[1] if kind == VARINT else place + {EIGHT: 8, FOUR: 4}[kind]
        yield content[place:end]
        place = end


def with_unknown(fields: list[Field], _: Descriptor) -> list[Field]:
    """Unknown fields of every wire type, first, between and last."""
    middle = len(fields) // 2
    first = [Field(UNKNOWN, VARINT, varint(2**64 - 1)), Field(UNKNOWN + 1, EIGHT, bytes(8))]
    between = [
        Field(UNKNOWN + 2, BYTES, b"kept \xff"),
        Field(UNKNOWN + 3, FOUR, b"\1\2\3\4"),
        Field(UNKNOWN, VARINT, b"\0"),
    ]
    return first + fields[:middle] + between + fields[middle:] + [Field(2**29 - 1, BYTES, b"")]


def in_parts(fields: list[Field], descriptor: Descriptor) -> list[Field]:
    """A single message in two parts, which a reader merges; a number twice, of which the last counts."""
    result = []
    for field in fields:
        known = descriptor.fields_by_number.get(field.number)
        if known is None or is_repeated(known) or known.containing_oneof:
            result.append(field)
        elif known.message_type is not None:
            inner = list(parse(field.content))
            half = len(inner) // 2
            result += [Field(field.number, BYTES, encode(part)) for part in (inner[:half], inner[half:])]
        elif field.type == VARINT and known.enum_type is None:
            result += [Field(field.number, VARINT, varint(1)), field]
        else:
            result.append(field)
    return result


def unchanged(fields: list[Field], _: Descriptor) -> list[Field]:
    return fields


WAYS: dict[str, tuple[Rewrite, int]] = {
    "backwards": (backwards, 1),
    "repacked": (repacked, 1),
    "unknown fields": (with_unknown, 1),
    "in parts": (in_parts, 1),
    "long varints": (unchanged, 4),
}


def variants(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each way to write a model that gives other bytes."""
    model = onnx.ModelProto.FromString(data)
    for name, (rewrite, width) in WAYS.items():
        other = rewritten(data, onnx.ModelProto.DESCRIPTOR, rewrite, width)
        again = onnx.ModelProto.FromString(other)
        if name == "unknown fields":
            again.DiscardUnknownFields()
        if again.SerializeToString(deterministic=True) != model.SerializeToString(deterministic=True):
            raise AssertionError(f"the way {name!r} changes the meaning")
        if other != data:
            yield name, other
