"""What a room played as a results folder, equal to what the exported command writes."""

from __future__ import annotations

import copyreg
import multiprocessing
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dashboard.workshop.export import export
from dashboard.workshop.worlds import store
from dashboard.workshop.worlds.chains import Needs

if TYPE_CHECKING:
    from simulator.recording import RunRecord


def kept_folder(needs: Needs, folder: Path) -> Path:
    """Where the results of just these worlds and players lie, once they are kept."""
    return folder / f"results-{needs.kept_name}"


def keep_apart(needs: Needs, folder: Path) -> Path:
    """`keep_results` in a process of its own: the memory that all records take goes with it."""
    target = kept_folder(needs, folder)
    if target.is_dir():
        return target
    copyreg.pickle(MappingProxyType, _sent)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(keep_results, needs, folder).result()


def _sent(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _received, (dict(mapping),)


def _received(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


def keep_results(needs: Needs, folder: Path) -> Path:
    """Write the results folder from records that workers left; it takes their place."""
    target = kept_folder(needs, folder)
    if not target.is_dir():
        _write(needs, folder, target)
    for chain in needs.kept:
        for world in range(needs.room.settings.worlds):
            store.world_file(folder, chain.key, world, "record").unlink(missing_ok=True)
    return target


def _write(needs: Needs, folder: Path, target: Path) -> None:
    from simulator.population import load_population
    from simulator.simulation import Kept, results_of

    begun, settings = time.time(), needs.room.settings
    scenarios = tuple(chain.stations[-1].scenario for chain in needs.kept)
    job = replace(needs.job, scenarios=scenarios)
    if needs.plan.source == "default":
        job = replace(job, population=load_population(needs.population))
    found: list[list[Kept]] = [
        [(_record(needs, folder, place, world), None) for place in range(len(scenarios))]
        for world in range(settings.worlds)
    ]
    made = results_of(
        job, needs.plan, found, scenarios[1].id, begun, export(needs.room).command, None
    )
    made.manifest["title"] = _title(settings.title, needs.room.code)
    made.save(target, overwrite=True)


def _record(needs: Needs, folder: Path, place: int, world: int) -> RunRecord:
    content = store.read(store.world_file(folder, needs.kept[place].key, world, "record"))
    if content is None:
        raise RuntimeError("the record of a world is gone")
    record: RunRecord = pickle.loads(content)
    return record


def _title(title: str, code: str) -> dict[str, Any]:
    return {"fr": f"Salle {code} : {title}", "en": f"Room {code}: {title}"}
