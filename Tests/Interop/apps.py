"""Models of real size: keras.applications with random weights and sane batch normalization statistics."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bnfold import BnfoldError, fold
from checks import Result, first_line, ledger_problems, load, relative_error
from generator.kit import Kit
from generator.seeding import random_for
from modelfile import ModelFile

LIMITS = {"outputs32": 1e-4, "logits32": 1e-4, "logits64": 1e-5}


@dataclass(frozen=True)
class App:
    """A model of real size, and how many of its batch normalizations can be folded."""

    name: str
    generation: str
    foldable: int
    build: Callable[[Kit], Any]


def application(name: str) -> Callable[[Kit], Any]:
    """A builder of a keras.applications model."""
    return lambda kit: getattr(kit.keras.applications, name)(weights=None)


def vgg_with_batch_normalization(kit: Kit) -> Any:
    """VGG16 with a BN behind each hidden dense layer of its head."""
    base = kit.keras.applications.VGG16(include_top=False, weights=None, input_shape=(224, 224, 3))
    tensor = kit.layers.Flatten(name="flatten")(base.output)
    for index in (1, 2):
        tensor = kit.layers.Dense(4096, name=f"fc{index}")(tensor)
        tensor = kit.layers.BatchNormalization(name=f"fc{index}_bn")(tensor)
        tensor = kit.layers.ReLU(name=f"fc{index}_relu")(tensor)
    return kit.model(base.input, kit.layers.Dense(1000, activation="softmax", name="predictions")(tensor), name="vgg16")


APPS = (
    App("ResNet50", "keras3", 53, application("ResNet50")),
    App("MobileNet", "keras3", 27, application("MobileNet")),
    App("MobileNetV2", "keras3", 52, application("MobileNetV2")),
    App("VGG16", "keras3", 2, vgg_with_batch_normalization),
    # Of 49, 121 and 192: through sums, concatenations and poolings, with the inverse for other readers.
    App("ResNet50V2", "keras3", 36, application("ResNet50V2")),
    App("DenseNet121", "keras3", 62, application("DenseNet121")),
    App("NASNetMobile", "keras3", 192, application("NASNetMobile")),
    App("ResNet50", "keras2", 53, application("ResNet50")),
)


def roles(layer: Any) -> list[str]:
    """The names of a layer's variables, without their path."""
    return [variable.name.split("/")[-1].split(":")[0] for variable in layer.weights]


