"""Every architecture of keras.applications, layer by layer: what bnfold computes against what Keras does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from apps import image_batch, update
from bnfold import BnfoldError, run
from checks import Result, relative_error
from generator.kit import Kit
from generator.seeding import random_for, set_weights
from safetensors.numpy import load_file

# One of each family; the others differ in depth and width only.
NAMES = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "Xception",
)
# Those whose files differ between the generations in more than their names: functions, and classes of their own.
NAMES_OF_KERAS2 = ("ConvNeXtTiny", "EfficientNetB0", "InceptionResNetV2", "MobileNetV3Small", "ResNet50V2")
LAYER_LIMIT = 1e-5
OUTPUT_LIMIT = 1e-10


def computed(binary: Path, model: Path, images: np.ndarray, dtype: str, *options: str) -> dict[str, np.ndarray]:
    """What `bnfold run` writes."""
    source, target = model.with_suffix(".npy"), model.with_suffix(".safetensors")
    np.save(source, images)
    arguments = ["run", str(model), "--input", str(source), "-o", str(target), "--force", "--dtype", dtype]
    run(binary, *arguments, *options)
    return load_file(target)


def of_keras(kit: Kit, model: Any, images: np.ndarray) -> dict[str, np.ndarray]:
    """What every layer of a model computes, by name; of an inner model, what it gives."""
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    # A model called as a layer has an output of its own, which belongs to another graph.
    outputs = [layer.get_output_at(-1) if kit.generation == "keras2" else layer._inbound_nodes[-1].outputs[0]
               for layer in layers]
    values = kit.run(kit.model(model.inputs, outputs), [images])
    return dict(zip((layer.name for layer in layers), values, strict=True))


def settle(model: Any, key: str) -> None:
    """Random batch normalizations and layer scales whose factors are near 1.

    Wilder ones, or statistics of channels that are nearly dead, would amplify the rounding of float32 in both, which
    proves nothing of either.
    """
    for layer in model.layers:
        rng = random_for(key, layer.name)
        if type(layer).__name__ == "BatchNormalization":
            size = layer.get_weights()[0].shape
            values = {
                "gamma": rng.uniform(0.8, 1.2, size),
                "beta": rng.normal(0, 0.1, size),
                "moving_mean": rng.normal(0, 0.1, size),
                "moving_variance": rng.uniform(0.5, 1.5, size),
            }
            update(layer, **values)
        elif type(layer).__name__ == "LayerScale":
            update(layer, gamma=rng.uniform(0.1, 0.5, layer.get_weights()[0].shape))


def exactly(kit: Kit, model: Any, name: str) -> Any:
    """The model in float64, without what TensorFlow rounds to float32 all the same: factors, and the root of 2."""
    with kit.precision("float64"):
        twin = getattr(kit.keras.applications, name)(weights=None)
    set_weights(twin, [value.astype("float64") if value.dtype.kind == "f" else value for value in model.get_weights()])
    for layer in twin.layers:
        if type(layer).__name__ == "Rescaling":
            layer.scale, layer.offset = np.float64(layer.scale), np.float64(layer.offset)
        if type(layer).__name__ == "Normalization" and layer.input_mean is not None:
            for role in ("mean", "variance"):
                written = np.asarray(getattr(layer, f"input_{role}"), "float64")
                setattr(layer, role, written.reshape(getattr(layer, role).shape))
        if type(layer).__name__ == "CustomScaleLayer":
            layer.scale = np.float64(layer.scale)
        if getattr(getattr(layer, "activation", None), "__name__", "") == "gelu":
            layer.activation = exact_gelu
    return twin


def exact_gelu(values: Any) -> Any:
    import tensorflow

    return values * (1 + tensorflow.math.erf(values / np.sqrt(2))) / 2


def compare(kit: Kit, binary: Path, name: str, folder: Path) -> Result:
    """Run one architecture with random weights in both.

    Every layer in float32 is held against what Keras computes of it in float64, and so are the outputs in float64.
    """
    result = Result(f"layers/{kit.generation}", name)
    kit.keras.backend.clear_session()
    kit.keras.utils.set_random_seed(1)
    model = getattr(kit.keras.applications, name)(weights=None)
    settle(model, f"layers-{name}")
    path = folder / f"{kit.generation}-{name}.keras"
    model.save(path)
    images = image_batch(model, name, "layers", 1)
    try:
        ours = computed(binary, path, images, "float32", "--layers")
        outputs = computed(binary, path, images.astype("float64"), "float64")
    except BnfoldError as error:
        result.problems.append(f"bnfold: {error}")
        return result
    result.loadable = True
    with kit.precision("float64"):
        twin = exactly(kit, model, name)
        reference = kit.run(twin, [images.astype("float64")])
        # Keras's own float32 is as far from this as ours, by processors and in other layers: it is no measure.
        exact = list(of_keras(kit, twin, images.astype("float64")).values())
    error64 = relative_error(list(outputs.values()), reference)
    if not error64 <= OUTPUT_LIMIT:
        result.problems.append(f"the outputs in float64 differ by {error64:.2g} of the largest value")
    errors, own = [], []
    for (layer, rounded), expected in zip(of_keras(kit, model, images).items(), exact, strict=True):
        error = relative_error([ours[layer]], [expected]) if layer in ours else float("inf")
        errors.append(error)
        own.append(relative_error([rounded], [expected]))
        if not error <= LAYER_LIMIT:
            result.problems.append(f"the first layer that differs is {layer}: {error:.2g} of the largest value")
            break
    result.error = max(errors)
    result.remarks.append(
        f"{len(errors)} layers; float32 {max(errors):.1e} (of Keras itself {max(own):.1e}), outputs in float64 {error64:.1e}")
    return result


def layers(binary: Path, wanted: Callable[[str, str], bool]) -> Iterator[Result]:
    """Compare every architecture in Keras 3, and in tf_keras those that it writes in another way."""
    with TemporaryDirectory() as folder:
        for generation, names in (("keras3", NAMES), ("keras2", NAMES_OF_KERAS2)):
            for name in names:
                if wanted(f"layers/{generation}", name):
                    yield compare(Kit.of(generation), binary, name, Path(folder))
