"""Each exit code that docs/command-line.md has is an exception of its own, with the report."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from pathlib import Path
from unittest import mock

from support import BLOCK, FIXTURES, ROOT, FolderTest, children, launched_by

import bnfold
from bnfold.errors import BY_EXIT_CODE
from bnfold.reports import FoldReport, VerifyReport


class ExitCodes(FolderTest):
    """What is thrown, one test for each code."""

    def check(self, error: bnfold.BnfoldError, code: int, kind: str) -> None:
        """Hold what was thrown against what the command says."""
        self.assertEqual(error.exit_code, code)
        assert error.report and error.report.error
        self.assertEqual((error.report.outcome, error.report.error.kind), ("error", kind))
        self.assertIn(error.report.error.message, str(error))
        self.assertEqual(list(self.folder.glob(".bnfold-*")), [])

    def test_0_is_a_report(self) -> None:
        report = bnfold.fold(BLOCK, output="folded.h5")
        assert report.check
        self.assertEqual((report.exit_code, report.check.verdict), (0, "equal"))

    def test_1_of_different_models(self) -> None:
        other = FIXTURES / "keras3" / "dense.h5"
        with self.assertRaises(bnfold.CheckFailed) as caught:
            bnfold.verify(BLOCK, other)
        error = caught.exception
        assert isinstance(error.report, VerifyReport)
        self.assertEqual((error.exit_code, error.report.check.passed), (1, False))
        self.assertEqual(error.objections, error.report.objections)
        report = bnfold.verify(BLOCK, other, check=False)
        self.assertEqual((report.outcome, report.check), ("failed", error.report.check))

    def test_1_of_a_gate(self) -> None:
        with self.assertRaises(bnfold.CheckFailed) as caught:
            bnfold.fold(BLOCK, output="folded.h5", max_difference=0)
        assert isinstance(caught.exception.report, FoldReport)
        self.assertIn("is off by", str(caught.exception))
        self.assertEqual(os.listdir(), [])

    def test_64_of_wrong_usage(self) -> None:
        with self.assertRaises(bnfold.UsageError) as caught:
            bnfold.fold(BLOCK, rules="unknown")
        self.check(caught.exception, 64, "arguments")
        with self.assertRaises(bnfold.UsageError) as caught:
            bnfold.fold(BLOCK, output="folded.onnx")
        self.check(caught.exception, 64, "usage")

    def test_65_of_what_is_not_a_model(self) -> None:
        with self.assertRaises(bnfold.MalformedError) as caught:
            bnfold.fold(FIXTURES / "foreign" / "model.tflite", output="folded.h5")
        self.check(caught.exception, 65, "malformed")

    def test_65_of_a_limit(self) -> None:
        with self.assertRaises(bnfold.MalformedError) as caught:
            bnfold.fold(BLOCK, dry_run=True, limits={"json_values": 1})
        self.check(caught.exception, 65, "malformed")

    def test_66_of_a_missing_file(self) -> None:
        with self.assertRaises(bnfold.NoInputError) as caught:
            bnfold.fold("missing.h5")
        self.check(caught.exception, 66, "no-input")

    def test_70_of_a_fault(self) -> None:
        # Nothing makes bnfold say so, as long as it is right: a script says it in its place.
        report = {"schema": 1, "command": "fold", "version": "0.1.0", "outcome": "error", "exit_code": 70}
        report |= {"objections": [], "inputs": [], "outputs": [], "findings": [], "notes": [], "seconds": 0}
        error = {"kind": "software", "message": "what was written does not read back", "advice": None}
        document = json.dumps({**report, "seed": None, "error": error})
        with (
            launched_by(f"cat <<'EOF'\n{document}\nEOF\nexit 70"),
            self.assertRaises(bnfold.SoftwareError) as caught,
        ):
            bnfold.fold(BLOCK)
        self.check(caught.exception, 70, "software")

    def test_71_of_a_refused_process(self) -> None:
        with (
            launched_by('ulimit -n 6; exec "$BNFOLD" "$@"'),
            self.assertRaises(bnfold.SystemRefusedError) as caught,
        ):
            bnfold.fold(BLOCK, dry_run=True)
        self.check(caught.exception, 71, "system")

    def test_73_of_an_output_that_exists(self) -> None:
        Path("folded.h5").touch()
        with self.assertRaises(bnfold.CannotCreateError) as caught:
            bnfold.fold(BLOCK, output="folded.h5")
        self.check(caught.exception, 73, "cannot-create")

    def test_74_of_a_full_disk(self) -> None:
        with (
            launched_by('ulimit -f 8; exec "$BNFOLD" "$@"'),
            self.assertRaises(bnfold.InputOutputError) as caught,
        ):
            bnfold.fold(BLOCK, output="folded.h5")
        self.check(caught.exception, 74, "input-output")

    def test_74_of_a_report_beside_the_answer(self) -> None:
        # The answer is printed first, and says 0.
        for check in (True, False):
            with (
                self.subTest(check=check),
                launched_by('ulimit -f 1; exec "$BNFOLD" "$@"'),
                self.assertRaises(bnfold.InputOutputError) as caught,
            ):
                bnfold.fold(BLOCK, dry_run=True, report={"html": "report.html"}, check=check)
            self.assertEqual(caught.exception.exit_code, 74)

    def test_130_and_143_of_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), self.assertRaises(bnfold.Interrupted) as caught:
                bnfold.fold(
                    BLOCK,
                    output="folded.h5",
                    progress=lambda _, number=number: os.kill(children()[0], number),
                )
            self.assertIn(caught.exception.exit_code, (128 + number, -number))
            self.assertEqual(os.listdir(), [])

    def test_another_signal_has_no_report(self) -> None:
        with launched_by("kill -9 $$"), self.assertRaises(bnfold.BnfoldError) as caught:
            bnfold.fold(BLOCK)
        self.assertEqual((caught.exception.exit_code, caught.exception.report), (-9, None))

    def test_an_error_without_a_report_has_the_words_of_the_command(self) -> None:
        script = "echo 'bnfold: the system refused to give the command line' >&2; exit 71"
        with launched_by(script), self.assertRaises(bnfold.SystemRefusedError) as caught:
            bnfold.fold(BLOCK)
        self.assertEqual(caught.exception.report, None)
        self.assertEqual(str(caught.exception), "the system refused to give the command line")

    def test_every_documented_code_has_a_class(self) -> None:
        page = (ROOT / "docs" / "command-line.md").read_text()
        table = page.partition("## Exit codes")[2].partition("\n\n##")[0]
        codes = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.M) for code in row.split(",")}
        self.assertEqual(codes, {0} | {code for code in BY_EXIT_CODE if code > 0})

    def test_no_binary(self) -> None:
        with (
            mock.patch.dict(os.environ, BNFOLD_BINARY="no/such/binary"),
            self.assertRaises(FileNotFoundError),
        ):
            bnfold.fold(BLOCK)

    def test_several(self) -> None:
        shutil.copy(BLOCK, "block.h5")
        models = ["block.h5", FIXTURES / "foreign" / "model.tflite", "missing.h5"]
        with self.assertRaises(bnfold.NoInputError) as caught:
            bnfold.fold_several(models, dry_run=True)
        self.assertEqual([report.exit_code for report in caught.exception.reports], [0, 65, 66])
        several = bnfold.fold_several(models, dry_run=True, check=False)
        self.assertEqual((several.exit_code, several.models.done, several.models.errors), (66, 1, 2))
        self.assertEqual([report.counts.folded for report in several], [3])
        with self.assertRaises(bnfold.UsageError):
            bnfold.fold_several(models, rules="unknown", check=False)
        with self.assertRaises(ValueError):
            bnfold.fold("*.h5", dry_run=True)
        self.assertEqual(bnfold.lint_several(["*.h5"]).models.all, 1)
