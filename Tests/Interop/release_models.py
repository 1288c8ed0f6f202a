"""Makes models in one release of Keras, and lets that release load others; it runs where nothing but Keras is installed.

    python release_models.py make FOLDER    NAME.h5, NAME.keras, NAME.weights.h5 with NAME.json, and NAME.npz: inputs, outputs
    python release_models.py check LIST     a JSON list of [file, architecture or null, NAME.npz]; prints how far each is off
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np

try:
    import keras

    if not hasattr(keras, "Sequential"):
        from tensorflow import keras
except ImportError:
    from tensorflow import keras

layers = keras.layers


def block(x, filters, name, **options):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv", **options)(x)
    # Not the layer ReLU: Keras 2.12 does not load its own files with it.
    return layers.Activation("relu")(layers.BatchNormalization(name=f"{name}_bn")(x))


def sequence():
    return keras.Sequential([
        layers.InputLayer((6, 6, 3)),
        layers.Conv2D(4, 3, padding="same"), layers.BatchNormalization(), layers.Activation("relu"),
        layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Activation("relu"),
        layers.Flatten(), layers.Dense(2),
    ])


def branches():
    x = keras.Input((6, 6, 3))
    left, right = block(x, 4, "left"), block(x, 4, "right", dilation_rate=2)
    y = layers.GlobalAveragePooling2D()(layers.Concatenate()([layers.Add()([left, right]), left]))
    return keras.Model(x, [layers.BatchNormalization()(layers.Dense(3)(y)), layers.Dense(2, activation="tanh")(y)])


def backbone():
    x = keras.Input((6, 6, 3))
    return keras.Model(x, layers.GlobalAveragePooling2D()(block(block(x, 4, "first"), 4, "second")), name="backbone")


def nested():
    x = keras.Input((6, 6, 3))
    y = layers.BatchNormalization()(layers.Dense(4)(backbone()(x)))
    return keras.Model(x, layers.Dense(3)(y))


def shared():
    one, two = keras.Input((6, 6, 3)), keras.Input((6, 6, 3))
    conv, norm = layers.Conv2D(4, 3, name="twice"), layers.BatchNormalization(name="twice_bn")
    y = layers.Add()([norm(conv(one)), norm(conv(two))])
    return keras.Model([one, two], layers.Dense(2)(layers.BatchNormalization()(layers.Conv2D(3, 3)(y))))


def frozen():
    inner = backbone()
    for layer in inner.layers[:4]:
        layer.trainable = False
    x = keras.Input((6, 6, 3))
    y = layers.BatchNormalization(trainable=False)(layers.Dense(4, trainable=False)(inner(x)))
    return keras.Model(x, layers.Dense(3)(y))


def kinds():
    """Layers of all kinds, those with objects of their own inside among them."""
    x, words = keras.Input((8, 8, 4)), keras.Input((6,), dtype="int32")
    y = layers.BatchNormalization()(layers.SeparableConv2D(4, 3, padding="same")(x))
    y = layers.PReLU(shared_axes=[1, 2])(layers.BatchNormalization()(layers.DepthwiseConv2D(3)(y)))
    y = layers.BatchNormalization()(layers.Conv2DTranspose(3, 2, strides=2)(y))
    y = layers.LayerNormalization()(layers.GlobalMaxPooling2D()(y))
    z = layers.Embedding(20, 4)(words)
    z = layers.BatchNormalization()(layers.Conv1D(6, 3, padding="same")(z))
    z = layers.TimeDistributed(layers.Dense(6))(layers.LSTM(4, return_sequences=True)(z))
    z = layers.MultiHeadAttention(2, 3)(z, z)
    z = layers.Bidirectional(layers.GRU(3))(z)
    return keras.Model([x, words], layers.BatchNormalization()(layers.Dense(3)(layers.Concatenate()([y, z]))))


MODELS = {model.__name__: model for model in (sequence, branches, nested, shared, frozen, kinds)}


def random_weights(model, rng):
    def value(weight):
        # Variances are positive, in whatever layer they are.
        name = getattr(weight, "path", weight.name)
        low = 0.2 if "variance" in name or "gamma" in name else -0.8
        return rng.uniform(low, 1.2, tuple(weight.shape)).astype("float32")

    model.set_weights([value(weight) for weight in model.weights])


def example_inputs(model, rng):
    return [
        rng.integers(0, 20, (2, *x.shape[1:])).astype("int32") if "int" in str(x.dtype)
        else rng.uniform(-1, 1, (2, *x.shape[1:])).astype("float32")
        for x in model.inputs
    ]


def outputs(model, arrays):
    results = model(arrays if len(arrays) > 1 else arrays[0], training=False)
    return [np.asarray(result) for result in (results if isinstance(results, (list, tuple)) else [results])]


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in MODELS.items():
        keras.backend.clear_session()
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        model = build()
        random_weights(model, rng)
        arrays = example_inputs(model, rng)
        results = {f"output_{i}": array for i, array in enumerate(outputs(model, arrays))}
        np.savez(folder / f"{name}.npz", **{f"input_{i}": array for i, array in enumerate(arrays)}, **results)
        (folder / f"{name}.json").write_text(model.to_json())
        for ending in (".h5", ".keras", ".weights.h5"):
            path = folder / (name + ending)
            try:
                if ending == ".weights.h5":
                    model.save_weights(str(path))
                elif ending == ".keras" and keras.__version__.startswith("2.12."):
                    # It writes HDF5 under this name, unless it is asked for the format.
                    model.save(str(path), save_format="keras_v3")
                else:
                    model.save(str(path))
            except Exception as error:  # what a release cannot write is not ours to fold
                path.unlink(missing_ok=True)
                print(f"{keras.__version__}: {name}{ending} is not written: {str(error).splitlines()[0][:120]}")


def off(file: str, architecture: str | None, arrays: str) -> float | str:
    """The largest difference from what the original computes, relative to its largest output; a text where it does not load."""
    keras.backend.clear_session()
    try:
        if architecture:
            model = keras.models.model_from_json(Path(architecture).read_text())
            model.load_weights(file)
        else:
            model = keras.models.load_model(file, compile=False)
        with np.load(arrays) as saved:
            inputs = [saved[f"input_{i}"] for i in range(len(model.inputs))]
            found = outputs(model, inputs)
            expected = [saved[f"output_{i}"] for i in range(len(found))]
    except Exception as error:  # whatever Keras raises is the finding
        return (str(error).strip().splitlines() or [repr(error)])[0][:200]
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(found, expected, strict=True))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    else:
        print(json.dumps([off(*entry) for entry in json.loads(Path(sys.argv[2]).read_text())]))
