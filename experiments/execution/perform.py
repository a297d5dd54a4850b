"""Playing one unit, in whatever process it is: its parcel, or one that says how it failed."""

from __future__ import annotations

import datetime
import platform
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from experiments.execution.unit import Unit
from experiments.store import parcel


@dataclass(frozen=True)
class Played:
    """Tables of a unit by name, and a digest of who lived and died in it."""

    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    fates: str | None = None


class Work(Protocol):
    """What is done with every unit; travels to the workers."""

    @property
    def seed(self) -> int:
        """Seed of all worlds."""

    def __call__(self, unit: Unit) -> Played:
        """Play a unit."""


def perform(work: Work, unit: Unit) -> bytes:
    """The parcel of a unit; what goes wrong in it is noted there, with its traceback."""
    begun, clock = datetime.datetime.now(datetime.UTC), time.perf_counter()
    run = {
        "design_id": unit.design_id,
        "replicate": unit.replicate,
        "seed": work.seed,
        "started": begun.isoformat(timespec="seconds"),
        "host": platform.node(),
    }
    try:
        played = work(unit)
    except Exception as error:
        run |= {
            "status": parcel.FAILED,
            "error": "".join(traceback.format_exception_only(error)).strip(),
            "traceback": traceback.format_exc(),
        }
        played = Played()
    else:
        run |= {"status": parcel.DONE, "fates": played.fates}
    run["seconds"] = time.perf_counter() - clock
    return parcel.pack(run, played.tables)


def lost(work: Work, unit: Unit) -> bytes:
    """The parcel of a unit whose worker died twice, the second time with that unit alone."""
    run = {
        "design_id": unit.design_id,
        "replicate": unit.replicate,
        "seed": work.seed,
        "status": parcel.FAILED,
        "error": "its worker process died (killed, or out of memory), and again when it ran alone",
    }
    return parcel.pack(run, {})
