"""The generated part of docs/facts-check.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator import odd
from simulator.cli import numbers

if TYPE_CHECKING:
    from simulator.facts import FactResult

NAME: Final = "facts-check"
_ROLES: Final = (
    ("held_out", "Held out: these validate"),
    ("tuned", "Tuned: parameters were set or accepted on them"),
    ("input", "Inputs: the population or the reference is built from them"),
)


def generated(found: Sequence[FactResult], over: str) -> str:
    """What was run, how many facts are in range, and a table for each role."""
    shown = [fact for fact in found if fact.inside is not None]
    held = [fact for fact in shown if fact.is_validation]
    inside = f"{sum(map(_inside, shown))} of {len(shown)} facts in range by their median"
    parts = [f"Over {over}: {inside}; held out, {sum(map(_inside, held))} of {len(held)}."]
    for role, title in _ROLES:
        rows = [_row(fact) for fact in found if fact.fact.role == role]
        header = ("fact", "what", "published range", "median [5 to 95 %]", "", "figures")
        parts.append(f"**{title}**\n\n{odd.table(header, rows)}")
    return "\n\n".join(parts)


def _inside(fact: FactResult) -> bool:
    return bool(fact.inside)


def _row(fact: FactResult) -> list[str]:
    entry = fact.to_json("en")
    low, high = fact.band or (None, None)
    value = "–" if fact.value is None else _number(fact.value)
    if low is not None and high is not None and low != high:
        value += f" [{_number(low)} to {_number(high)}]"
    mark = {True: "in", False: "**out**", None: entry["reason"] or "–"}[fact.inside]
    bounds = (fact.fact.low, fact.fact.high)
    ends = " to ".join("…" if bound is None else _number(bound) for bound in bounds)
    return [f"`{fact.id}`", entry["label"], ends, value, mark, ", ".join(entry["figures"])]


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return numbers.large(value, "en")
    return numbers.decimal(value, 4 if abs(value) < 0.1 else 3, "en")
