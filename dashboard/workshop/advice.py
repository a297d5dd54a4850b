"""What `--check` measured of a machine, kept in the store: what the form of a room proposes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from dashboard.workshop.worlds.store import place
from simulator.strict_model import StrictModel

FILE: Final = "readiness.json"


class Advice(StrictModel):
    """How a room is best played on this machine; as it stands, where nothing was measured."""

    population: Literal["workshop", "demo"] = "workshop"
    worlds: Annotated[int, Field(ge=2, le=100, strict=True)] = 20


def keep(advice: Advice, store: Path) -> None:
    """Keep an advice in a store, which is made where it is not there. Raises OSError."""
    store.mkdir(parents=True, exist_ok=True)
    place(store / FILE, advice.model_dump_json().encode())


def advice_in(store: Path | None) -> Advice:
    """What was measured for a store; the usual where it was not, or cannot be read."""
    if store is None:
        return Advice()
    try:
        return Advice.model_validate_json((store / FILE).read_bytes())
    except (OSError, ValidationError):
        return Advice()
