"""How far an experiment is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from experiments.store import parcel, reading
from experiments.store.lock import is_locked

_SHOWN: Final = 20  # failed units told one by one


def status(path: Path) -> dict[str, Any]:
    """State, units done, failed and missing, and failures, of the folder of an experiment.

    `state` is `finished`, `running` (a process is at work in the folder) or `stopped`. `units` are
    those that the plan asks for, at most where it has a `stopping_rule`: they are `done`, `failed`,
    still `missing`, or `not_needed` once that rule was met. `sessions`: see
    `experiments.store.sessions`. InputError where there is no experiment, or its tables are gone.
    """
    manifest = reading.read_manifest(path)
    reading.check_files(path, manifest)
    runs = reading.read_table(
        path, parcel.RUNS, ["design_id", "replicate", "status", "error", "seconds"]
    )
    failed = runs[runs["status"] == parcel.FAILED]
    complete, rest = reading.is_complete(manifest), manifest["units"] - len(runs)
    state = "finished" if complete else "stopped"
    if not complete and is_locked(path / reading.LOCK):
        state = "running"
    return {
        "folder": str(path),
        "state": state,
        "plan": manifest["plan"],
        "version": manifest["version"],
        "units": manifest["units"],
        "stopping_rule": manifest.get("stopping_rule", False),
        "done": len(runs) - len(failed),
        "failed": len(failed),
        "missing": 0 if complete else rest,
        "not_needed": rest if complete else 0,
        "sessions": manifest.get("sessions", []),
        "seconds_per_unit": float(runs["seconds"].median()) if len(runs) else None,
        "failures": failed[["design_id", "replicate", "error"]].head(_SHOWN).to_dict("records"),
    }
