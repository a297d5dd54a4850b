"""Which runs a simulation consists of: scenarios, structures, draws of parameters, replicates."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final, Literal

from simulator.problems import InputError
from simulator.structures import DEFAULT, named_structures

if TYPE_CHECKING:
    from simulator.scenario import Scenario

Source = Literal["default", "ranges", "accepted"]

BASELINE: Final = "fil-de-l-eau"
SOURCES: Final = ("default", "accepted", "ranges")
DEFAULT_REPLICATES: Final = 20
DEFAULT_DRAWS: Final = 20
LONGEST_HORIZON: Final = 200
MOST_RUNS: Final = 100_000
MOST_WORKERS: Final = 1024


@dataclass(frozen=True)
class Plan:
    """`source` of the parameters, pairs (draw, replicate) in the order they are run, structures."""

    source: Source
    units: tuple[tuple[int, int], ...]
    structures: tuple[str, ...] = (DEFAULT,)

    @property
    def worlds(self) -> tuple[tuple[int, str, int], ...]:
        """(draw, structure, replicate) of every unit of work: each pair under each structure."""
        return tuple(
            (draw, structure, replicate)
            for draw, replicate in self.units
            for structure in self.structures
        )


def plan_units(
    source: str | None,
    draws: int | None,
    replicates: int | None,
    uncertainties: Sequence[Any] = (),
    structures: Sequence[str] | str | None = None,
) -> Plan:
    """The units of a run.

    With default parameters: `replicates` units (20 by default), all of draw 0. With parameters
    varied: one draw per replicate, 20 by default, which is what verdict words count; when both
    `draws` and `replicates` are given, `draws` × `replicates` units. `source` None takes what
    the scenarios' `uncertainty` asks for; the largest number of draws serves all. Every unit is
    run under each of the `structures` (names, or `all`).
    """
    if source is None and uncertainties:
        kinds = {u.sample for u in uncertainties} - {"default"}
        if len(kinds) > 1:
            raise InputError.single(
                "parameters",
                f"the scenarios ask for different samples: {', '.join(sorted(kinds))}",
                "say which with --parameters",
            )
        if kinds:
            source = kinds.pop()
            draws = draws or max(u.draws for u in uncertainties if u.sample == source)
    source = "default" if source is None else source
    if source not in SOURCES:
        raise InputError.single("parameters", f"unknown {source!r}", "one of " + ", ".join(SOURCES))
    check_counts(draws, replicates)
    chosen = named_structures(structures)
    if source == "default":
        if draws is not None:
            raise InputError.single(
                "draws", "default parameters have no draws", "add --parameters accepted or ranges"
            )
        pairs = [(0, replicate) for replicate in range(replicates or DEFAULT_REPLICATES)]
    elif draws is None or replicates is None:
        pairs = [(i + 1, i) for i in range(draws or replicates or DEFAULT_DRAWS)]
    else:
        if draws * replicates * len(chosen) > MOST_RUNS:
            times = f" × {len(chosen)}" if len(chosen) > 1 else ""
            raise InputError.single(
                "draws", f"{draws} × {replicates}{times} units are too many", f"at most {MOST_RUNS}"
            )
        pairs = [(draw, replicate) for replicate in range(replicates)
                 for draw in range(1, draws + 1)]  # fmt: skip
    if source == "accepted":
        _check_accepted(max(draw for draw, _ in pairs))
    return Plan(source, tuple(pairs), chosen)  # type: ignore[arg-type]


def check_counts(draws: int | None, replicates: int | None) -> None:
    """Raise InputError for a number of draws or replicates that cannot be run."""
    _count("replicates", replicates)
    _count("draws", draws)


def _check_accepted(draws: int) -> None:
    from simulator import accepted_set

    available = len(accepted_set.shipped())
    if draws > available:
        raise InputError.single(
            "draws", f"the calibrated set holds {available} draws, not {draws}",
            f"at most {available}",
        )  # fmt: skip


def _whole(name: str, number: object) -> None:
    if isinstance(number, bool) or not isinstance(number, Integral | None):
        raise InputError.single(name, f"{number!r} is not a whole number", "a number such as 20")


def _count(name: str, number: int | None) -> None:
    _whole(name, number)
    if number is not None and not 1 <= number <= MOST_RUNS:
        raise InputError.single(name, f"{number} is not possible", f"1 to {MOST_RUNS}")


def check_quarters(quarters: int | None) -> None:
    """Raise InputError for a horizon that is not 1 to 200 quarters."""
    _whole("quarters", quarters)
    if quarters is not None and not 1 <= quarters <= LONGEST_HORIZON:
        raise InputError.single(
            "quarters", f"a horizon of {quarters} quarters is not possible",
            f"1 to {LONGEST_HORIZON}",
        )  # fmt: skip


def check_workers(workers: int | None) -> None:
    """Raise InputError for a number of processes that is not 1 to 1024."""
    _whole("workers", workers)
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InputError.single("workers", f"{workers} is not possible", f"1 to {MOST_WORKERS}")


def check_replicate(replicate: int) -> None:
    """Raise InputError for the number of a replicate that no run can have."""
    _whole("replicate", replicate)
    if not 0 <= replicate < MOST_RUNS:
        raise InputError.single(
            "replicate", f"{replicate} is not possible", f"0 to {MOST_RUNS - 1}"
        )


def check_seed(seed: int | None) -> None:
    """Raise InputError for a seed outside 64 bits."""
    _whole("seed", seed)
    if seed is not None and not 0 <= seed < 2**63:
        raise InputError.single("seed", f"{seed} is not possible", "a whole number from 0 to 2^63")


def gather(
    scenarios: Sequence[Scenario | str], reference: str | None, quarters: int | None
) -> list[Scenario]:
    """Scenarios to run, the baseline first, each once, the reference among them."""
    from simulator.scenario import Scenario, scenario_of

    scenarios = [os.fspath(s) if isinstance(s, os.PathLike) else s for s in scenarios]
    named: list[Scenario | str] = [
        BASELINE,
        *([] if reference is None else [reference]),
        *scenarios,
    ]
    gathered: dict[str, Scenario] = {}
    asked = {s.id for s in scenarios if isinstance(s, Scenario)} | {BASELINE}
    for one in named:
        if isinstance(one, str) and one in asked and one != BASELINE:
            continue  # the object that was handed over is meant
        scenario = scenario_of(one)
        known = gathered.get(scenario.id)
        if known is not None and known.digest != scenario.digest:
            raise InputError.single(
                "scenario", f"two different scenarios have the id {scenario.id}",
                "give one of them another id",
            )  # fmt: skip
        gathered.setdefault(scenario.id, scenario)
    ordered = list(gathered.values())
    if quarters is None and BASELINE not in {_id(s) for s in (reference, *scenarios) if s}:
        ordered = _stretch(ordered)
    _same_horizon(ordered, quarters)
    return ordered


def _id(scenario: Scenario | str) -> str:
    return scenario if isinstance(scenario, str) else scenario.id


def _stretch(ordered: list[Scenario]) -> list[Scenario]:
    """A baseline that nobody asked for runs as long as the scenarios that were asked."""
    baseline, others = ordered[0], ordered[1:]
    lengths = {s.horizon.quarters for s in others}
    if len(lengths) != 1:
        return ordered
    horizon = baseline.horizon.model_copy(update={"quarters": lengths.pop()})
    return [baseline.model_copy(update={"horizon": horizon}), *others]


def _same_horizon(scenarios: Sequence[Scenario], quarters: int | None) -> None:
    """Pairs need one calendar: same start, and one length unless `quarters` gives it."""
    starts = {s.horizon.start for s in scenarios}
    lengths = {s.horizon.quarters for s in scenarios}
    if len(starts) > 1:
        raise InputError.single(
            "horizon", f"scenarios start in different quarters: {', '.join(sorted(starts))}",
            "compare scenarios with one start",
        )  # fmt: skip
    if len(lengths) > 1 and quarters is None:
        raise InputError.single(
            "horizon",
            "scenarios last different times: "
            + ", ".join(f"{s.id} {s.horizon.quarters} quarters" for s in scenarios),
            "give one length with --quarters",
        )