def randomize(model: Any, key: str) -> None:
    """Seeded He-normal kernels, and a BN calibrated on data so that activations neither vanish nor explode."""
    normalizations = [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"]
    for layer in model.layers:
        rng = random_for(key, layer.name)
        if layer in normalizations:
            size = layer.get_weights()[0].shape
            sign = np.where(rng.rand(*size) < 0.25, -1, 1)
            update(layer, gamma=rng.uniform(0.5, 2.0, size) * sign, beta=rng.normal(0, 0.5, size))
            continue
        values = []
        for old in layer.get_weights():
            depthwise = "Depthwise" in type(layer).__name__
            fan = np.prod(old.shape[:-2] if depthwise else old.shape[:-1])
            values.append(rng.normal(0, 0.1 if old.ndim == 1 else np.sqrt(2 / fan), old.shape))
        layer.set_weights(values)
    calibrate(model, normalizations, key)


def update(layer: Any, **values: np.ndarray) -> None:
    """Replace some variables of a layer."""
    pairs = zip(roles(layer), layer.get_weights(), strict=True)
    layer.set_weights([values.get(role, old).astype(old.dtype) for role, old in pairs])


def calibrate(model: Any, normalizations: list[Any], key: str) -> None:
    """Store the statistics of one batch, then disturb them without changing the size of the activations.

    A training step with momentum 0 stores the batch's own mean and variance. Variances are then spread over orders of
    magnitude, and gamma is adapted so that the scale, gamma / sqrt(variance + epsilon), stays what it was.
    """
    momenta = [layer.momentum for layer in normalizations]
    for layer in normalizations:
        layer.momentum = 0.0
    model(image_batch(model, key, "calibration", 4), training=True)
    for layer, momentum in zip(normalizations, momenta, strict=True):
        layer.momentum = momentum
        rng = random_for(key, layer.name, "statistics")
        now = dict(zip(roles(layer), layer.get_weights(), strict=True))
        mean, variance = now["moving_mean"], np.maximum(now["moving_variance"].astype("float64"), 1e-12)
        close = variance * rng.lognormal(0, 0.15, variance.shape)
        spread = close * rng.lognormal(0, 1, variance.shape)
        update(
            layer,
            gamma=now["gamma"] * np.sqrt((spread + layer.epsilon) / (close + layer.epsilon)),
            moving_mean=mean + 0.1 * np.sqrt(variance) * rng.normal(size=variance.shape),
            moving_variance=spread,
        )


def image_batch(model: Any, key: str, purpose: str, count: int) -> np.ndarray:
    """Seeded standard normal images in the model's input shape; sides that it leaves open have 224 pixels."""
    shape = (count, *(224 if size is None else size for size in model.inputs[0].shape[1:]))
    return random_for(key, purpose).normal(0, 1, shape).astype("float32")


def save_app(kit: Kit, app: App, folder: Path) -> Path:
    """The app's model file; made if it is not there yet."""
    path = folder / f"{app.generation}-{app.name}.h5"
    if not path.exists():
        kit.keras.backend.clear_session()
        model = app.build(kit)
        randomize(model, path.stem)
        unfinished = path.with_suffix(".unfinished.h5")
        kit.save(model, unfinished)
        unfinished.rename(path)
    return path


def in_float64(kit: Kit, model: Any) -> Any:
    """The same architecture in float64, with the model's weights cast up."""
    text = model.to_json().replace('"float32"', '"float64"')
    with kit.precision("float64"):
        twin = kit.keras.models.model_from_json(text)
    twin.set_weights([value.astype("float64") for value in model.get_weights()])
    return twin


@dataclass(frozen=True)
class Outputs:
    """What the model in a file computes: outputs and, as softmax hides errors, logits."""

    outputs32: list[np.ndarray]
    logits32: list[np.ndarray]
    logits64: list[np.ndarray]

    @classmethod
    def of(cls, kit: Kit, path: Path, key: str) -> Outputs:
        """Load a file and run it on one seeded image, in float32 and in float64."""
        model = load(kit, ModelFile(path))
        images = image_batch(model, key, "images", 1)
        outputs = kit.run(model, [images])
        exact = in_float64(kit, model)
        for network in (model, exact):
            network.layers[-1].activation = kit.keras.activations.linear
        logits = kit.run(model, [images])
        with kit.precision("float64"):
            return cls(outputs, logits, kit.run(exact, [images.astype("float64")]))


def measure(kit: Kit, app: App, binary: Path, folder: Path) -> Result:
    """Fold one app and compare it with its original, in its own Keras."""
    source = save_app(kit, app, folder)
    result = Result("apps", f"{app.generation} {app.name}")
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / source.name
        start = time.perf_counter()
        try:
            report = fold(binary, ModelFile(source), ModelFile(target))
        except BnfoldError as error:
            result.problems.append(f"bnfold: {error}")
            return result
        seconds = time.perf_counter() - start
        result.folded, result.kept = len(report.folded), Counter(report.kept.values())
        if result.folded != app.foldable:
            result.problems.append(f"folded {result.folded} instead of {app.foldable}, kept {report.kept}")
        result.problems += ledger_problems(report, ModelFile(source), ModelFile(target))
        before = Outputs.of(kit, source, app.name)
        try:
            after = Outputs.of(kit, target, app.name)
        except Exception as error:  # whatever Keras raises is the finding
            result.problems.append(f"Keras cannot use the folded file: {first_line(error)}")
            return result
    result.loadable = True
    errors = {name: relative_error(getattr(after, name), getattr(before, name)) for name in LIMITS}
    result.error = max(errors.values())
    for name, limit in LIMITS.items():
        if not errors[name] <= limit:
            result.problems.append(f"{name} differ by {errors[name]:.2g} of the largest value, more than {limit}")
    figures = (f"{name} {error:.2g}" for name, error in errors.items())
    result.remarks.append(f"folded in {seconds:.1f} s; {', '.join(figures)}")
    return result


def apps(binary: Path, work: Path, wanted: Callable[[str, str], bool]) -> Iterator[Result]:
    """Fold every app; the unfolded files stay in `work` for the next run."""
    work.mkdir(parents=True, exist_ok=True)
    for app in APPS:
        if wanted("apps", app.name):
            yield measure(Kit.of(app.generation), app, binary, work)
