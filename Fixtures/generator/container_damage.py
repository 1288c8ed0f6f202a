"""Edits of HDF5 files that no reader may follow or believe: storage, filters, links, types, lists of names."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

KERNEL = "model_weights/conv/conv/kernel"


def chunked_kernel(file: h5py.File, **options: Any) -> h5py.Dataset:
    """Store the kernel as one chunk."""
    data = file[KERNEL][()]
    del file[KERNEL]
    return file.create_dataset(KERNEL, data=data, chunks=data.shape, **options)


def filter_kernel(number: int) -> Callable[[h5py.File], None]:
    """Say that the kernel's chunk went through a filter that nobody here knows."""

    def edit(file: h5py.File) -> None:
        data = file[KERNEL][()]
        del file[KERNEL]
        layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        layout.set_chunk(data.shape)
        layout.set_filter(number, h5py.h5z.FLAG_OPTIONAL)
        place = KERNEL.encode()
        kernel = h5py.h5d.create(file.id, place, h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(data.shape), layout)
        kernel.write_direct_chunk((0, 0, 0, 0), data.tobytes())

    return edit


def replace_chunk(file: h5py.File, stream: Callable[[bytes], bytes]) -> None:
    """Store other bytes in the place of the kernel's compressed chunk."""
    content = file[KERNEL][()].tobytes()
    chunked_kernel(file, compression="gzip").id.write_direct_chunk((0, 0, 0, 0), stream(content))


def spoil_checksum(path: Path) -> None:
    """Change one byte of a chunk that has a checksum."""
    with h5py.File(path, "r+") as file:
        place = chunked_kernel(file, fletcher32=True).id.get_chunk_info(0).byte_offset
    with path.open("r+b") as raw:
        raw.seek(place + 5)
        byte = raw.read(1)[0]
        raw.seek(place + 5)
        raw.write(bytes([byte ^ 1]))


