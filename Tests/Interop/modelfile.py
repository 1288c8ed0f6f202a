"""What a model file says about its layers, read with h5py, json and zipfile only."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

HALF_PRECISION = ('"float16"', '"mixed_float16"', '"bfloat16"', '"mixed_bfloat16"')


@dataclass(frozen=True)
class ModelFile:
    """A model: one file, or weights and the file with their architecture."""

    path: Path
    architecture: Path | None = None

    def config(self) -> str:
        """The text of the architecture."""
        if self.architecture:
            return self.architecture.read_text()
        if zipfile.is_zipfile(self.path):
            with zipfile.ZipFile(self.path) as archive:
                return archive.read("config.json").decode()
        with h5py.File(self.path) as file:
            return str(file.attrs["model_config"])

    def keras_version(self) -> str:
        """The version of Keras that wrote it; empty where the file does not say."""
        if zipfile.is_zipfile(self.path):
            with zipfile.ZipFile(self.path) as archive:
                names = [name for name in archive.namelist() if name.endswith("metadata.json")]
                return json.loads(archive.read(names[0]))["keras_version"] if names else ""
        with h5py.File(self.path) as file:
            return str(file.attrs.get("keras_version", ""))

    def weights(self) -> h5py.File:
        """The HDF5 file with the weights, open for reading."""
        if zipfile.is_zipfile(self.path):
            with zipfile.ZipFile(self.path) as archive:
                return h5py.File(io.BytesIO(archive.read("model.weights.h5")))
        return h5py.File(self.path)

    def uses_half_precision(self) -> bool:
        """Whether any layer computes in 16 bits."""
        config = self.config()
        return any(policy in config for policy in HALF_PRECISION)

    def layers(self) -> list[Layer]:
        """Every layer of the architecture, those of models inside models included."""
        return list(_layers(json.loads(self.config()), ""))

    def has_optimizer_state(self) -> bool:
        """Whether the file holds optimizer weights."""
        with self.weights() as file:
            return "optimizer_weights" in file or len(file.get("optimizer/vars", ())) > 0

    def traces(self, names: set[str]) -> list[str]:
        """Where a model file still mentions one of `names`: paths, attribute strings, the model's configuration.

        The training configuration is left out: it may name an output that no longer exists. In the format of Keras 3
        groups are named after classes, so that only the architecture is looked at.
        """
        found: list[str] = []

        def look(text: str, place: str) -> None:
            found.extend(f"{place} mentions {name}" for name in names if f"/{name}/" in f"/{text}/")

        def visit(place: str, item: h5py.Group | h5py.Dataset) -> None:
            look(place, f"path {place}")
            for key, value in item.attrs.items():
                if key not in ("model_config", "training_config"):
                    for text in _strings(value):
                        look(text, f"attribute {key} of /{place}")

        with self.weights() as file:
            if "layers" not in file and "_layer_checkpoint_dependencies" not in file:
                visit("", file)
                file.visititems(visit)
        left = names & set(_json_strings(json.loads(self.config())))
        return found + [f"the architecture mentions {name}" for name in sorted(left)]


@dataclass(frozen=True)
class Layer:
    """One layer of a configuration: its path, the names it goes by, and whether it is a batch normalization.

    A TimeDistributed wrapper and what it wraps are one layer with two names; the path uses the wrapper's.
    """

    path: str
    names: frozenset[str]
    is_batch_normalization: bool


def _layers(model: dict[str, Any], prefix: str) -> Iterator[Layer]:
    entries = model["config"] if isinstance(model["config"], list) else model["config"]["layers"]
    for entry in entries:
        name = entry["config"].get("name", entry.get("name"))
        names = {name}
        while isinstance(entry["config"], dict) and isinstance(entry["config"].get("layer"), dict):
            entry = entry["config"]["layer"]
            names.add(entry["config"].get("name", entry.get("name")))
        yield Layer(prefix + name, frozenset(names), entry["class_name"] == "BatchNormalization")
        if isinstance(entry["config"], list) or isinstance(entry["config"].get("layers"), list):
            yield from _layers(entry, f"{prefix}{name}/")


def _strings(value: Any) -> list[str]:
    """The strings of an HDF5 attribute, of fixed or variable length."""
    items = np.atleast_1d(value).tolist()
    return [item.decode() if isinstance(item, bytes) else item for item in items if isinstance(item, str | bytes)]


def _json_strings(value: Any) -> Iterator[str]:
    """Every string and every key of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _json_strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _json_strings(item)
