"""Where results come from: code, platform, libraries."""

from __future__ import annotations

import hashlib
import importlib
import platform
import subprocess
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from simulator.version import __version__

_LIBRARIES: Final = ("mesa", "numba", "numpy", "scipy", "pandas", "pyarrow")
_CODE: Final = {".py", ".yaml", ".csv", ".json"}


@lru_cache(maxsize=1)
def code_digest() -> str:
    """sha256 of the simulator's code and data, independent of where it is installed."""
    root = Path(__file__).resolve().parent
    return files_digest(
        root, (path for path in root.rglob("*") if path.relative_to(root).parts[0] != "_scenarios")
    )


def files_digest(root: Path, paths: Iterable[Path]) -> str:
    """sha256 of names and contents of the files of code and data among `paths`, under `root`."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.relative_to(root).as_posix()):
        if path.suffix in _CODE:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def commit() -> str | None:
    """The commit of a checkout that this code lies in, `-dirty` where files differ from it.

    None where the code is installed, or git does not tell.
    """
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40",
               "--exclude=*"]  # fmt: skip
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None


def cpu_features() -> list[str]:
    """Instruction sets that NumPy uses here: byte identity is promised for one such level."""
    try:
        core = importlib.import_module("numpy._core._multiarray_umath")
    except ImportError:
        return []
    features: dict[str, bool] = getattr(core, "__cpu_features__", {})
    return sorted(name for name, used in features.items() if used)


def environment() -> dict[str, Any]:
    """Version, code hash, platform and libraries, for a manifest."""
    return {
        "version": __version__,
        "code_sha256": code_digest(),
        "python": platform.python_version(),
        "platform": {
            "system": platform.system(),
            "machine": platform.machine(),
            "byte_order": sys.byteorder,
            "cpu_features": cpu_features(),
        },
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
    }
