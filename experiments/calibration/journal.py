"""Simulating the worlds of a stage so that what is done stays done, whatever happens.

Each world's facts are one line of `STAGE.jsonl`, handed to the system as soon as it ends. When all
are there, `STAGE.csv` takes its place, sorted: its bytes do not depend on the number of processes,
nor on how often the stage was interrupted.
"""

from __future__ import annotations

import csv
import io
import json
import math
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.manifest import write_text
from experiments.calibration.problem import Problem
from simulator import pool
from simulator.problems import InputError

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class World:
    """One world to simulate: its number in the stage, its point, its replicate."""

    number: int
    point: tuple[float, ...]
    replicate: int


@dataclass(frozen=True)
class Simulated:
    """Facts of the worlds of a stage, (worlds, facts); a world that failed has none.

    `errors`: last line of what went wrong, by number of the world.
    """

    facts: tuple[str, ...]
    values: Floats
    errors: dict[int, str]

    def column(self, fact: str) -> Floats:
        """(worlds,) values of one fact."""
        return np.asarray(self.values[:, self.facts.index(fact)])


def simulate(
    folder: Path,
    stage: str,
    problem: Problem,
    worlds: Sequence[World],
    workers: int | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """The worlds of a stage: read where they are done, simulated where they are not."""
    facts = (*(target.id for target in problem.targets), *problem.watched)
    whole, journal = folder / f"{stage}.csv", folder / f"{stage}.jsonl"
    if not whole.is_file():
        done = _journal_lines(journal)
        waiting = [world for world in worlds if world.number not in done]
        before = len(worlds) - len(waiting)
        with journal.open("a", encoding="utf-8") as stream:

            def keep(world: World, found: dict[str, Any]) -> None:
                stream.write(json.dumps({"world": world.number, **found}) + "\n")
                stream.flush()

            if waiting:
                pool.map_units(
                    _world,
                    waiting,
                    shared=(problem,),
                    workers=workers,
                    name=lambda world: f"{stage}, world {world.number}",
                    progress=progress and (lambda n, _: progress(before + n, len(worlds))),
                    found=keep,
                )
        lines = _journal_lines(journal)
        write_text(whole, _table(facts, [lines[world.number] for world in worlds]))
        journal.unlink()
    return _read(whole, facts)


def _world(world: World, problem: Problem) -> dict[str, Any]:
    """Facts of one world, or why it failed: one impossible world must not lose the others."""
    try:
        found = problem.evaluate(np.array(world.point), world.replicate)
    except InputError:
        raise
    except Exception:
        return {"error": traceback.format_exc().strip().splitlines()[-1]}
    return {"facts": {k: v if math.isfinite(v) else None for k, v in found.items()}}


def _journal_lines(journal: Path) -> dict[int, dict[str, Any]]:
    """Worlds that are done; a line that was cut off is as if it were not there."""
    if not journal.is_file():
        return {}
    done = {}
    whole = []
    for line in journal.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        done[int(entry["world"])] = entry
        whole.append(line)
    write_text(journal, "".join(f"{line}\n" for line in whole))
    return done


def _table(facts: Sequence[str], lines: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["world", *facts, "error"])
    for line in lines:
        found = line.get("facts", {})
        values = [found.get(fact) for fact in facts]
        cells = ["" if value is None else repr(float(value)) for value in values]
        writer.writerow([line["world"], *cells, line.get("error", "")])
    return text.getvalue()


def _read(path: Path, facts: tuple[str, ...]) -> Simulated:
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))[1:]
    values = [[float(cell) if cell else np.nan for cell in line[1:-1]] for line in lines]
    errors = {int(line[0]): line[-1] for line in lines if line[-1]}
    return Simulated(facts, np.array(values, dtype=np.float64).reshape(len(lines), -1), errors)
