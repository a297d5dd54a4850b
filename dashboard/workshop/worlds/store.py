"""Files of worlds: FOLDER/CODE/KEY/WORLD.state and .reading, for each room and each key.

A key says all that a world depends on, so that a file is right or not there: never of another
scenario, never half written, never damaged without being noticed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

Kind = Literal["state", "reading", "record"]
MOST_BYTES: Final = 2 * 10**9  # of a room; states go, the least needed first
LEFT_FREE: Final = 10**9  # bytes of the disk below which no state is written
_SEAL: Final = 16  # bytes of a digest before the content
_CODE: Final = re.compile(r"[A-Za-z0-9]{1,20}")


def room_folder(folder: Path, code: str) -> Path:
    """Where a room keeps its worlds; ValueError for what is no code."""
    if _CODE.fullmatch(code) is None:
        raise ValueError(f"{code!r} is no code of a room")
    return folder / code


def world_file(room: Path, key: str, world: int, kind: Kind) -> Path:
    """Where something of a world is kept."""
    return room / key / f"{world}.{kind}"


def write(path: Path, content: bytes) -> None:
    """Keep a content under a name, with what `read` knows it by."""
    path.parent.mkdir(exist_ok=True)
    place(path, _seal(content), content)


def has_space(room: Path) -> bool:
    """Whether a state may be kept: what is not is played again, but the journal needs its room."""
    return shutil.disk_usage(room).free >= LEFT_FREE


def place(path: Path, *parts: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("wb") as file:
            file.writelines(parts)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def read(path: Path) -> bytes | None:
    """What is kept, None where it is not there; what is damaged is removed."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if _seal(content[_SEAL:]) == content[:_SEAL]:
        return content[_SEAL:]
    with contextlib.suppress(OSError):
        path.unlink()
    return None


def _seal(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SEAL).digest()


def sweep(room: Path, need: Callable[[str], int], most: int = MOST_BYTES) -> None:
    """Remove states until the room holds no more than `most` bytes.

    need: key → how much its states are needed; the least needed go first, then the oldest.
    """
    found = []
    for path in room.glob("*/*.state"):
        with contextlib.suppress(OSError):
            about = path.stat()
            found.append((need(path.parent.name), about.st_mtime, about.st_size, path))
    total = sum(size for _, _, size, _ in found)
    for _, _, size, path in sorted(found):
        if total <= most:
            return
        path.unlink(missing_ok=True)
        total -= size


def codes(folder: Path) -> list[str]:
    """Codes of the rooms of which there is something."""
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _CODE.fullmatch(path.name))


def forget(room: Path) -> None:
    """Remove all that a room kept."""
    shutil.rmtree(room, ignore_errors=True)
