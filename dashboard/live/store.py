"""Scenarios and finished runs that outlive the server, by the digest of what they hold.

FOLDER/scenarios/DIGEST.yaml   a text as it was shared; never changed, never removed
FOLDER/runs/essai-KEY/         a results folder; the least used go when there are too many
FOLDER/worlds/KEY-…/           worlds of a run that is being played; gone once it is over
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.live.request import KEY_LENGTH
from simulator.problems import InputError
from simulator.results_folder import MANIFEST

if TYPE_CHECKING:
    from simulator.results import Results

LARGEST_TEXT: Final = 256 * 1024  # bytes
MOST_TEXTS: Final = 5_000
MOST_RUNS: Final = 200
LEFT_BEHIND: Final = 86_400.0  # seconds without a new world after which nobody plays a run
PREFIX: Final = "essai-"
_DIGEST: Final = re.compile(rf"[0-9a-f]{{{KEY_LENGTH}}}")


class StoreFull(Exception):
    """No further scenario can be kept; links that hold the scenario itself still work."""


def is_digest(name: str) -> bool:
    """Whether a name has the form of a digest; nothing else ever becomes a path."""
    return _DIGEST.fullmatch(name) is not None


def text_digest(text: str) -> str:
    """The digest that a text is kept under."""
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


class Store:
    """A folder of scenarios and runs; made when something is first kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    # -- scenarios ----------------------------------------------------------------------

    def keep_text(self, text: str) -> str:
        """Keep the text of a scenario and return its digest.

        Raises InputError where it is too large, StoreFull where no more are taken, OSError where
        the disk refuses.
        """
        content = text.encode()
        if len(content) > LARGEST_TEXT:
            raise InputError.single("text", "is larger than 256 kB", "shorten it")
        digest = text_digest(text)
        path = self._text_path(digest)
        with self._lock:
            if path.exists():
                return digest
            path.parent.mkdir(parents=True, exist_ok=True)
            if sum(1 for _ in path.parent.glob("*.yaml")) >= MOST_TEXTS:
                raise StoreFull
            beside = path.with_name(f".{digest}.{secrets.token_hex(4)}")
            try:
                beside.write_bytes(content)
                os.replace(beside, path)
            finally:
                beside.unlink(missing_ok=True)
        return digest

    def text(self, digest: str) -> str | None:
        """The text kept under a digest, None where there is none."""
        if not is_digest(digest):
            return None
        try:
            return self._text_path(digest).read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None

    def _text_path(self, digest: str) -> Path:
        return self.folder / "scenarios" / f"{digest}.yaml"

    # -- runs ---------------------------------------------------------------------------

    def keep_run(self, key: str, write: Callable[[Path], object]) -> Results:
        """Let a finished run be written, whole or not at all, and open it from its folder."""
        from simulator.results import Results as Opened

        self._make_room()
        write(self._run_path(key))
        return Opened.load(self._run_path(key))

    def worlds_folder(self, key: str) -> Path:
        """A new folder for the worlds of a run; those that a killed server left go."""
        parent = self.folder / "worlds"
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.iterdir():
            with contextlib.suppress(OSError):
                if left.stat().st_mtime < time.time() - LEFT_BEHIND:
                    shutil.rmtree(left)
        return Path(tempfile.mkdtemp(prefix=f"{key}-", dir=parent))

    def run(self, name: str) -> Results | None:
        """The run of a results name, `essai-KEY`; None where it is not there or not whole."""
        from simulator.results import Results as Opened

        key = name.removeprefix(PREFIX)
        if not name.startswith(PREFIX) or not is_digest(key):
            return None
        path = self._run_path(key)
        try:
            found = Opened.load(path)
        except (InputError, OSError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path / MANIFEST)  # used now
        return found

    def _make_room(self) -> None:
        with self._lock:
            runs = sorted(
                (self.folder / "runs").glob(f"{PREFIX}*/{MANIFEST}"),
                key=lambda manifest: manifest.stat().st_mtime,
            )
            for manifest in runs[: max(0, len(runs) - MOST_RUNS + 1)]:
                shutil.rmtree(manifest.parent, ignore_errors=True)

    def _run_path(self, key: str) -> Path:
        return self.folder / "runs" / f"{PREFIX}{key}"
