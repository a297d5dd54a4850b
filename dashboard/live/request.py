"""What a live run is: a scenario beside the baseline, a population, what is varied."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from simulator.plan import BASELINE, Plan, gather, plan_units
from simulator.problems import InputError
from simulator.provenance import code_digest
from simulator.scenario_check import default_source
from simulator.simulation import Job

if TYPE_CHECKING:
    from simulator.scenario import Scenario

POPULATIONS: Final = ("workshop", "demo")
WORLDS: Final = 20
SEED: Final = 2026
LONGEST: Final = 60  # quarters: a live run is there to be looked at while it runs
KEY_LENGTH: Final = 20


def sources() -> tuple[str, str]:
    """What may be varied: parameters as well as chance, or chance alone."""
    return default_source(SEED), "default"


@dataclass(frozen=True)
class Request:
    """A scenario to be simulated beside the baseline, `worlds` times."""

    scenario: Scenario
    population: str
    source: str
    worlds: int = WORLDS
    seed: int = SEED

    @classmethod
    def of(
        cls, scenario: Scenario, population: str | None, source: str | None, worlds: int = WORLDS
    ) -> Request:
        """The request, defaults filled in; InputError for what cannot be run live."""
        population, source = population or POPULATIONS[0], source or sources()[0]
        if population not in POPULATIONS:
            raise InputError.single(
                "population", f"{population!r} is not played live", "one of demo, workshop"
            )
        if source not in sources():
            raise InputError.single(
                "source", f"{source!r} is not known", f"one of {', '.join(sources())}"
            )
        if scenario.horizon.quarters > LONGEST:
            raise InputError.single(
                "horizon.quarters", f"{scenario.horizon.quarters} quarters are too many for a live "
                "run", f"at most {LONGEST}",
            )  # fmt: skip
        if scenario.id == BASELINE:
            raise InputError.single(
                "id", f"{BASELINE} is the reference itself", "give the scenario another id"
            )
        made = cls(scenario, population, source, worlds)
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
        scenarios = tuple(gather([self.scenario], None, None))
        return Job(scenarios, self.population, self.source, self.seed)

    @cached_property
    def key(self) -> str:
        """Same key, same results: scenario, population, what is varied, seed, version."""
        content = [
            self.scenario.digest, self.population, self.source, self.worlds, self.seed,
            code_digest(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:KEY_LENGTH]

    @property
    def title(self) -> dict[str, Any]:
        """What lists of results call this run."""
        french = "paramètres et hasard" if self.source != "default" else "hasard seul"
        english = "parameters and chance" if self.source != "default" else "chance alone"
        names = {"workshop": ("atelier", "workshop"), "demo": ("démonstration", "demo")}
        fr, en = names[self.population]
        return {
            "fr": f"Essai : {self.scenario.title.fr} (population {fr}, {self.worlds} mondes, "
            f"{french})",
            "en": f"Trial: {self.scenario.title.en} ({en} population, {self.worlds} worlds, "
            f"{english})",
        }

    def for_results(self) -> Job:
        """The job with its population in memory where all worlds share one, as manifests say."""
        if self.source != "default":
            return self.job
        from simulator.population import load_population

        return replace(self.job, population=load_population(self.population))
