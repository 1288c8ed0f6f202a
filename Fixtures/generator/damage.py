"""Damaged files, each made from a good one by one edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .container_damage import CONTAINER_DAMAGES
from .manifest import FOLDER, write_manifest


@dataclass(frozen=True)
class Damage:
    """A file made from a good fixture of Keras 3 by one edit."""

    base: str
    about: str
    edit: Callable[[Path], object]
    kept: dict[str, str] = field(default_factory=dict)

    def expectation(self) -> dict[str, Any]:
        """The file's entry in the manifest; without kept BNs, the file as a whole must be refused."""
        return refusal(self.about) | {"expect_kept": self.kept, "refused": not self.kept}


def refusal(about: str) -> dict[str, Any]:
    """The manifest's entry of a file that must be refused."""
    return {"expect_folded": [], "expect_kept": {}, "refused": True, "about": about}


def inside(edit: Callable[[h5py.File], object]) -> Callable[[Path], None]:
    """An edit of the HDF5 file at a path."""

    def apply(path: Path) -> None:
        with h5py.File(path, "r+") as file:
            edit(file)

    return apply


def replace_dataset(file: h5py.File, name: str, data: np.ndarray) -> None:
    """Store other data, of another shape or type, under the name of a dataset."""
    del file[name]
    file[name] = data


def set_first(file: h5py.File, name: str, value: float) -> None:
    """Overwrite the first element of a dataset."""
    file[name][0] = value


def swap_layer_names(file: h5py.File, first: str, second: str) -> None:
    """Exchange two entries of layer_names."""
    attributes = file["model_weights"].attrs
    other = {first: second, second: first}
    names = [other.get(name, name) for name in attributes["layer_names"]]
    attributes.modify("layer_names", np.array(names, dtype=h5py.string_dtype("ascii")))


KERNEL = "model_weights/conv/conv/kernel"
MEAN = "model_weights/bn/bn/moving_mean"
VARIANCE = "model_weights/bn/bn/moving_variance"
GOOD = "conv2d_same_strided"
DAMAGES: dict[str, Damage] = {
    "not_hdf5": Damage(GOOD, "A text file.", lambda path: path.write_text("This is not an HDF5 file.\n")),
    "empty": Damage(GOOD, "A file of zero bytes.", lambda path: path.write_bytes(b"")),
    "truncated": Damage(
        GOOD,
        "The first 60 % of a good file.",
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10]),
    ),
    "no_model_config": Damage(
        GOOD, "The attribute model_config is missing.", inside(lambda file: file.attrs.pop("model_config"))
    ),
    "model_config_not_json": Damage(
        GOOD,
        "model_config ends in the middle.",
        inside(lambda file: file.attrs.modify("model_config", file.attrs["model_config"][:-40])),
    ),
    "weights_missing": Damage(
        GOOD, "weight_names lists a kernel that is not there.", inside(lambda file: file.pop(KERNEL))
    ),
    "weights_wrong_shape": Damage(
        GOOD,
        "The kernel has one output channel less than the configuration says.",
        inside(lambda file: replace_dataset(file, KERNEL, file[KERNEL][..., :-1])),
    ),
    "unknown_dtype": Damage(
        GOOD,
        "The kernel is stored as 32-bit integers.",
        inside(lambda file: replace_dataset(file, KERNEL, (file[KERNEL][()] * 100).astype("int32"))),
    ),
    "nan_statistics": Damage(
        GOOD, "A moving mean is NaN.", inside(lambda file: set_first(file, MEAN, np.nan)), {"bn": "not-finite"}
    ),
    "negative_variance": Damage(
        GOOD,
        "A moving variance is -1, so that variance + epsilon is negative.",
        inside(lambda file: set_first(file, VARIANCE, -1.0)),
        {"bn": "variance-not-positive"},
    ),
    "layer_order_swapped": Damage(
        "pattern_order_flip",
        "layer_names exchanges two convolutions of equal shapes; Keras loads by position and exchanges their weights.",
        inside(lambda file: swap_layer_names(file, "left", "right_2")),
    ),
}
DAMAGES |= {
    name: Damage(GOOD, about, edit if takes_path else inside(edit))
    for name, about, edit, takes_path in CONTAINER_DAMAGES
}
KEPT_AS_MADE = {
    "keras1": "A Sequential model of Keras 1.2.2 on Theano 1.0.5, dim_ordering tf; kept as it was made, not made again.",
    "library_segfault": "Four random bytes of a file of Keras 3 changed: libhdf5 1.10.8 reads outside its memory.",
    "library_abort": "Random bytes of a file of Keras 3 changed: libhdf5 1.10.8 destroys the heap and aborts.",
    "library_hang": "Random bytes of a file of Keras 3 changed: libhdf5 1.10.8 never ends.",
}


def damage(name: str) -> None:
    """Write one damaged file."""
    case = DAMAGES[name]
    path = FOLDER / "malformed" / f"{name}.h5"
    path.write_bytes((FOLDER / "keras3" / f"{case.base}.h5").read_bytes())
    case.edit(path)


def generate_malformed(names: list[str]) -> None:
    """Make the named damaged files, or all of them, and update the manifest."""
    (FOLDER / "malformed").mkdir(exist_ok=True)
    for name in names or DAMAGES:
        damage(name)
        print(f"malformed/{name}")
    entries = {name: case.expectation() for name, case in DAMAGES.items()}
    write_manifest("malformed", entries | {name: refusal(about) for name, about in KEPT_AS_MADE.items()})
