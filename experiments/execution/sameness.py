"""What must be the same everywhere for results to have the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from simulator import provenance

ROOT: Final = Path(__file__).resolve().parents[1]
_SHOWN: Final = 12  # characters of a hash
RUNNING: Final = ("design/*.py", "plan/*.py", "execution/*.py", "store/*.py", "runner.py")
"""Code that runs a plan and keeps what comes out."""
SHAPING_NOTHING: Final = frozenset({
    # What plans there are, and how long they take.
    "plan/__main__.py", "plan/catalogue.py", "plan/example.py", "plan/json_schema.py",
    "plan/size.py",
    # Parcels are carried, never opened.
    "execution/cluster.py", "execution/dispatch.py", "execution/processes.py",
    "execution/sameness.py", "execution/workers.py",
    # What is told of a folder, or made of it elsewhere.
    "results.py", "store/export.py", "store/identity.py", "store/lock.py", "store/sessions.py",
    "store/status.py",
})  # fmt: skip
"""Those of it that may change while a folder is filled: no byte of a table depends on them."""
LIBRARIES: Final = ("numpy", "numba", "scipy", "pandas", "pyarrow", "SALib")
"""Libraries that values, designs or files come from."""


@dataclass(frozen=True)
class Sameness:
    """Pairs (what, which) that results depend on."""

    facts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Sameness:
        """From a manifest, or from `surroundings`."""
        platform, libraries = manifest["platform"], manifest["libraries"]
        facts = {
            "penser-demain": manifest["version"],
            "code": manifest["code_sha256"][:_SHOWN],
            "code of experiments": manifest.get("experiments_sha256", "none")[:_SHOWN],
            "python": manifest["python"],
            "system": f"{platform['system']} {platform['machine']}",
            "processor": " ".join(platform["cpu_features"]),
            **{name: libraries.get(name, "none") for name in LIBRARIES},
        }
        return cls(tuple(facts.items()))

    def unlike(self, other: Sameness) -> str:
        """What the other has instead, in words; empty where both are the same."""
        here = dict(self.facts)
        return ", ".join(
            _told(name, there, here.get(name, "none"))
            for name, there in other.facts
            if here.get(name) != there
        )


def surroundings() -> dict[str, Any]:
    """Version, hashes of code, platform and libraries, for a manifest."""
    found = provenance.environment()
    libraries = {**found["libraries"], "SALib": metadata.version("SALib")}
    return {**found, "libraries": libraries, "experiments_sha256": experiments_digest()}


@lru_cache(maxsize=1)
def experiments_digest() -> str:
    """sha256 of the code here that shapes tables: designs, units, and what is kept of them."""
    return provenance.files_digest(ROOT, (ROOT / name for name in shaping()))


def shaping() -> list[str]:
    """Files under `experiments` on whose code the bytes of tables depend."""
    found = (file for name in RUNNING for file in ROOT.glob(name))
    return sorted({file.relative_to(ROOT).as_posix() for file in found} - SHAPING_NOTHING)


def _told(name: str, there: str, here: str) -> str:
    if name != "processor":
        return f"{name} {there} (here {here})"
    both = set(there.split()) ^ set(here.split())
    return f"another processor ({' '.join(sorted(both))} on one side only)"


@lru_cache(maxsize=1)
def sameness() -> Sameness:
    """That of this process."""
    return Sameness.of(surroundings())
