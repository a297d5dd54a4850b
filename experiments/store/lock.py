"""One process at a time writes in a folder; the system ends the lock with the process."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from simulator.problems import InputError


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file; InputError where another process holds it."""
    with path.open("a+b") as file:
        if not _lock(file) or not _is_there(path, file):
            raise InputError.single(
                "out", f"{path.parent} is being written by another process",
                "wait for it, end it, or name another folder",
            )  # fmt: skip
        yield


def _is_there(path: Path, file: IO[bytes]) -> bool:
    """False where the file was taken away since it was opened, by who had the lock."""
    return path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))


def is_locked(path: Path) -> bool:
    """True where a process holds the lock of a file."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return not _lock(file)


if sys.platform == "win32":

    def _lock(file: IO[bytes]) -> bool:
        import msvcrt

        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _lock(file: IO[bytes]) -> bool:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
