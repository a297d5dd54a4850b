"""Works without a model, so that failures can be made at will; at the top of a module, since they
travel to the workers."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.execution.perform import Played
from experiments.execution.unit import Unit
from experiments.store import parcel


@dataclass(frozen=True)
class Toy:
    """Outcomes that depend on the unit alone. `folder`: where each try of a unit leaves a trace."""

    folder: Path
    seed: int = 1
    raises: frozenset[int] = field(default_factory=frozenset)
    dies: frozenset[int] = field(default_factory=frozenset)
    dies_once: frozenset[int] = field(default_factory=frozenset)
    seconds: float = 0.0
    rows: int = 1

    def __call__(self, unit: Unit) -> Played:
        tries = self.folder / f"{unit.replicate}-{unit.design_id}"
        with tries.open("a") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(self.seconds)
        if unit.design_id in self.raises:
            raise ValueError(f"no world at {unit.point}")
        first = len(tries.read_text().split()) == 1
        if unit.design_id in self.dies or (first and unit.design_id in self.dies_once):
            os.kill(os.getpid(), signal.SIGKILL)
        value = hash((unit.design_id, unit.replicate)) % 1000 / 7
        table = pa.table(
            {
                "design_id": [unit.design_id] * self.rows,
                "replicate": [unit.replicate] * self.rows,
                "value": [value] * self.rows,
            }
        )
        return Played({"outcomes": table}, fates=f"{value}")

    def tries(self, design_id: int) -> int:
        """How often a design point was begun."""
        files = self.folder.glob(f"*-{design_id}")
        return sum(len(file.read_text().split()) for file in files)


def line_of(content: bytes) -> dict[str, Any]:
    """The line of `runs` in a parcel."""
    tables = parcel.unpack(content)
    assert tables is not None
    (line,) = tables["runs"].to_pylist()
    return dict(line)
