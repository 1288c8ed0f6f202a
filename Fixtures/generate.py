#!/usr/bin/env python
"""Make the model files that the tests of bnfold read.

    python Fixtures/generate.py keras3 [name ...]   real Keras 3 files, in Fixtures/keras3
    python Fixtures/generate.py keras2 [name ...]   real tf_keras (Keras 2) files, in Fixtures/keras2
    python Fixtures/generate.py formats keras3 [name ...]  some of them as .keras and as weights; keras2 likewise
    python Fixtures/generate.py malformed [name ...]  damaged files, in Fixtures/malformed
    python Fixtures/generate.py training keras      batch normalization layers in training, in Fixtures/training
    python Fixtures/generate.py training pytorch    the same by PyTorch 2.15, which has to be installed for it
    python Fixtures/generate.py onnx                models of ONNX, good and hostile, in Fixtures/onnx; onnx has to be installed for it
    python Fixtures/generate.py exported [name ...]  Keras models and what tf2onnx 1.17 makes of them, in Fixtures/exported
    python Fixtures/generate.py operators           what single operators compute, by the onnx package, in Fixtures/operators
    python Fixtures/generate.py readme              the tables of Fixtures/README.md

A fixture is `<name>.h5`, written by Keras itself, and `<name>.golden.safetensors`: inputs (F32 `input_<i>`), what Keras
computes from them (F32 `output_<i>`) and what the same architecture computes in float64 from the stored weights
(F64 `output64_<i>`). What folding must do with each batch normalization is in `manifest.json`.

Everything is seeded by the fixture's name, so two runs give the same bytes.
"""

from __future__ import annotations

import sys

from generator.damage import generate_malformed
from generator.making import generate
from generator.other_formats import generate_other_formats
from generator.readme import write_readme
from generator.training import generate_training


def main(arguments: list[str]) -> None:
    match arguments:
        case [("keras3" | "keras2") as generation, *names]:
            generate(generation, names)
        case ["formats", ("keras3" | "keras2") as generation, *names]:
            generate_other_formats(generation, names)
        case ["malformed", *names]:
            generate_malformed(names)
        case ["training", ("keras" | "pytorch") as framework]:
            generate_training(framework)
        case ["onnx"]:
            # Needs a package that nothing else here needs.
            from generator.onnx_hostile import generate_hostile
            from generator.onnx_models import generate_onnx
            from generator.onnx_pairs import generate_pairs

            generate_onnx()
            generate_pairs()
            generate_hostile()
        case ["exported", *names]:
            from generator.exported_models import generate_exports

            generate_exports(names)
        case ["operators"]:
            from generator.operators import generate_operators

            generate_operators()
        case ["readme"]:
            write_readme()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
