"""One process at a time writes in a folder; the system ends the lock with the process."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from simulator.problems import InputError


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file; InputError where another process holds it."""
    with path.open("a+b") as file:
        try:
            _lock(file)
        except OSError as error:
            raise InputError.single(
                "out", f"{path.parent} is being written by another process",
                "wait for it, end it, or name another folder",
            ) from error  # fmt: skip
        yield


if sys.platform == "win32":

    def _lock(file: IO[bytes]) -> None:
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:

    def _lock(file: IO[bytes]) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
