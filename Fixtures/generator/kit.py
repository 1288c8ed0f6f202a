"""One face for two generations of Keras."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .archives import without_dates

# TensorFlow reads these when it is imported, which Kit.of does.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

MODULES = {"keras3": "keras", "keras2": "tf_keras"}


@dataclass(frozen=True)
class Kit:
    """One generation of Keras, and the few calls that differ between the two."""

    generation: str
    keras: ModuleType

    @classmethod
    def of(cls, generation: str) -> Kit:
        """The Kit of "keras3" or "keras2"; imports the framework."""
        import absl.logging
        import tensorflow

        absl.logging.set_verbosity(absl.logging.ERROR)
        tensorflow.get_logger().setLevel("ERROR")
        return cls(generation, importlib.import_module(MODULES[generation]))

    @property
    def layers(self) -> Any:
        return self.keras.layers

    def input(self, *shape: int, name: str = "input") -> Any:
        return self.keras.Input(shape=shape, name=name)

    def model(self, inputs: Any, outputs: Any, name: str = "model") -> Any:
        return self.keras.Model(inputs, outputs, name=name)

    def sequential(self, *layers: Any, name: str = "model") -> Any:
        return self.keras.Sequential(list(layers), name=name)

    def flatten(self, structure: Any) -> list[Any]:
        """The leaves of nested lists, tuples and dictionaries, a dictionary's by sorted key."""
        if self.generation == "keras3":
            return list(self.keras.tree.flatten(structure))
        import tensorflow

        return list(tensorflow.nest.flatten(structure))

    def pack(self, structure: Any, leaves: list[Any]) -> Any:
        """`leaves` in the shape of `structure`; the inverse of `flatten`."""
        if self.generation == "keras3":
            return self.keras.tree.pack_sequence_as(structure, leaves)
        import tensorflow

        return tensorflow.nest.pack_sequence_as(structure, leaves)

    def save(self, model: Any, path: Path) -> None:
        """Write `model` as one file, an HDF5 file or an archive by the ending of its name."""
        if path.suffix == ".keras":
            model.save(path)
            without_dates(path)
            return
        options = {} if self.generation == "keras3" else {"save_format": "h5"}
        model.save(path, **options)

    @contextlib.contextmanager
    def precision(self, policy: str | None) -> Iterator[None]:
        """Build layers under a dtype policy; None leaves the default, float32."""
        floatx = "float64" if policy == "float64" else "float32"
        self._set_precision(floatx, policy or floatx)
        try:
            yield
        finally:
            self._set_precision("float32", "float32")

    def _set_precision(self, floatx: str, policy: str) -> None:
        self.keras.backend.set_floatx(floatx)
        if self.generation == "keras3":
            self.keras.config.set_dtype_policy(policy)
        else:
            self.keras.mixed_precision.set_global_policy(policy)

    def run(
        self, model: Any, inputs: list[np.ndarray], xla: bool = False, training: bool = False
    ) -> list[np.ndarray]:
        """What a model gives for `inputs`, in flattened order; `xla` compiles what eager TensorFlow has no CPU kernel for."""

        def infer(arguments: Any) -> Any:
            return model(arguments, training=training)

        if xla:
            import tensorflow

            infer = tensorflow.function(infer, jit_compile=True)
        structure = getattr(model, "input", model.inputs[0])  # a Sequential model of Keras 3 has no `input`
        return [np.asarray(leaf) for leaf in self.flatten(infer(self.pack(structure, inputs)))]
