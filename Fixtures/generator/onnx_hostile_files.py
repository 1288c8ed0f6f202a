"""Files that are wrong before anything runs: messages, names, tensors, and what is in other files."""

from __future__ import annotations

from .onnx_hostile_kit import (
    FLOAT,
    SLOWLY,
    STRING,
    Hostile,
    external,
    field,
    floats,
    function,
    graph,
    model,
    network,
    node,
    number,
    raw,
    tensor,
    text,
    value,
    varint,
)

RELU = node("Relu", "x", "y")


def holding(*messages: bytes) -> bytes:
    """A model with some tensors, all of which are read."""
    return network([node("Relu", "x", "y")], *messages)


def four(name: str = "t", **entries: object) -> bytes:
    """Four numbers in another file."""
    return tensor(name, FLOAT, [4], external(**entries))


def nested(levels: int) -> bytes:
    """Branches in branches."""
    inner = graph([node("Relu", "x", "z")], gives=[value("z")])
    for _ in range(levels):
        inner = graph([node("If", "x", "z", then_branch=inner)], gives=[value("z")])
    return network([node("If", "x", "y", then_branch=inner)])


def calls(count: int, *, each: int, last: str) -> list[bytes]:
    """Functions of which each calls the next one some times; the last one calls one by name."""
    names = [f"F{index}" for index in range(count)]
    following = [*names[1:], last]
    return [
        function(name, [node(next_, "x", "y" if call == 0 else f"y{call}", "own") for call in range(each)])
        for name, next_ in zip(names, following, strict=True)
    ]


