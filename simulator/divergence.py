"""Where two runs of the same inputs part: nowhere, in the last bits only, or in somebody's fate.

The same inputs give the same bytes on one platform, library set and CPU feature level. Elsewhere
the last bits of a logarithm may differ; mostly nobody's fate does. `TracedModel` notes two
checksums of the world after every process of every quarter, of its bytes and of its fates, and
`compare` tells from two traces and records how far they agree and where they part first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import EVERY_LINE
from simulator.codes import quarter_label
from simulator.model import EssModel
from simulator.organisations import RINGS, columns
from simulator.recording import RunRecord

Verdict = Literal["identical", "same fates", "different fates"]
# What decides a life: who is there, in which form, and what only whole numbers count.
FATES: Final = (
    "uid", "alive", "form", "entry_quarter", "recovery", "agreement_years", "mutual_group",
    "project_clock", "vacancy_recent",
)  # fmt: skip
LIFE: Final = (
    "organisation", "entry_quarter", "exit_quarter", "exit_cause", "primary_cause", "absorbed_by",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """The world after a process: checksums of all its bytes, and of its fates."""

    quarter: int
    process: str
    state: str
    fates: str


@dataclass
class Trace:
    """Checksums after every process of a run, burn-in included."""

    steps: list[Step] = field(default_factory=list)

    def note(self, model: EssModel, process: str) -> None:
        """Add the checksums of the world as it stands."""
        o, public = model.organisations, model.public
        state, fates = hashlib.blake2b(digest_size=8), hashlib.blake2b(digest_size=8)
        for name in (*columns(), *RINGS):
            content = np.ascontiguousarray(getattr(o, name)).tobytes()
            state.update(content)
            if name in FATES:
                fates.update(content)
        accounts = (public.voted, public.committed, public.unallocated, *public.buckets, public.due)
        for account in accounts:
            state.update(np.ascontiguousarray(account).tobytes())
        held = [bank.held for bank in model.lenders.banks]
        state.update(np.array([*held, model.price_level, model.income]).tobytes())
        self.steps.append(Step(model.quarter, process, state.hexdigest(), fates.hexdigest()))


class TracedModel(EssModel):
    """A world that notes its checksums in `trace` after every process."""

    trace: Trace

    def _build(self) -> None:
        super()._build()
        self.trace = Trace()
        after = self.ledger.after

        @wraps(after)
        def noted(process: str, lines: NDArray[np.int64] = EVERY_LINE) -> None:
            after(process, lines)
            self.trace.note(self, process)

        self.ledger.after = noted  # type: ignore[method-assign]


@dataclass(frozen=True)
class Place:
    """A moment of a run: a process in a quarter."""

    quarter: str
    process: str

    def __str__(self) -> str:
        return f"{self.quarter}, process '{self.process}'"


@dataclass(frozen=True)
class Divergence:
    """How far two runs agree.

    `first`: where their bytes part first; `fate`: where a fate does; None where it never happens
    or was not traced. `largest`: largest relative difference between recorded sums, each over
    the largest value of its kind. `lives`: lives that are not the same, in all.
    """

    verdict: Verdict
    first: Place | None
    fate: Place | None
    largest: float
    lives: int

    def __str__(self) -> str:
        if self.verdict == "identical":
            return "identical: same bytes"
        where = "" if self.first is None else f"; bytes part first in {self.first}"
        size = f"; sums differ by at most {self.largest:.1e}"
        if self.verdict == "same fates":
            return f"same fates{size}{where}"
        fate = "" if self.fate is None else f"; a fate first in {self.fate}"
        return f"different fates: {self.lives} lives{size}{where}{fate}"


def compare(
    first: RunRecord,
    second: RunRecord,
    first_trace: Trace | None = None,
    second_trace: Trace | None = None,
) -> Divergence:
    """Compare two runs of the same scenario, population, seed and replicate."""
    place = fate = None
    if first_trace is not None and second_trace is not None:
        place = _parting(first_trace, second_trace, lambda step: step.state)
        fate = _parting(first_trace, second_trace, lambda step: step.fates)
    lives = _lives_apart(first.lifetimes, second.lifetimes)
    verdict: Verdict = "same fates"
    if lives or fate is not None:
        verdict = "different fates"
    elif place is None and digest(first) == digest(second):
        verdict = "identical"
    return Divergence(verdict, place, fate, _largest(first, second), lives)


def digest(record: RunRecord) -> str:
    """Hexadecimal sha256 of all that a run leaves behind, timings left out."""
    state = hashlib.sha256()
    for dimension, (labels, array) in record.sums.items():
        state.update(repr((dimension, labels, array.dtype, array.shape)).encode())
        state.update(np.ascontiguousarray(array).tobytes())
    for part in (record.quarters, record.medians, record.lifetimes, record.flows):
        for name, column in part.items():
            state.update(repr((name, column.dtype, column.shape)).encode())
            state.update(np.ascontiguousarray(column).tobytes())
    return state.hexdigest()


def fates(record: RunRecord) -> str:
    """Hexadecimal sha256 of who came, left, when, why, and into whom: the same on most machines."""
    state = hashlib.sha256()
    for name in LIFE:
        column = np.ascontiguousarray(record.lifetimes[name])
        state.update(repr((name, column.dtype, column.shape)).encode())
        state.update(column.tobytes())
    return state.hexdigest()


def _parting(first: Trace, second: Trace, part: Callable[[Step], str]) -> Place | None:
    for one, other in zip(first.steps, second.steps, strict=False):
        same = (one.quarter, one.process) == (other.quarter, other.process)
        if not same or part(one) != part(other):
            return Place(quarter_label(one.quarter), one.process)
    if len(first.steps) != len(second.steps):
        shorter, longer = sorted((first.steps, second.steps), key=len)
        step = longer[len(shorter)]
        return Place(quarter_label(step.quarter), step.process)
    return None


def _lives_apart(first: Mapping[str, Any], second: Mapping[str, Any]) -> int:
    def lives(columns_: Mapping[str, Any]) -> set[tuple[int, ...]]:
        return set(zip(*(np.asarray(columns_[name]).tolist() for name in LIFE), strict=True))

    one, other = lives(first), lives(second)
    return max(len(one - other), len(other - one))


def _largest(first: RunRecord, second: RunRecord) -> float:
    largest = 0.0
    for dimension, (_, array) in first.sums.items():
        other = second.sums[dimension][1]
        if array.shape != other.shape:
            return float("inf")
        scale = np.maximum(np.abs(array).max(axis=(0, 1)), 1e-300)
        largest = max(largest, float((np.abs(array - other) / scale).max()))
    return largest
