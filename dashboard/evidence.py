"""What was measured once and is kept: published figures, replays, what calibration taught.

Running these again takes minutes: pages read what ships. `facts_check.json` is what
`penser-demain facts check --json` printed for docs/facts-check.md; tests compare both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from simulator.facts import facts

Role = Literal["held_out", "tuned", "input", "fed"]


@dataclass(frozen=True)
class Beside:
    """A published figure and what the model shows of it.

    `low`, `high`: accepted range, None where it is open. `median` and its band over draws are None
    where the runs do not show it, for `reason`. Only `held_out` figures validate anything.
    """

    id: str
    label: str
    unit: str
    role: Role
    low: float | None
    high: float | None
    median: float | None
    band_low: float | None
    band_high: float | None
    inside: bool | None
    figures: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True)
class Replay:
    """A past that was played again: what was fed in, and the figures it is held against."""

    id: str
    title: str
    fed: tuple[str, ...]
    beside: tuple[Beside, ...]


@cache
def facts_run() -> Mapping[str, Any]:
    """How the facts were measured (`run`), and each of them (`facts`)."""
    return _kept("dashboard", "data", "facts_check.json")


@cache
def hindcast_run() -> Mapping[str, Any]:
    """What `penser-demain hindcast` found, and over how many draws."""
    return _kept("experiments", "hindcast", "results.json")


@cache
def calibration() -> Mapping[str, Any]:
    """What calibration kept and learnt of each parameter (`experiments/calibration/summary.py`)."""
    return _kept("simulator", "data", "accepted_draws.json")


def checked_facts(language: str) -> list[Beside]:
    """Every fact in the order of the registry, in the words of a language."""
    known = facts()
    return [
        Beside(
            entry["id"],
            known[entry["id"]].label.text(language),
            entry["unit"],
            entry["role"],
            entry["low"],
            entry["high"],
            entry["median"],
            entry["band_low"],
            entry["band_high"],
            entry["inside"],
            tuple(entry["figures"]),
            _reason(entry, language),
        )
        for entry in facts_run()["facts"]
        if entry["id"] in known
    ]


def _reason(entry: Mapping[str, Any], language: str) -> str | None:
    words = facts()[entry["id"]].reason
    return entry["reason"] if words is None else words.text(language)


def replays(language: str) -> list[Replay]:
    """The pasts that were played again, in the words of a language."""
    return [
        Replay(
            one["id"],
            one["title"][language],
            tuple(fed["what"][language] for fed in one["fed"]),
            tuple(_observed(entry, language) for entry in one["observed"]),
        )
        for one in hindcast_run()["hindcasts"]
    ]


def _observed(entry: Mapping[str, Any], language: str) -> Beside:
    return Beside(
        entry["id"],
        entry["label"][language],
        entry["unit"],
        entry["role"],
        entry["low"],
        entry["high"],
        entry["median"],
        entry["band_low"],
        entry["band_high"],
        entry["inside"],
        tuple(entry["figures"]),
    )


def in_range(beside: Sequence[Beside], role: Role) -> tuple[int, int]:
    """How many figures of a role are in range by their median, of how many that are shown."""
    shown = [one for one in beside if one.role == role and one.inside is not None]
    return sum(bool(one.inside) for one in shown), len(shown)


def _kept(package: str, *path: str) -> Any:
    return json.loads(files(package).joinpath(*path).read_text(encoding="utf-8"))
