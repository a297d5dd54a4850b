"""Where results come from: code, platform, libraries."""

from __future__ import annotations

import hashlib
import importlib
import platform
import sys
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
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda p: p.relative_to(root).as_posix()):
        relative = path.relative_to(root)
        if path.suffix in _CODE and relative.parts[0] != "_scenarios":
            digest.update(relative.as_posix().encode() + b"\0")
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


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
