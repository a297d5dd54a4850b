"""How large a plan is: units of work, runs, and about how many hours they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.plan.schema import Plan

# Processor seconds of one quarter of one scenario, burn-in included: so much, and so much per row.
# Fitted to `demo`, `workshop` and `national` over 4, 16 and 40 quarters (`docs/experiments.md`).
# Machines differ by a factor of two or so; the estimate is there to tell minutes from days.
SECONDS_A_QUARTER: Final = 1.5e-3
SECONDS_A_ROW: Final = 1.0e-6
# What nobody starts by mistake.
MOST_HOURS: Final = 2.0


@dataclass(frozen=True)
class Size:
    """Size of an experiment whose every point takes the most replicates.

    A unit is one design point × one replicate, with all scenarios; a run is one scenario of it.
    """

    points: int
    replicates: int
    scenarios: int
    seconds_a_run: float

    @property
    def units(self) -> int:
        return self.points * self.replicates

    @property
    def runs(self) -> int:
        return self.units * self.scenarios

    def hours(self, workers: int) -> float:
        """About how long it takes on so many processors."""
        return self.runs * self.seconds_a_run / 3600 / workers

    def sentence(self, workers: int) -> str:
        """`1,200 units (3,600 runs), about 12 minutes on 2 workers`."""
        hours = self.hours(workers)
        time = f"{hours:,.1f} hours" if hours >= 1.5 else f"{max(1, round(60 * hours))} minutes"
        time = time.removesuffix("s") if time == "1 minutes" else time
        on = "1 worker" if workers == 1 else f"{workers} workers"
        return f"{self.units:,} units ({self.runs:,} runs), about {time} on {on}"


def size_of(plan: Plan) -> Size:
    """Size of a plan; builds its population, to count the rows."""
    from simulator.model import BURN_IN
    from simulator.population import load_population

    rows = len(load_population(plan.population).organisations.weight)
    quarters = plan.horizon + BURN_IN
    seconds = quarters * (SECONDS_A_QUARTER + SECONDS_A_ROW * rows)
    return Size(plan.rows(), plan.replicates.most, len(plan.scenario_ids), seconds)


def check_size(size: Size, workers: int, consent: bool) -> None:
    """InputError for what would take more than two hours, unless that is consented to."""
    if size.hours(workers) > MOST_HOURS and not consent:
        raise InputError.single(
            "plan", f"is large: {size.sentence(workers)}",
            "run it with --yes, or take fewer points, replicates, quarters or rows",
        )  # fmt: skip
