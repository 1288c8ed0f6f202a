"""What a caller relies on beside the reports themselves."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from unittest import mock

from support import BLOCK, FIXTURES, FolderTest, children, launched_by

import bnfold
from bnfold.reports import FoldReport


class Behavior(FolderTest):
    """Names, threads, interrupts and reports of other versions."""

    def test_names_that_begin_with_a_hyphen(self) -> None:
        shutil.copy(BLOCK, "-json")
        shutil.copy(BLOCK, "--in-place=.h5")
        self.assertEqual(bnfold.fold("--in-place=.h5", output="-o.h5").outputs[0].path, "-o.h5")
        self.assertTrue(bnfold.verify("-json", "-o.h5").check.passed)
        with self.assertRaisesRegex(bnfold.UsageError, "--force"):
            bnfold.fold("--in-place=.h5", dry_run=True, skip=["--force"])

    def test_names_of_all_languages_in_any_locale(self) -> None:
        shutil.copy(BLOCK, "модель 模型 é.h5")
        with mock.patch.dict(os.environ, LC_ALL="C", LANG="C", PYTHONUTF8="0"):
            self.assertEqual(bnfold.inspect("модель 模型 é.h5").inputs[0].path, "модель 模型 é.h5")

    def test_threads(self) -> None:
        found: list[FoldReport] = []
        threads = [
            threading.Thread(target=lambda n=n: found.append(bnfold.fold(BLOCK, output=f"{n}.h5", seed=n)))
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(report.seed or 0 for report in found), list(range(8)))
        self.assertEqual(len({report.outputs[0].sha256 for report in found}), 1)

    def test_what_the_callback_throws_ends_the_command(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            bnfold.fold(BLOCK, output="folded.h5", progress=lambda _: 1 // 0)
        self.assertEqual((os.listdir(), children()), ([], []))

    def test_an_interrupt_while_the_command_starts_ends_it(self) -> None:
        class Interrupted(subprocess.Popen):  # type: ignore[type-arg]
            def __init__(self, *arguments: Any, **options: Any) -> None:
                super().__init__(*arguments, **options)
                raise KeyboardInterrupt

        with mock.patch("subprocess.Popen", Interrupted), self.assertRaises(KeyboardInterrupt):
            bnfold.fold(BLOCK, output="folded.h5")
        self.assertEqual((os.listdir(), children()), ([], []))

    def test_one_path_is_one_model(self) -> None:
        for path in (BLOCK, str(BLOCK)):
            self.assertEqual(bnfold.inspect_several(path).models.all, 1)

    def test_a_binary_by_its_name_alone(self) -> None:
        Path("mine").symlink_to(bnfold.find_bnfold_bin())
        with mock.patch.dict(os.environ, {"BNFOLD_BINARY": "mine"}):
            self.assertEqual(bnfold.inspect(BLOCK).exit_code, 0)

    def test_an_interrupt_of_python_ends_the_command(self) -> None:
        program = f"import bnfold\nbnfold.fold({str(BLOCK)!r}, output='folded.h5')"
        # As a notebook does it: the signal is for Python alone, and not for what it has started.
        with launched_by('echo $$ >pid; trap "echo ended >ended; exit 143" TERM; sleep 60 & wait'):
            python = subprocess.Popen(
                [sys.executable, "-c", program], stderr=subprocess.PIPE, start_new_session=True
            )
            while python.poll() is None and (not Path("pid").exists() or not Path("pid").read_text()):
                time.sleep(0.02)
            os.kill(python.pid, signal.SIGINT)
            errors = python.communicate(timeout=30)[1].decode()
            os.killpg(python.pid, signal.SIGKILL)
        self.assertIn("KeyboardInterrupt", errors)
        self.assertEqual(Path("ended").read_text(), "ended\n")

    def test_members_of_a_newer_version_are_kept_aside(self) -> None:
        done = bnfold.fold(BLOCK, output="folded.h5")
        newer = {**done.document, "later": [1], "version": "0.9.0"}
        newer["check"] = {**newer["check"], "later": None}
        with launched_by(f"cat <<'EOF'\n{json.dumps(newer)}\nEOF"):
            report = bnfold.fold(BLOCK)
        self.assertEqual((report.version, report.check, report.document["later"]), ("0.9.0", done.check, [1]))

    def test_a_report_that_lacks_something_is_an_error(self) -> None:
        done = dict(bnfold.fold(BLOCK, output="folded.h5").document)
        del done["counts"]
        with launched_by(f"cat <<'EOF'\n{json.dumps(done)}\nEOF"):
            with self.assertRaisesRegex(bnfold.BnfoldError, "FoldReport has no counts"):
                bnfold.fold(BLOCK)

    def test_progress(self) -> None:
        told: list[bnfold.Progress] = []
        bnfold.fold(BLOCK, output="folded.h5", progress=told.append)
        self.assertEqual([progress.activity for progress in told], ["folding", "checking"])

    def test_much_on_standard_error_and_output_is_no_deadlock(self) -> None:
        script = "yes error | head -c 3000000 >&2; yes output | head -c 3000000; exit 74"
        with launched_by(script), self.assertRaises(bnfold.InputOutputError) as caught:
            bnfold.fold(BLOCK)
        self.assertEqual(str(caught.exception).count("error"), 500_000)

    def test_difference_is_an_answer(self) -> None:
        report = bnfold.diff(BLOCK, FIXTURES / "keras3" / "dense.h5")
        self.assertFalse(report.equal)
        self.assertTrue(report.differences)
        with self.assertRaises(bnfold.CheckFailed):
            bnfold.diff(BLOCK, FIXTURES / "keras3" / "dense.h5", check=True)

    def test_certificates(self) -> None:
        bnfold.fold(BLOCK, output="folded.h5", certificate="certificate.json")
        self.assertTrue(bnfold.verify_certificate("certificate.json").check)
        shutil.copy(FIXTURES / "keras3" / "dense.h5", "folded.h5")
        report = bnfold.verify_certificate("certificate.json", check=False)
        self.assertEqual((report.outcome, report.check), ("failed", None))

    def test_importing_needs_no_numpy(self) -> None:
        program = "import sys, bnfold, bnfold.keras; sys.exit(bool({'numpy', 'keras'} & set(sys.modules)))"
        self.assertEqual(subprocess.run([sys.executable, "-c", program], check=False).returncode, 0)

    def test_the_module_is_the_command(self) -> None:
        def printed(*command: str) -> str:
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        self.assertEqual(
            printed(sys.executable, "-m", "bnfold", "--help"), printed(bnfold.find_bnfold_bin(), "--help")
        )
        missing = subprocess.run(
            [sys.executable, "-m", "bnfold", "fold", "missing.h5"], capture_output=True, check=False
        )
        self.assertEqual(missing.returncode, 66)
