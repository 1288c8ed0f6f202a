"""`python -m bnfold`: the command itself, in place of Python."""

from __future__ import annotations

import os
import sys

from .binary import find_bnfold_bin

if __name__ == "__main__":
    binary = find_bnfold_bin()
    os.execv(binary, [binary, *sys.argv[1:]])
