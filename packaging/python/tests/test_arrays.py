"""Arrays of numpy in and out."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from support import BLOCK, BLOCK_INPUT, FolderTest

import bnfold


def samples(count: int) -> np.ndarray:
    """Random inputs of the block."""
    return np.random.default_rng(0).normal(size=(count, *BLOCK_INPUT)).astype(np.float32)


class Arrays(FolderTest):
    """`run`, `calibrate` and `verify` with arrays, and what they leave."""

    def setUp(self) -> None:
        """Let temporary files be where the test sees them."""
        super().setUp()
        self.addCleanup(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = str(self.folder / "temporary")
        os.mkdir(tempfile.tempdir)

    def tearDown(self) -> None:
        """Temporary files are gone, whatever happened."""
        self.assertEqual(os.listdir(self.folder / "temporary"), [])

    def test_bytes_in_the_other_order(self) -> None:
        given = samples(1)
        found = bnfold.run(BLOCK, given.astype(given.dtype.newbyteorder())).output
        np.testing.assert_array_equal(found, bnfold.run(BLOCK, given).output)

    def test_one_array(self) -> None:
        bnfold.fold(BLOCK, output="folded.h5")
        given = samples(5)
        before, after = bnfold.run(BLOCK, given), bnfold.run("folded.h5", given)
        self.assertEqual(after.output.shape, after.report.arrays[0].shape)
        self.assertEqual(after.output.dtype, np.float32)
        self.assertTrue(np.abs(after.output).max() > 0.1)
        np.testing.assert_allclose(after.output, before.output, rtol=0, atol=1e-5)
        self.assertEqual(bnfold.run(BLOCK, given, dtype="float64").output.dtype, np.float64)

    def test_arrays_and_files_are_the_same(self) -> None:
        given = samples(3)
        np.save("given.npy", given)
        expected = bnfold.run(BLOCK, given).output
        for value in ("given.npy", Path("given.npy"), [given], {"input": given}, {"input": "given.npy"}):
            np.testing.assert_array_equal(bnfold.run(BLOCK, value).output, expected)
        np.testing.assert_array_equal(bnfold.run(BLOCK, np.asfortranarray(given)).output, expected)

    def test_layers_and_their_names(self) -> None:
        result = bnfold.run(BLOCK, samples(1), layers=True)
        self.assertEqual(result.outputs["conv_0"].shape[0], 1)
        with self.assertRaisesRegex(ValueError, "conv_0"):
            result.output  # noqa: B018

    def test_output_to_a_file(self) -> None:
        result = bnfold.run(BLOCK, samples(2), output="results.npy")
        self.assertEqual((dict(result.outputs), np.load("results.npy").shape[0]), ({}, 2))

    def test_what_is_not_an_array(self) -> None:
        with self.assertRaises(TypeError):
            bnfold.run(BLOCK, 3)  # type: ignore[arg-type]
        with self.assertRaises(ValueError):
            bnfold.run(BLOCK, np.array([object()]))
        with self.assertRaisesRegex(ValueError, "has an ="):
            bnfold.run(BLOCK, "a=b.npy")
        with self.assertRaisesRegex(bnfold.MalformedError, "shape"):
            bnfold.run(BLOCK, samples(1)[..., :2])

    def test_calibrate(self) -> None:
        told: list[bnfold.Progress] = []
        data = samples(300)
        report = bnfold.calibrate(BLOCK, data, output="calibrated.h5", progress=told.append)
        self.assertEqual((report.samples, report.batch_size, report.shuffled), (300, 32, True))
        counted = [progress for progress in told if progress.done is not None]
        self.assertEqual(counted[-1], bnfold.Progress("calibrating", 300, 300))
        parts = bnfold.calibrate(BLOCK, [data[:100], data[100:]], output="parts.h5", shuffle=False, batches=3)
        self.assertEqual((parts.samples, parts.shuffled), (96, False))
        named = bnfold.calibrate(BLOCK, {"input": [data[:100], data[100:]]}, output="named.h5")
        self.assertEqual(named.samples, 300)
        folded = bnfold.calibrate(BLOCK, data, output="folded.h5", fold=True)
        assert folded.counts and folded.check
        self.assertEqual((folded.counts.folded, folded.check.verdict), (3, "equal"))

    def test_verify_on_inputs(self) -> None:
        bnfold.fold(BLOCK, output="folded.h5")
        report = bnfold.verify(BLOCK, "folded.h5", input=samples(4))
        assert report.check.runs.outcome == "run"
        self.assertEqual(len(report.check.runs.outputs), 1)

    def test_a_file_needs_no_numpy(self) -> None:
        np.save("given.npy", samples(1))
        program = f"""
import sys
sys.modules["numpy"] = None
import bnfold
print(bnfold.run({str(BLOCK)!r}, "given.npy", output="results.npy").report.outcome)
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "done\n")
