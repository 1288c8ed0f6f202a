"""Measures `bnfold calibrate` beside the same batches through Keras in training mode.

    python Benchmarks/calibration.py --bnfold PATH [--samples N] [--rounds N]

ResNet50 of keras.applications at 224 x 224, batches of 32 float32 images. Keras loads the model and runs the batches with
`training=True` in a compiled function, which updates the moving statistics; nothing is trained. Both are whole processes, from
the command to the written file, in turns.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import Job, machine, table, take_turns

SAVE = """
import sys, keras, numpy
keras.utils.set_random_seed(0)
keras.applications.ResNet50(weights=None).save(sys.argv[1])
numpy.save(sys.argv[2], numpy.random.default_rng(0).standard_normal((int(sys.argv[3]), 224, 224, 3), dtype="float32"))
"""

KERAS = """
import sys, keras, numpy, tensorflow
model = keras.models.load_model(sys.argv[1], compile=False)
images = numpy.load(sys.argv[2], mmap_mode="r")
step = tensorflow.function(lambda batch: model(batch, training=True), reduce_retracing=True)
for start in range(0, len(images), 32):
    step(tensorflow.constant(images[start:start + 32]))
model.save(sys.argv[3])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnfold", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        model, images, output = (str(Path(folder) / name) for name in ("model.h5", "images.npy", "output.h5"))
        subprocess.run(
            [sys.executable, "-c", SAVE, model, images, str(options.samples)], check=True, capture_output=True
        )
        calibrate = [str(options.bnfold), "calibrate", model, "--data", images, "-o", output, "--no-shuffle"]
        jobs = [
            Job("Keras, training=True", [sys.executable, "-c", KERAS, model, images, output], Path(output)),
            Job("bnfold, pooled", calibrate, Path(output)),
            Job("bnfold, ema", [*calibrate, "--method", "ema"], Path(output)),
        ]
        take_turns(jobs, options.rounds)
    print(f"{machine()}; ResNet50, {options.samples} images in batches of 32, medians of {options.rounds}")
    table(jobs, jobs[0])


if __name__ == "__main__":
    main()
