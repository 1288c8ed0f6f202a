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
# The smallest images that each takes, or a little more.
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
    "ConvNeXtTiny": 64,
}


def settle(model: keras.Model, rng: np.random.Generator) -> None:
    """Random statistics of batch normalizations, and layer scales near 1, so that nothing is invisible."""
    for layer in model.layers:
        shapes = [weight.shape for weight in layer.weights]
        if type(layer).__name__ == "LayerScale":
            layer.set_weights([rng.uniform(0.1, 0.5, shape) for shape in shapes])
        if type(layer).__name__ == "BatchNormalization":
            ranges = {
                "gamma": (0.8, 1.2),
                "beta": (-0.2, 0.2),
                "moving_mean": (-0.2, 0.2),
                "moving_variance": (0.5, 1.5),
            }
            layer.set_weights([rng.uniform(*ranges[weight.name], weight.shape) for weight in layer.weights])


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
        model = getattr(keras.applications, self.name)(weights=None, input_shape=shape, classes=CLASSES)
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

    def exact(self, model: keras.Model, batch: np.ndarray) -> np.ndarray:
        """What the network computes in float64, but for factors that TensorFlow has in float32."""
        keras.config.set_floatx("float64")
        try:
            twin = getattr(keras.applications, self.name)(weights=None, input_shape=batch.shape[1:], classes=CLASSES)
            twin.set_weights(model.get_weights())
            return twin(batch.astype("float64"), training=False).numpy()
        finally:
            keras.config.set_floatx("float32")


def keras_exports() -> Iterator[KerasExport]:
    for name, images in NETWORKS.items():
        yield KerasExport(name, images)