MESSAGES = {
    "truncated": Hostile(
        "The first half.",
        holding(floats("t", *range(64)))[:200],
        "the message is damaged at byte 15: the field is said to have 317 bytes, its message has 182 left",
    ),
    "long_number": Hostile(
        "A number of eleven bytes.",
        number(1, 8) + b"\x08" + b"\xff" * 10 + b"\x01" + field(7, b""),
        "more than ten bytes",
    ),
    "field_zero": Hostile("A field without a number.", model(b"\x00\x00"), "the field has the number 0"),
    "group": Hostile("A group.", model(b"\x0b\x0c"), "the field 1 is a group"),
    "wire_type": Hostile("A field of an encoding that does not exist.", model(b"\x0e"), "wire type 6"),
    "long_field": Hostile(
        "A node that is said to be longer than any file.",
        model(b"\x0a" + varint(2**62)),
        "the field is said to have 4611686018427387904 bytes",
    ),
    "largest_field": Hostile(
        "A length of 64 bits.",
        model(b"\x0a" + varint(2**64 - 1)),
        "the field is said to have 18446744073709551615 bytes",
    ),
    "text_as_number": Hostile("A node's operator that is a number.", model(field(1, number(4, 1))), "encoded as"),
    "packed_in_part": Hostile(
        "Packed numbers that end within one.", holding(tensor("t", FLOAT, [1], field(4, b"\0\0\0"))), "packed numbers"
    ),
    "deep": Hostile("Thirty branches in each other.", nested(30), "nested more than 64 deep"),
    "deep_enough": Hostile("Nineteen branches in each other, which is allowed.", nested(19), "2 layers", 0),
    "many_fields": Hostile(
        "More fields than the limit.",
        holding(floats("t", 1)),
        "more than 20 fields",
        arguments=("--limits", "fields=20"),
    ),
    "long_name": Hostile(
        "A name of 64 KiB and a byte.", network([node("Relu", "x", "y"), text(4, "R" * 65537)]), "65,537 bytes"
    ),
    "no_graph": Hostile(
        "A model without a graph.", number(1, 8) + field(8, number(2, 17)), "safetensors and ONNX models"
    ),
}
NAMES = {
    "cycle": Hostile(
        "Two nodes that read each other.",
        network([node("Add", "x b", "a"), node("Relu", "a", "b"), node("Relu", "b", "y")]),
        "the node a: it reads the tensor b, which nothing before it gives",
    ),
    "own_result": Hostile(
        "A node that reads its own result.",
        network([node("Add", "x y", "y")]),
        "it reads the tensor y, which nothing before",
    ),
    "later_result": Hostile(
        "A node before the one that it reads.",
        network([node("Relu", "z", "y"), node("Relu", "x", "z")]),
        "it reads the tensor z, which nothing before",
    ),
    "two_nodes_of_a_name": Hostile(
        "A tensor that two nodes give.", network([RELU, node("Abs", "x", "y")]), "the tensor y is given twice"
    ),
    "two_constants_of_a_name": Hostile(
        "Two constants of one name.", holding(floats("t", 1), floats("t", 2)), "the tensor t is given twice"
    ),
    "missing_output": Hostile(
        "An output that nothing gives.",
        network([node("Relu", "x", "z")]),
        "it reads the tensor y, which nothing before",
    ),
    "missing_outer_name": Hostile(
        "A branch that reads a tensor of no graph around it.",
        network([node("If", "x", "y", then_branch=graph([node("Relu", "nowhere", "z")], gives=[value("z")]))]),
        "it reads the tensor nowhere",
    ),
    "terminal": Hostile(
        "A name that would change the title of the terminal.",
        network([node("Relu", "\x1b]0;title\x07", "y")]),
        "\\u{1b}]0;title",
    ),
    "function_of_itself": Hostile(
        "A function that calls itself.",
        network([node("F0", "x", "y", "own")], functions=calls(1, each=1, last="F0")),
        "2 layers",
        0,
    ),
    "functions_in_a_circle": Hostile(
        "Three functions that call each other.",
        network([node("F0", "x", "y", "own")], functions=calls(3, each=1, last="F0")),
        "2 layers",
        0,
    ),
    "functions_run": Hostile(
        "The same, run.",
        network([node("F0", "x", "y", "own")], functions=calls(3, each=1, last="F0")),
        "F0 is a function of the model",
        command="run",
    ),
    "function_tree": Hostile(
        "Sixty functions that each call the next one twice: 2^60 calls.",
        network([node("F0", "x", "y", "own")], functions=calls(60, each=2, last="Relu")),
        "2 layers",
        0,
    ),
    "function_calls": Hostile(
        "A thousand calls of a function of two thousand nodes.",
        network(
            [node("F", "x" if call == 0 else f"t{call - 1}", f"t{call}", "own") for call in range(1000)]
            + [node("Relu", "t999", "y")],
            functions=[
                function("F", [node("Relu", "x", f"y{index}") for index in range(2000)] + [node("Relu", "x", "y")])
            ],
        ),
        "written out at each call",
        arguments=SLOWLY,
    ),
    "function_output": Hostile(
        "A function whose output nothing gives.",
        network([node("F", "x", "y", "own")], functions=[function("F", [node("Relu", "x", "z")])]),
        "it reads the tensor y, which nothing before it gives",
    ),
    "branch_name": Hostile(
        "A branch that reads a tensor of the other one.",
        network(
            [
                node(
                    "If",
                    "x",
                    "y",
                    then_branch=graph([node("Relu", "x", "a")], gives=[value("a")]),
                    else_branch=graph([node("Relu", "a", "b")], gives=[value("b")]),
                )
            ]
        ),
        "it reads the tensor a, which nothing before it gives",
    ),
    "many_outer_names": Hostile(
        "A branch that reads three thousand tensors of the graph around it.",
        network(
            [node("Relu", "x", f"n{index}") for index in range(3000)]
            + [
                node(
                    "If",
                    "x",
                    "y",
                    then_branch=graph(
                        [node("Sum", " ".join(f"n{index}" for index in range(3000)), "z")], gives=[value("z")]
                    ),
                )
            ]
        ),
        "3,002 layers",
        0,
        arguments=SLOWLY,
    ),
}
TENSORS = {
    "negative_axis": Hostile(
        "An axis of a negative size.", holding(tensor("t", FLOAT, [2, -1], raw(bytes(8)))), "size -1"
    ),
    "overflowing_shape": Hostile(
        "A shape whose size is no number.",
        holding(tensor("t", FLOAT, [2**32, 2**32], raw(b""))),
        "does not fit into a number",
    ),
    "hidden_overflow": Hostile(
        "The same, hidden by an axis of no size.",
        holding(tensor("t", FLOAT, [0, 2**32, 2**32])),
        "does not fit into a number",
    ),
    "overflowing_bytes": Hostile(
        "A shape whose bytes are no number.",
        holding(tensor("t", FLOAT, [2**61], raw(bytes(4)))),
        "does not fit into a number",
    ),
    "short_elements": Hostile(
        "Fewer elements than the shape says.",
        holding(tensor("t", FLOAT, [1000, 1000], raw(bytes(16)))),
        "it has 16 bytes; its shape and type need 4,000,000",
    ),
    "long_elements": Hostile(
        "More elements than the shape says.",
        holding(tensor("t", FLOAT, [1], raw(bytes(16)))),
        "it has 16 bytes; its shape and type need 4",
    ),
    "short_numbers": Hostile(
        "Fewer numbers than the shape says.",
        holding(tensor("t", FLOAT, [2**40], field(4, bytes(4)))),
        "its shape needs",
    ),
    "rank": Hostile(
        "A tensor of 65 axes.", holding(tensor("t", FLOAT, [1] * 65, raw(bytes(4)))), "65 axes, more than 64"
    ),
    "element_type": Hostile("An element type that does not exist.", holding(tensor("t", 99, [1])), "element type 99"),
    "two_storages": Hostile(
        "Elements in two places.",
        holding(tensor("t", FLOAT, [1], raw(bytes(4)), field(4, bytes(4)))),
        "in more than one place",
    ),
    "segment": Hostile(
        "A part of a tensor.", holding(tensor("t", FLOAT, [1], field(3, b""), raw(bytes(4)))), "segment of a tensor"
    ),
    "raw_texts": Hostile(
        "Texts as raw bytes.", holding(tensor("t", STRING, [1], raw(bytes(4)))), "in a field that is not for the type"
    ),
    "inner_tensor": Hostile(
        "A tensor of a branch that lies.",
        network([node("If", "x", "y", then_branch=graph([], [tensor("t", FLOAT, [9], raw(b""))], gives=[value("t")]))]),
        "it has 0 bytes; its shape and type need 36",
    ),
}
OTHER_FILES = {
    "parent_folder": Hostile("A path with `..`.", holding(four(location="../secret")), "may be outside the folder"),
    "inner_parent_folder": Hostile(
        "A path with `..` inside.", holding(four(location="a/../../secret")), "may be outside"
    ),
    "absolute_path": Hostile("An absolute path.", holding(four(location="/etc/passwd")), "may be outside the folder"),
    "backslash": Hostile("A path of Windows.", holding(four(location="..\\secret")), "may be outside the folder"),
    "zero_in_path": Hostile(
        "A path with a zero byte.", holding(four(location="four.data\0x")), "may be outside the folder"
    ),
    "function_path": Hostile(
        "A path in a function.",
        network(
            [RELU],
            functions=[
                function(
                    "F",
                    [
                        node("Own", "x", "y", "own")
                        + field(5, text(1, "value") + field(5, four(location="/etc/passwd")) + number(20, 4))
                    ],
                )
            ],
        ),
        "may be outside the folder",
    ),
    "no_location": Hostile("No path.", holding(four(offset=0)), "does not have one location"),
    "missing_file": Hostile("A file that is not there.", holding(four(location="missing")), "cannot open", 66),
    "own_file": Hostile(
        "The model itself.", holding(four(location="own_file.onnx")), "the model names itself as the file"
    ),
    "after_the_end": Hostile(
        "Elements that end after the file.",
        holding(four(location="four.data", offset=4)),
        "its elements are at 4..<20 of a file of 16 bytes",
    ),
    "far_offset": Hostile(
        "An offset that overflows.", holding(four(location="four.data", offset=2**63 - 8)), "does not fit into a number"
    ),
    "negative_offset": Hostile(
        "A negative offset.",
        holding(four(location="four.data", offset=-4)),
        "offset of its external_data is not one number",
    ),
    "false_length": Hostile(
        "A length that is not that of the shape.",
        holding(four(location="four.data", length=8)),
        "it has 8 bytes; its shape and type need 16",
    ),
    "huge_length": Hostile(
        "A length that no file has.",
        holding(four(location="four.data", length=2**64)),
        "length of its external_data is not",
    ),
    "huge_external": Hostile(
        "A shape of an exabyte.",
        holding(tensor("t", FLOAT, [2**58], external(location="four.data"))),
        "its size does not fit into a number",
    ),
    "overlap": Hostile(
        "Two tensors that share a part of their elements.",
        holding(
            tensor("t", FLOAT, [2], external(location="four.data")),
            tensor("u", FLOAT, [2], external(location="./four.data", offset=4)),
        ),
        "overlap those of another tensor",
    ),
    "external_sparse": Hostile(
        "A sparse tensor in another file.",
        model(graph([RELU], [], [value("x", [1])], [value("y")]) + field(15, field(1, four(location="four.data")))),
        "sparse tensor with elements in another file",
    ),
}
FILES = MESSAGES | NAMES | TENSORS | OTHER_FILES
