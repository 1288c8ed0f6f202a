"""What a command tells of its progress."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Progress:
    """What a command is doing."""

    activity: str
    """Such as `reading`, `checking` or `calibrating`."""
    done: Optional[int]
    """Samples that have been seen; None where nothing is counted."""
    total: Optional[int]
    """Samples that there are."""


OnProgress = Callable[[Progress], object]
"""Called in the thread that called the command; what it throws ends the command."""


class ProgressReader:
    """Takes the bytes that a command writes, and calls back for each line."""

    def __init__(self, callback: OnProgress) -> None:
        self._callback = callback
        self._rest = b""

    def take(self, read: bytes) -> None:
        """Take more bytes, which may end in the middle of a line."""
        *lines, self._rest = (self._rest + read).split(b"\n")
        for line in lines:
            told = json.loads(line)
            self._callback(Progress(told["activity"], told["done"], told["total"]))
