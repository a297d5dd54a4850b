"""One server to a store: it removes the worlds of rooms that are none of its own."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from simulator.problems import InputError

NAME: Final = ".server.sqlite"
_PATIENCE: Final = 2  # seconds: a server that was just stopped may still be ending


def claim(store: Path) -> sqlite3.Connection:
    """Hold a store until the connection is closed or the process ends, however it ends.

    Raises InputError where another server holds it, or where it cannot be written.
    """
    connection: sqlite3.Connection | None = None
    try:
        store.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            store / NAME, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        connection.execute("BEGIN EXCLUSIVE")  # never ended: it is the lock, nothing is written
    except (OSError, sqlite3.Error) as error:
        if connection is not None:
            connection.close()
        locked = "locked" in str(error)
        raise InputError.single(
            "--store",
            "another server keeps its worlds there" if locked else f"cannot be used ({error})",
            "stop it, or name another folder" if locked else "name a folder that can be written",
            file=str(store),
        ) from error
    return connection
