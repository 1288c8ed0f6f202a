"""How the numbers of a model are stored: their type, HDF5's ways, and what training adds to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .building_blocks import bn, chain, conv, dense, relu
from .kit import Kit
from .registry import fixture


# MARK: Element types


def typed(policy: str, about: str) -> None:
    """Register a small convolutional model built under a dtype policy."""

    @fixture(f"type_{policy}", about, ["bn"], policy=policy)
    def _(kit: Kit) -> Any:
        return chain(kit, (6, 6, 3), conv(kit), bn(kit), relu(kit), kit.layers.Flatten(name="flatten"), dense(kit))


typed("float16", "Everything in float16; Keras 2 keeps the BN's variables in float32.")
typed("float64", "Everything in float64.")
typed("mixed_float16", "Mixed precision: computed in float16, stored in float32.")


# MARK: Training state and storage


@fixture(
    "compiled_adam",
    "Compiled and trained one step: optimizer weights and a training configuration.",
    ["bn"],
    trained=True,
)
def _(kit: Kit) -> Any:
    model = chain(kit, (6,), dense(kit), bn(kit), relu(kit), dense(kit, "label", 2, activation="softmax"))
    model.compile(optimizer=kit.keras.optimizers.Adam(1e-3), loss="categorical_crossentropy")
    return model


def compress_kernels(path: Path, **filters: bool) -> None:
    """Store every kernel in chunks that do not divide it, shuffled and deflated, and with other filters."""
    with h5py.File(path, "r+") as file:
        weights = file["model_weights"]
        kernels: list[str] = []
        weights.visititems(lambda name, item: kernels.append(name) if getattr(item, "ndim", 0) > 1 else None)
        for name in kernels:
            data = weights[name][()]
            del weights[name]
            chunks = tuple((size + 1) // 2 for size in data.shape)
            weights.create_dataset(name, data=data, chunks=chunks, compression="gzip", shuffle=True, **filters)


def add_user_block(path: Path) -> None:
    """Compress the kernels and write the whole file anew behind a user block."""
    compress_kernels(path)
    copy = path.with_suffix(".copy")
    with h5py.File(path, "r") as file, h5py.File(copy, "w", userblock_size=512) as target:
        file.copy("model_weights", target)
        for name, value in file.attrs.items():
            target.attrs[name] = value
    copy.replace(path)


def fix_string_lengths(path: Path) -> None:
    """Store lists of names as fixed-length strings, the way h5py 2 wrote them."""
    with h5py.File(path, "r+") as file:
        weights = file["model_weights"]
        for group, attribute in [(weights, "layer_names"), *((weights[name], "weight_names") for name in weights)]:
            names = group.attrs[attribute]
            if len(names):
                group.attrs[attribute] = np.array([name.encode() for name in names])


def stored(name: str, about: str, rewrite: Callable[[Path], None]) -> None:
    """Register a convolutional model whose file is rewritten after Keras saved it."""

    @fixture(name, about, ["bn"], rewrite=rewrite)
    def _(kit: Kit) -> Any:
        return chain(kit, (6, 6, 3), conv(kit), bn(kit), relu(kit), kit.layers.Flatten(name="flatten"), dense(kit))


stored("storage_gzip_shuffle", "Kernels chunked, shuffled and deflated.", compress_kernels)
stored(
    "storage_fletcher32",
    "Kernels chunked, shuffled, deflated and with checksums.",
    lambda path: compress_kernels(path, fletcher32=True),
)
stored("storage_user_block", "Chunked kernels behind a block of 512 bytes of the user's own.", add_user_block)
stored("storage_fixed_strings", "Names stored as fixed-length strings, as h5py 2 did.", fix_string_lengths)


@fixture(
    "storage_split_attributes", "Names so long that layer_names is split into layer_names0 and layer_names1.", ["bn"]
)
def _(kit: Kit) -> Any:
    idle = [kit.layers.Dropout(0.0, name=f"idle_{index}") for index in range(7)]
    long = kit.layers.Dropout(0.0, name="long_" + "x" * 5860)  # 11 names of 5865 bytes pass HDF5's limit of 64512
    return kit.sequential(kit.input(4), dense(kit), bn(kit), relu(kit), *idle, long)
