"""Where the binary is that the package brings."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path


def find_bnfold_bin() -> str:
    """The path of the `bnfold` binary of this package.

    BNFOLD_BINARY names another one. Throws FileNotFoundError if there is none.
    """
    other = os.environ.get("BNFOLD_BINARY")
    places = [other] if other else [str(folder / "bnfold") for folder in _folders()]
    for place in places:
        if os.path.isfile(place) and os.access(place, os.X_OK):
            # A name without a slash would be searched for elsewhere.
            return os.path.abspath(place)
    raise FileNotFoundError(f"no bnfold binary in {', '.join(dict.fromkeys(places))}")


def _folders() -> Iterator[Path]:
    """Where installers put scripts: beside this module first, so that module and binary belong together."""
    here = Path(__file__).resolve().parent
    # pip install --target FOLDER
    yield here.parent / "bin"
    # Environments, pip install --user and --prefix: PREFIX/lib/python3.X/site-packages/bnfold
    yield from (folder / "bin" for folder in list(here.parents)[3:4])
    yield Path(sysconfig.get_path("scripts"))
    yield Path(sysconfig.get_path("scripts", "posix_user"))
