"""How far an experiment is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from experiments.store import parcel, reading
from experiments.store.lock import is_locked

_SHOWN: Final = 20  # failed units told one by one


def status(path: Path) -> dict[str, Any]:
    """State, units done and failed, and failures, of the folder of an experiment.

    `state` is `finished`, `running` (a process is at work in the folder) or `stopped`. `units` is
    how many there will be, at most where a stopping rule decides. InputError where there is no
    experiment.
    """
    manifest = reading.read_manifest(path)
    runs = reading.read_table(
        path, parcel.RUNS, ["design_id", "replicate", "status", "error", "seconds"]
    )
    failed = runs[runs["status"] == parcel.FAILED]
    complete = reading.is_complete(manifest)
    state = "finished" if complete else "stopped"
    if not complete and is_locked(path / reading.LOCK):
        state = "running"
    return {
        "folder": str(path),
        "state": state,
        "plan": manifest["plan"],
        "version": manifest["version"],
        "units": len(runs) if complete else manifest["units"],
        "done": len(runs) - len(failed),
        "failed": len(failed),
        "seconds_per_unit": float(runs["seconds"].median()) if len(runs) else None,
        "failures": failed[["design_id", "replicate", "error"]].head(_SHOWN).to_dict("records"),
    }
