"""Some fixtures again, in the other formats of Keras: `.keras` archives, and weights beside their architecture."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .archives import without_dates
from .building_blocks import doubling
from .kit import Kit
from .manifest import FOLDER

# One of each way in which layers stand in each other, and what a file may have beside its weights.
NAMES = (
    "compiled_adam",
    "nested_deep",
    "nested_partly_frozen",
    "nested_time_distributed_model",
    "pattern_conv_bn_bn",
    "pattern_custom_layer",
    "pattern_densenet_block",
    "pattern_mobilenet_block",
    "pattern_multi_io",
    "pattern_resnet_block",
    "rewrite_bn_gains_weights",
    "rewrite_residual_stream",
    "sequential_basic",
    "type_float16",
)


def generate_other_formats(generation: str, names: list[str]) -> None:
    """Load the named fixtures, or all that are made in other formats, and save each in every format."""
    kit = Kit.of(generation)
    doubling(kit.keras)
    for name in names or NAMES:
        kit.keras.backend.clear_session()
        path = FOLDER / generation / f"{name}.h5"
        model = kit.keras.models.load_model(path, compile=name == "compiled_adam")
        model.save(path.with_suffix(".keras"))
        without_dates(path.with_suffix(".keras"))
        model.save_weights(path.with_suffix(".weights.h5"))
        if generation == "keras2":
            model.save_weights(path.with_suffix(".names.h5"), save_format="h5")
        path.with_suffix(".json").write_text(model.to_json())
        if generation == "keras3" and name == "pattern_resnet_block":
            save_in_parts(model, path)
        print(f"{generation}/{name}")


def save_in_parts(model, path: Path) -> None:
    """Save a model as shards of 800 bytes, and as a folder."""
    model.save_weights(path.with_suffix(".shards.weights.json"), max_shard_size=800 / 1024**3)
    folder = path.with_suffix(".folder")
    with zipfile.ZipFile(path.with_suffix(".keras")) as archive:
        archive.extractall(folder)
