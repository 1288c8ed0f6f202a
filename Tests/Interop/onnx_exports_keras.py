"""Networks of keras.applications by tf2onnx, with the Keras files beside them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tf2onnx
from onnx_cases import Arrays

CLASSES = 10
OPSET = 17
# The smallest images that each takes, or a little more. tf2onnx leaves calls of functions in ConvNeXt.
NETWORKS = {
    "MobileNet": 64,
    "MobileNetV2": 64,
    "MobileNetV3Small": 64,
    "EfficientNetB0": 64,
    "DenseNet121": 64,
    "ResNet50": 64,
    "ResNet50V2": 64,
    "InceptionV3": 75,
    "Xception": 71,
    "NASNetMobile": 64,
}


def settle(model: keras.Model, rng: np.random.Generator) -> None:
    """Statistics as from data, then disturbed: nothing vanishes, explodes, or is invisible."""
    norms = [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"]
    for norm in norms:
        if norm.scale:
            norm.gamma.assign(rng.uniform(0.8, 1.2, norm.gamma.shape))
        norm.beta.assign(rng.uniform(-0.2, 0.2, norm.beta.shape))
        norm.momentum = 0.0
    model(rng.uniform(0, 255, (8, *model.input_shape[1:])).astype("float32"), training=True)
    for norm in norms:
        norm.momentum = 0.99
        mean, variance = norm.moving_mean.numpy(), norm.moving_variance.numpy()
        norm.moving_mean.assign(mean + np.sqrt(variance) * rng.uniform(-0.2, 0.2, mean.shape))
        # Noise gives deep channels nearly the same value everywhere, whose rounding must not become large.
        least = np.maximum(np.square(mean) / 10, 1e-3)
        norm.moving_variance.assign(np.maximum(variance * rng.uniform(0.7, 1.4, mean.shape), least))


@dataclass(frozen=True)
class KerasExport:
    """A network by tf2onnx; `model.h5` and `model.keras` hold the same weights."""

    name: str
    images: int

    def write(self, folder: Path) -> tuple[Path, Arrays, list[object]]:
        keras.backend.clear_session()
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        keras.utils.set_random_seed(1)
        shape = (self.images, self.images, 3)
        model = self.network(shape)
        settle(model, rng)
        for ending in ("h5", "keras"):
            model.save(folder / f"model.{ending}")
        for layer in model.layers:
            # tf2onnx takes tensors from outside of a function for inputs, but not numbers of numpy.
            if type(layer).__name__ == "Normalization":
                layer.mean, layer.variance = layer.mean.numpy(), layer.variance.numpy()
        batch = rng.uniform(0, 255, (2, *shape)).astype("float32")
        function = tf.function(lambda images: model(images, training=False))
        signature = [tf.TensorSpec((None, *shape), tf.float32, name="images")]
        path = folder / "model.onnx"
        tf2onnx.convert.from_function(function, input_signature=signature, opset=OPSET, output_path=str(path))
        return path, {"images": batch}, [self.exact(model, batch)]

    def network(self, shape: tuple[int, ...]) -> keras.Model:
        """The network with logits, for a softmax hides much."""
        build = getattr(keras.applications, self.name)
        return build(weights=None, input_shape=shape, classes=CLASSES, classifier_activation=None)

    def exact(self, model: keras.Model, batch: np.ndarray) -> np.ndarray:
        """What the network computes in float64, but for factors that TensorFlow has in float32."""
        keras.config.set_floatx("float64")
        try:
            twin = self.network(batch.shape[1:])
            twin.set_weights(model.get_weights())
            return twin(batch.astype("float64"), training=False).numpy()
        finally:
            keras.config.set_floatx("float32")


def keras_exports() -> Iterator[KerasExport]:
    for name, images in NETWORKS.items():
        yield KerasExport(name, images)
