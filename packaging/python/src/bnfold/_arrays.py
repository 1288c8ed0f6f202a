"""Arrays of numpy as files for the command, and back. numpy is imported where an array is, and not before."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Optional, Protocol, Union

from ._arguments import Path, text

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ArrayLike(Protocol):
    """An array of numpy, or what numpy makes one of: a tensor of PyTorch, TensorFlow or JAX."""

    def __array__(self, *args: Any, **kwargs: Any) -> Any: ...


Input = Union[Path, ArrayLike]
"""A file with arrays, or an array."""

Inputs = Union[Input, Sequence[Input], Mapping[str, Union[Input, Sequence[Input]]]]
"""One or several; by the names of the model's inputs in a mapping."""


@contextmanager
def files_of(inputs: Optional[Inputs], option: str) -> Iterator[list[str]]:
    """The inputs as `[NAME=]FILE`; arrays are in files as long as this lasts."""
    with TemporaryDirectory(prefix="bnfold-") as folder:
        yield [
            f"{name}={path}" if name else path
            for number, (name, value) in enumerate(_named(inputs))
            for path in [_file(value, FilePath(folder, f"{number}.npy"), name, option)]
        ]


def _named(inputs: Optional[Inputs]) -> Iterator[tuple[Optional[str], Input]]:
    if inputs is None:
        return
    if isinstance(inputs, Mapping):
        for name, values in inputs.items():
            yield from ((name, value) for value in _list(values))
    else:
        yield from ((None, value) for value in _list(inputs))


def _list(values: Union[Input, Sequence[Input]]) -> Sequence[Input]:
    return values if isinstance(values, (list, tuple)) else [values]  # type: ignore[list-item]


def _file(value: Input, place: FilePath, name: Optional[str], option: str) -> str:
    if isinstance(value, (str, os.PathLike)):
        path = text(value)
    elif hasattr(value, "__array__"):
        import numpy

        array = numpy.asarray(value)
        # The order of the bytes says nothing about the numbers, and only one is read.
        numpy.save(place, array.astype(array.dtype.newbyteorder("="), copy=False), allow_pickle=False)
        path = str(place)
    else:
        raise TypeError(f"neither a path nor an array: {value!r}")
    if name is None and "=" in path:
        raise ValueError(
            f"{path} has an = in it: say {option}={{NAME: PATH}} with the name of the model's input"
        )
    return path


def load(path: Path) -> Mapping[str, NDArray[Any]]:
    """The arrays of an .npz file."""
    import numpy

    with numpy.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
