"""Is a folder that of this plan, on this version of everything? If not, what differs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from experiments.execution.sameness import Sameness
from experiments.store.reading import RESOLVED, read_manifest
from simulator.problems import InputError

_SHOWN: Final = 6  # lines of a plan that are told


def refuse_another(path: Path, manifest: Mapping[str, Any], resolved: str) -> None:
    """InputError where what is in the folder would not be gone on with, saying what differs.

    `manifest`: that of what is to be run; `resolved`: the text of its plan.
    """
    found = read_manifest(path)
    if found["plan"]["sha256"] != manifest["plan"]["sha256"]:
        before = (path / RESOLVED).read_text(encoding="utf-8")
        raise InputError.single(
            "out", f"{path} holds another plan, {found['plan']['id']}: {_lines(before, resolved)}",
            "name a new folder, or go on with the plan that is in it",
        )  # fmt: skip
    different = Sameness.of(manifest).unlike(Sameness.of(found))
    if different:
        raise InputError.single(
            "out", f"{path} was begun on another version: {different}",
            "go on with that version, or name a new folder",
        )  # fmt: skip


def _lines(before: str, now: str) -> str:
    changes = [
        f"{'it has' if line[0] == '-' else 'now'} `{line[1:].strip()}`"
        for line in difflib.unified_diff(before.splitlines(), now.splitlines(), n=0, lineterm="")
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    ]
    told = ", ".join(changes[:_SHOWN]) or "its scenarios or population differ"
    return told + (f" and {len(changes) - _SHOWN} more lines" if len(changes) > _SHOWN else "")
