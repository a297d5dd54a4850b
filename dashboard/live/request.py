"""What a live run is: futures beside the baseline, a population, what is varied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dashboard.selection import MOST_SCENARIOS
from simulator.plan import BASELINE, Plan, gather, plan_units
from simulator.problems import InputError
from simulator.provenance import code_digest
from simulator.recording import SIMPLE
from simulator.scenario import load_scenario
from simulator.scenario_check import default_source
from simulator.simulation import Job

if TYPE_CHECKING:
    from simulator.scenario import Scenario

POPULATIONS: Final = ("workshop", "demo")
FINEST: Final = {"52": "demo"}  # région → population that holds it alone, at a finer grain
WORLDS: Final = 20
MANY: Final = 200  # as many draws as a response surface over the parameters needs
SEED: Final = 2026
LONGEST: Final = 60  # quarters: a live run is there to be looked at while it runs
KEY_LENGTH: Final = 20


def sources() -> tuple[str, str]:
    """What may be varied: parameters as well as chance, or chance alone."""
    return default_source(SEED), "default"


@dataclass(frozen=True)
class Request:
    """Futures to be simulated beside the baseline, `worlds` times, all in the same worlds.

    They stand in the order of their ids: who asks for the same ones asks for the same run.
    """

    scenarios: tuple[Scenario, ...]
    population: str
    source: str
    worlds: int = WORLDS
    seed: int = SEED

    @classmethod
    def of(
        cls,
        scenarios: Sequence[Scenario],
        population: str | None,
        source: str | None,
        worlds: int = WORLDS,
    ) -> Request:
        """The request, defaults filled in; InputError for what cannot be run live.

        The baseline always runs along: it may be among `scenarios`, but not alone.
        """
        population, source = population or POPULATIONS[0], source or sources()[0]
        if population not in POPULATIONS:
            raise InputError.single(
                "population", f"{population!r} is not played live", "one of demo, workshop"
            )
        if source not in sources():
            raise InputError.single(
                "source", f"{source!r} is not known", f"one of {', '.join(sources())}"
            )
        if worlds < 1 or worlds > MANY:
            raise InputError.single("draws", f"{worlds} is not possible live", f"1 to {MANY}")
        futures = _beside_the_baseline(scenarios)
        made = cls(futures, population, source, worlds)
        _ = made.job  # what cannot stand beside the baseline is told now
        return made

    @cached_property
    def plan(self) -> Plan:
        """The worlds, as `simulate` would play them."""
        varied = self.source != "default"
        return plan_units(
            self.source, self.worlds if varied else None, None if varied else self.worlds
        )

    @cached_property
    def job(self) -> Job:
        """What all worlds share; the baseline stands first."""
        scenarios = tuple(gather(self.scenarios, None, None))
        return Job(scenarios, self.population, self.source, self.seed)

    @cached_property
    def key(self) -> str:
        """Same key, same results: scenarios, population, what is varied, seed, version."""
        digests = [scenario.digest for scenario in self.scenarios]
        content = [
            digests[0] if len(digests) == 1 else digests,
            self.population, self.source, self.worlds, self.seed, code_digest(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:KEY_LENGTH]

    @property
    def runs(self) -> int:
        """Worlds times scenarios: what the time that it takes goes with."""
        return self.worlds * len(self.job.scenarios)

    @property
    def dimensions(self) -> tuple[str, ...] | None:
        """Groupings that are kept, None for all: crossings of many worlds would fill the memory."""
        return SIMPLE if self.worlds > WORLDS else None

    @property
    def quarters(self) -> int:
        """Quarters that each of them lasts."""
        return self.scenarios[0].horizon.quarters

    @property
    def title(self) -> dict[str, Any]:
        """What lists of results call this run."""
        french = "paramètres et hasard" if self.source != "default" else "hasard seul"
        english = "parameters and chance" if self.source != "default" else "chance alone"
        names = {"workshop": ("atelier", "workshop"), "demo": ("démonstration", "demo")}
        fr, en = names[self.population]
        futures_fr = ", ".join(scenario.title.fr for scenario in self.scenarios)
        futures_en = ", ".join(scenario.title.en for scenario in self.scenarios)
        return {
            "fr": f"Essai : {futures_fr} (population {fr}, {self.worlds} mondes, {french})",
            "en": f"Trial: {futures_en} ({en} population, {self.worlds} worlds, {english})",
        }

    def for_results(self) -> Job:
        """The job with its population in memory where all worlds share one, as manifests say."""
        if self.source != "default":
            return self.job
        from simulator.population import load_population

        return replace(self.job, population=load_population(self.population))


def _beside_the_baseline(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The futures without the baseline, each once, in the order of their ids."""
    baseline = load_scenario(BASELINE)
    others = {one.digest: one for one in scenarios if one.digest != baseline.digest}
    if not others or any(one.id == BASELINE for one in others.values()):
        raise InputError.single(
            "", f"{BASELINE} is the reference itself", "add another scenario, under another id"
        )
    if len(others) > MOST_SCENARIOS:
        raise InputError.single(
            "", f"{len(others)} scenarios are too many for one live run",
            f"at most {MOST_SCENARIOS}",
        )  # fmt: skip
    for one in others.values():
        if one.horizon.quarters > LONGEST:
            raise InputError.single(
                "horizon.quarters", f"{one.horizon.quarters} quarters are too many for a live run",
                f"at most {LONGEST}",
            )  # fmt: skip
    return tuple(sorted(others.values(), key=lambda one: one.id))
