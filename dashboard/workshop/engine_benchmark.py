"""How long a room waits for a round: `python -m dashboard.workshop.engine_benchmark`.

Every role plays two cards of its hand in each of three rounds. The reference of a round is there
when it is revealed, as after the minutes in which people decide.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.workshop.engine import Engine
from dashboard.workshop.trial import ROLES, Trial, trial_settings


def main(
    roles: Annotated[int, typer.Option(min=1, max=len(ROLES), help="Roles that play.")] = 4,
    worlds: Annotated[int, typer.Option(min=2, max=100, help="Worlds side by side.")] = 20,
    population: Annotated[str, typer.Option(help="Population: workshop or demo.")] = "workshop",
) -> None:
    """Print seconds from the reveal of each round, as JSON, and the megabytes kept at the end."""
    settings = trial_settings(roles, worlds=worlds, population=population)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), lambda code: None)
        try:
            session = Trial(engine, settings)
            found: dict[str, Any] = {"roles": roles, "worlds": worlds, "population": population}
            found["warm"] = session.until(
                lambda looked: looked.progress is not None and looked.progress.done > 0
            )
            found["rounds"] = [_played(session, number) for number in range(len(settings.rounds))]
            kept = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
            found["megabytes"] = kept / 1e6
            begun = time.perf_counter()
            engine.keep(session.room)
            found["results_folder"] = time.perf_counter() - begun
        finally:
            engine.close()
    typer.echo(json.dumps(found, indent=1))


def _played(session: Trial, number: int) -> dict[str, float]:
    """Seconds from the reveal of a round to what people wait for."""
    waited = session.reveal(number)
    refined = session.until(session.shows(number, lambda outcome: outcome.refined))
    return {"first": waited.first, "all_worlds": waited.whole, "refined": waited.whole + refined}


if __name__ == "__main__":
    typer.run(main)
