"""What must be the same everywhere for results to have the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from simulator import provenance

_SHOWN: Final = 12  # characters of a hash


@dataclass(frozen=True)
class Sameness:
    """Pairs (what, which) that results depend on."""

    facts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Sameness:
        """From a manifest, or from `simulator.provenance.environment`."""
        platform, libraries = manifest["platform"], manifest["libraries"]
        facts = {
            "penser-demain": manifest["version"],
            "code": manifest["code_sha256"][:_SHOWN],
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


def _told(name: str, there: str, here: str) -> str:
    if name != "processor":
        return f"{name} {there} (here {here})"
    both = set(there.split()) ^ set(here.split())
    return f"another processor ({' '.join(sorted(both))} on one side only)"


@lru_cache(maxsize=1)
def sameness() -> Sameness:
    """That of this process."""
    return Sameness.of(provenance.environment())