def forget_chunk(file: h5py.File) -> None:
    """Make a kernel of two chunks, of which one is never written."""
    data = file[KERNEL][()]
    del file[KERNEL]
    half = (*data.shape[:-1], data.shape[-1] // 2)
    kernel = file.create_dataset(KERNEL, data.shape, "f4", chunks=half)
    kernel[..., : half[-1]] = data[..., : half[-1]]


def store_elsewhere(file: h5py.File) -> None:
    """Let the kernel's elements be in another file."""
    shape = file[KERNEL].shape
    del file[KERNEL]
    file.create_dataset(KERNEL, shape, "f4", external=[("/etc/hostname", 0, h5py.h5f.UNLIMITED)])


def store_virtually(file: h5py.File) -> None:
    """Let the kernel be a view of another file."""
    shape = file[KERNEL].shape
    del file[KERNEL]
    layout = h5py.VirtualLayout(shape, "f4")
    layout[...] = h5py.VirtualSource("/etc/hostname", "kernel", shape)
    file.create_virtual_dataset(KERNEL, layout)


def relink(link: Any) -> Callable[[h5py.File], None]:
    """Put a link in the place of the kernel."""

    def edit(file: h5py.File) -> None:
        del file[KERNEL]
        file[KERNEL] = link

    return edit


def loop_groups(file: h5py.File) -> None:
    """Let a group contain itself."""
    file["model_weights/bn/again"] = file["model_weights/bn"]


def rename_weights(*names: str) -> Callable[[h5py.File], None]:
    """Write another list weight_names for the batch normalization."""

    def edit(file: h5py.File) -> None:
        file["model_weights/bn"].attrs["weight_names"] = np.array([f"bn/{name}".encode() for name in names])

    return edit


def retype(kind: Any) -> Callable[[h5py.File], None]:
    """Store the kernel with elements of another type."""

    def edit(file: h5py.File) -> None:
        data = file[KERNEL][()]
        del file[KERNEL]
        file.create_dataset(KERNEL, data.shape, kind)

    return edit


def odd_float() -> h5py.h5t.TypeFloatID:
    """Make a type of 32 bits with an exponent of 11."""
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(31, 20, 11, 0, 20)
    kind.set_ebias(1023)
    return kind


def configure(layer: str, **attributes: Any) -> Callable[[h5py.File], None]:
    """Give a layer other attributes in the architecture."""

    def edit(file: h5py.File) -> None:
        model = json.loads(file.attrs["model_config"])
        for entry in model["config"]["layers"]:
            if entry["config"]["name"] == layer:
                entry["config"].update(attributes)
        file.attrs["model_config"] = json.dumps(model)

    return edit


def repeat_key(file: h5py.File) -> None:
    """Write an attribute of the batch normalization twice, with different values."""
    text = file.attrs["model_config"]
    file.attrs["model_config"] = text.replace('"epsilon": ', '"epsilon": 0.5, "epsilon": ', 1)


def leave_open(path: Path) -> None:
    """Say that the file is still open for writing."""
    with h5py.File(path, "r") as file:
        content = {name: value for name, value in file.attrs.items()}
        with h5py.File(path.with_suffix(".new"), "w", libver="latest") as copy:
            file.copy("model_weights", copy)
            for name, value in content.items():
                copy.attrs[name] = value
    data = bytearray(path.with_suffix(".new").read_bytes())
    path.with_suffix(".new").unlink()
    data[11] = 5
    path.write_bytes(data)


def use_odd_float(file: h5py.File) -> None:
    """Store the kernel with the odd floating-point type."""
    shape = file[KERNEL].shape
    del file[KERNEL]
    parent, name = KERNEL.rsplit("/", 1)
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_obj_track_times(False)
    h5py.h5d.create(file[parent].id, name.encode(), odd_float(), h5py.h5s.create_simple(shape), creation)
    file[KERNEL].id.write(h5py.h5s.ALL, h5py.h5s.ALL, np.zeros(shape, "f4"), mtype=h5py.h5t.NATIVE_FLOAT)


#: name, what is wrong, edit of the open file or of the path
CONTAINER_DAMAGES: list[tuple[str, str, Callable[[Any], object], bool]] = [
    ("checksum_wrong", "A chunk with a checksum has one changed byte.", spoil_checksum, True),
    ("open_for_writing", "The superblock says that a writer has not closed the file.", leave_open, True),
    ("chunk_missing", "A chunk of the kernel was never written.", forget_chunk, False),
    (
        "deflate_short",
        "A deflate stream ends before its chunk is full: libhdf5 gives what was in memory.",
        lambda file: replace_chunk(file, lambda content: zlib.compress(content[: len(content) // 2])),
        False,
    ),
    (
        "deflate_long",
        "A deflate stream gives 64 MiB for a chunk of a few bytes.",
        lambda file: replace_chunk(file, lambda content: zlib.compress(content + bytes(64 << 20), 9)),
        False,
    ),
    ("filter_unknown", "The kernel is compressed with Zstandard.", filter_kernel(32015), False),
    ("external_storage", "The kernel's elements are in another file.", store_elsewhere, False),
    ("virtual_dataset", "The kernel is a view of another file.", store_virtually, False),
    ("soft_link", "The kernel is a soft link.", relink(h5py.SoftLink("/model_weights/bn")), False),
    ("external_link", "The kernel is a link into another file.", relink(h5py.ExternalLink("/etc/hostname", "/")), False),
    ("group_loop", "A group contains itself.", loop_groups, False),
    ("type_odd_float", "The kernel has floating-point numbers of a layout of its own.", use_odd_float, False),
    ("type_compound", "The kernel has elements made of two numbers.", retype([("a", "f4"), ("b", "f4")]), False),
    ("type_reference", "The kernel has references to objects.", retype(h5py.ref_dtype), False),
    ("type_lists", "The kernel has lists of different lengths.", retype(h5py.vlen_dtype(np.float32)), False),
    (
        "names_swapped",
        "weight_names exchanges mean and variance.",
        rename_weights("gamma", "beta", "moving_variance", "moving_mean"),
        False,
    ),
    ("names_twice", "weight_names has gamma four times.", rename_weights(*["gamma"] * 4), False),
    (
        "names_with_zero",
        "A name in weight_names has a zero byte inside.",
        rename_weights("gamma\0x", "beta", "moving_mean", "moving_variance"),
        False,
    ),
    ("epsilon_null", "epsilon is null.", configure("bn", epsilon=None), False),
    ("epsilon_text", "epsilon is a string.", configure("bn", epsilon="0.001"), False),
    ("epsilon_negative", "epsilon is -1.", configure("bn", epsilon=-1.0), False),
    ("axis_batch", "The batch normalization is along the batch.", configure("bn", axis=0), False),
    ("filters_negative", "A convolution has -4 filters.", configure("conv", filters=-4), False),
    ("groups_zero", "A convolution has no groups.", configure("conv", groups=0), False),
    ("key_twice", "An attribute is written twice, with different values.", repeat_key, False),
]

