"""What the tests have in common: the fixtures of the repository, and a folder for each test."""

from __future__ import annotations

import contextlib
import os
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import bnfold

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Fixtures"
BLOCK = FIXTURES / "keras3" / "pattern_resnet_block.h5"
BLOCK_INPUT = (8, 8, 3)


class FolderTest(unittest.TestCase):
    """A test in an empty folder of its own."""

    def setUp(self) -> None:
        """Go there, and leave it behind afterwards."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(folder.name)
        self.folder = Path(folder.name)


@contextlib.contextmanager
def launched_by(script: str) -> Iterator[None]:
    """Let a shell script take the binary's place; `$BNFOLD` in it is the binary."""
    with tempfile.TemporaryDirectory() as folder:
        launcher = Path(folder, "launcher")
        launcher.write_text(f"#!/bin/sh\nBNFOLD='{bnfold.find_bnfold_bin()}'\n{script}\n")
        launcher.chmod(0o755)
        with mock.patch.dict(os.environ, BNFOLD_BINARY=str(launcher)):
            yield


def children() -> list[int]:
    """The processes that this one has started, and that have not ended."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        found += [int(number) for number in (task / "children").read_text().split()]
    return found
