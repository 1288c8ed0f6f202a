#!/usr/bin/env python
"""Ruin the statistics of a trained network, let bnfold estimate them anew, and fold it.

    python docs/examples/calibrate_digits.py --bnfold PATH [--folder FOLDER]

Trains a small network on the handwritten digits that scikit-learn ships (1,797 images of 8 x 8 pixels), sets all moving
means to 0 and variances to 1, calibrates it with `bnfold calibrate` on the training images, and folds it. Ends with
status 1 unless the accuracy on images that were never trained on comes back, and stays when folded.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
from sklearn.datasets import load_digits

TRAINED = 1400
# What of the accuracy may be missing afterwards: two of the 397 test images.
LOSS = 0.0051


def digits() -> tuple[np.ndarray, np.ndarray]:
    """All images, with values from 0 to 1, and what they show, in an order that is always the same."""
    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    return (data.images[order, :, :, None] / 16).astype("float32"), data.target[order]


def network() -> keras.Model:
    """Three convolutions and a dense layer, each with a batch normalization."""
    layers = [keras.Input((8, 8, 1), name="image")]
    for index, filters in enumerate((16, 32, 32)):
        layers += [
            keras.layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv{index}"),
            keras.layers.BatchNormalization(name=f"conv{index}_bn"),
            keras.layers.ReLU(name=f"conv{index}_relu"),
        ]
    layers += [
        keras.layers.GlobalAveragePooling2D(name="pool"),
        keras.layers.Dense(32, use_bias=False, name="dense"),
        keras.layers.BatchNormalization(name="dense_bn"),
        keras.layers.ReLU(name="dense_relu"),
        keras.layers.Dense(10, name="logits"),
    ]
    return keras.Sequential(layers, name="digits")


def train(images: np.ndarray, labels: np.ndarray) -> keras.Model:
    keras.utils.set_random_seed(0)
    model = network()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(images, labels, batch_size=32, epochs=15, verbose=0)
    return model


def ruin(model: keras.Model) -> None:
    """What a careless average of weights, or a framework that forgot to save them, leaves behind."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(np.zeros(layer.moving_mean.shape))
            layer.moving_variance.assign(np.ones(layer.moving_variance.shape))


def accuracy(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(np.argmax(model.predict(images, verbose=0), axis=1) == labels))


def bnfold(binary: Path, *arguments: str) -> None:
    """Run bnfold and show what it says."""
    print(f"\n$ bnfold {' '.join(arguments)}")
    sys.stdout.flush()
    subprocess.run([str(binary), *arguments], check=True)


def demonstrate(binary: Path, folder: Path) -> dict[str, float]:
    """Every step, with the accuracy after it."""
    images, labels = digits()
    model = train(images[:TRAINED], labels[:TRAINED])
    test = images[TRAINED:], labels[TRAINED:]
    found = {"trained": accuracy(model, *test)}
    ruin(model)
    found["ruined"] = accuracy(model, *test)
    model.save(folder / "digits.keras")
    np.save(folder / "images.npy", images[:TRAINED])
    os.chdir(folder)
    bnfold(binary, "calibrate", "digits.keras", "--data", "images.npy", "-o", "calibrated.keras", "--force")
    found["calibrated"] = accuracy(keras.models.load_model("calibrated.keras"), *test)
    bnfold(binary, "fold", "calibrated.keras", "-o", "folded.keras", "--force")
    found["folded"] = accuracy(keras.models.load_model("folded.keras"), *test)
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, default=Path("bnfold"), help="the binary")
    parser.add_argument("--folder", type=Path, help="where the files go; a temporary folder if absent")
    options = parser.parse_args(arguments)
    binary = options.bnfold.resolve() if options.bnfold.exists() else options.bnfold
    with TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = demonstrate(binary, folder)
    print("\nAccuracy on 397 images that were not trained on:")
    for step, value in found.items():
        print(f"  {step:12}{value:6.1%}")
    is_back = found["calibrated"] >= found["trained"] - LOSS and found["ruined"] < found["trained"] - 0.2
    return 0 if is_back and found["folded"] == found["calibrated"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
