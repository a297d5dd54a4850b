"""What must be the same everywhere for results to have the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from simulator import provenance

_SHOWN: Final = 12  # characters of a hash
SHAPING: Final = (
    "design/*.py", "plan/*.py", "execution/perform.py", "execution/rounds.py", "execution/unit.py",
    "execution/worlds.py", "store/parcel.py", "store/parts.py",
)  # fmt: skip


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
            **{name: libraries[name] for name in ("numpy", "numba", "scipy", "pyarrow")},
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
    return {**provenance.environment(), "experiments_sha256": experiments_digest()}


@lru_cache(maxsize=1)
def experiments_digest() -> str:
    """sha256 of the code here that shapes tables: designs, units, and what is kept of them."""
    root = Path(__file__).resolve().parents[1]
    return provenance.files_digest(root, (file for name in SHAPING for file in root.glob(name)))


def _told(name: str, there: str, here: str) -> str:
    if name != "processor":
        return f"{name} {there} (here {here})"
    both = set(there.split()) ^ set(here.split())
    return f"another processor ({' '.join(sorted(both))} on one side only)"


@lru_cache(maxsize=1)
def sameness() -> Sameness:
    """That of this process."""
    return Sameness.of(surroundings())
