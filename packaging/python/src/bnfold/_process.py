"""The binary as a child process."""

from __future__ import annotations

import fcntl
import os
import selectors
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Optional

from .binary import find_bnfold_bin
from .progress import OnProgress, ProgressReader

PROGRESS_VARIABLE = "BNFOLD_PROGRESS_FD"
SECONDS_TO_CLEAN_UP = 10
FIRST_AFTER_STREAMS = 3


@dataclass(frozen=True)
class Answer:
    """What a process printed, and how it ended."""

    exit_code: int
    output: bytes
    errors: str


def call(arguments: Sequence[str], progress: Optional[OnProgress]) -> Answer:
    """Run the binary. Whatever interrupts this, such as Ctrl-C or the callback, ends the process."""
    output, errors = bytearray(), bytearray()
    environment = {name: value for name, value in os.environ.items() if name != PROGRESS_VARIABLE}
    with ExitStack() as stack:
        readers: dict[int, Callable[[bytes], object]] = {}
        inherited: tuple[int, ...] = ()
        if progress:
            reading, writing = os.pipe()
            stack.callback(os.close, reading)
            # The first three are standard streams to the binary, also where this process was started without them.
            if writing < FIRST_AFTER_STREAMS:
                low, writing = writing, fcntl.fcntl(writing, fcntl.F_DUPFD_CLOEXEC, FIRST_AFTER_STREAMS)
                os.close(low)
            readers[reading] = ProgressReader(progress).take
            environment[PROGRESS_VARIABLE] = str(writing)
            inherited = (writing,)
        # It is ended also where an interrupt comes while it starts: then there is a process, and nothing has been returned.
        process: subprocess.Popen[bytes] = subprocess.Popen.__new__(subprocess.Popen)
        stack.callback(_end, process)
        try:
            process.__init__(  # type: ignore[misc]
                [find_bnfold_bin(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                pass_fds=inherited,
            )
        finally:
            for descriptor in inherited:
                os.close(descriptor)
        stack.enter_context(process)
        # Unwound before the process's own exit, which waits for its end without a limit.
        stack.callback(_end, process)
        assert process.stdout and process.stderr
        readers[process.stdout.fileno()] = output.extend
        readers[process.stderr.fileno()] = errors.extend
        _read(readers)
        process.wait()
    return Answer(process.returncode, bytes(output), errors.decode("utf-8", "replace"))


def _read(readers: dict[int, Callable[[bytes], object]]) -> None:
    """Hand over what comes, until all ends are closed."""
    with selectors.DefaultSelector() as selector:
        for descriptor in readers:
            selector.register(descriptor, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                read = os.read(key.fd, 1 << 16)
                if read:
                    readers[key.fd](read)
                else:
                    selector.unregister(key.fd)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started and still runs, and give it the time to remove what is half-made."""
    if getattr(process, "pid", None) is None or process.poll() is not None:
        return
    process.terminate()
    # What has happened matters to the caller, and not that the process takes its time.
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_CLEAN_UP)
    finally:
        process.kill()
        process.wait()
