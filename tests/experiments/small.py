"""A plan that is played in seconds, and what is asked of its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

PLAN = """\
# A comment that stays in plan.yaml.
format: 1
id: petit
title: {fr: "Petit", en: "Small"}
question: {fr: "Que perd-on ?", en: "What is lost?"}
levers:
  policies: [rabot-10]
  ranges:
    depth: {at: {rabot-10: "levers[0].change.2026"}, range: [-30%, -5%]}
uncertainties:
  parameters: {inertia: {range: [60%, 80%]}}
outcomes:
  - {indicator: jobs_fte, at: 2026Q2, name: jobs}
  - {indicator: survival, at: 2026Q1, by: sector, group: CULTURE, name: culture}
design: {kind: latin_hypercube, n: 7, seed: 1}
replicates: 3
population: demo
quarters: 2
seed: 11
record: [lifetimes]
"""
VARYING = {"runs.parquet", "manifest.json", "datapackage.json"}
"""Files that are not the same when an experiment is run again: they hold times and hosts."""


def write_plan(folder: Path, *changes: tuple[str, str]) -> Path:
    """The plan in a file, with texts replaced."""
    text = PLAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def digests(folder: Path) -> dict[str, str]:
    """sha256 of every file that is the same whenever and wherever a plan is run."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in VARYING
    }
