"""The same job done by hand in Python: load a model with Keras, fold its batch normalizations, save it.

    python keras_fold.py MODEL OUTPUT

It knows what this one job needs: convolutions and dense layers, channels last, each followed by one batch
normalization. It checks nothing.
"""

import sys

import keras
import numpy as np


def consumer(layer: keras.Layer) -> keras.Layer | None:
    """The only layer behind a layer."""
    nodes = layer._outbound_nodes
    return nodes[0].operation if len(nodes) == 1 else None


def folds(model: keras.Model) -> dict[str, keras.layers.BatchNormalization]:
    """The batch normalization behind each layer that takes one in."""
    kinds = (keras.layers.Conv2D, keras.layers.Dense)
    pairs = ((layer, consumer(layer)) for layer in model.layers if isinstance(layer, kinds))
    return {layer.name: after for layer, after in pairs if isinstance(after, keras.layers.BatchNormalization)}


def main(source: str, target: str) -> None:
    model = keras.models.load_model(source, compile=False)
    pairs = folds(model)
    removed = {normalization.name for normalization in pairs.values()}

    def clone(layer: keras.Layer) -> keras.Layer:
        config = layer.get_config()
        return layer.__class__.from_config(config | {"use_bias": True} if layer.name in pairs else config)

    def call(layer: keras.Layer, *arguments: object, **keywords: object) -> object:
        return arguments[0] if layer.name in removed else layer(*arguments, **keywords)

    folded = keras.models.clone_model(model, clone_function=clone, call_function=call)
    for layer in folded.layers:
        weights = model.get_layer(layer.name).get_weights()
        if normalization := pairs.get(layer.name):
            gamma, beta, mean, variance = (weight.astype(np.float64) for weight in normalization.get_weights())
            scale = gamma / np.sqrt(variance + normalization.epsilon)
            bias = weights[1] if len(weights) > 1 else 0.0
            weights = [weights[0] * scale, (bias - mean) * scale + beta]
        layer.set_weights(weights)
    folded.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
