"""What a calibration folder is: a folder is continued by the same calibration, and by no other."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

from experiments.calibration.problem import Problem
from experiments.calibration.settings import Settings
from simulator.problems import InputError
from simulator.provenance import environment

NAME: Final = "calibration.json"


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is whole or not there."""
    draft = path.with_name(f".{path.name}.writing")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)


def as_json(content: Any) -> str:
    """JSON text, the same for the same content."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def identity(settings: Settings, problem: Problem) -> dict[str, Any]:
    """All that the results of a calibration depend on."""
    return {
        "format": 1,
        **environment(),
        "calibration_sha256": _own_digest(),
        "settings": settings.as_dict(),
        **problem.identity(),
        "targets": {
            t.id: {"low": t.low, "high": t.high, "observation": t.observation,
                   "discrepancy": t.discrepancy}
            for t in problem.targets
        },
    }  # fmt: skip


def claim(folder: Path, wanted: dict[str, Any]) -> None:
    """Make a folder this calibration's own; InputError where it is another's or holds else."""
    path = folder / NAME
    if path.is_file():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(found, dict):
                raise ValueError("not an object")
        except (OSError, ValueError) as error:
            raise InputError.single(
                "out", f"{path} cannot be read: {error}", "name a new folder"
            ) from None
        differ = [key for key in {*found, *wanted} if found.get(key) != wanted.get(key)]
        if differ:
            raise InputError.single(
                "out",
                f"{folder} holds another calibration: {', '.join(sorted(differ))} differ",
                "name a new folder",
            )
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError.single(
            "out", f"{folder} holds something else than a calibration", "name a new folder"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_text(path, as_json(wanted))
    except OSError as error:
        raise InputError.single(
            "out", f"{folder} cannot be written: {error.strerror}", "name a folder you may write in"
        ) from error


def _own_digest() -> str:
    """sha256 of the code of this package."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
