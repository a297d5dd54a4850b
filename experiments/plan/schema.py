"""What a plan says, in the words of XLRM: uncertainties (X), levers (L), outcomes (M).

The relations (R) are the model itself; `structures` asks for some of it written otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from experiments.design import AnyDesign, Listed
from experiments.design.sobol import unit_problem
from experiments.plan.levers import LeverRange, Levers
from experiments.plan.outcome import Outcome
from experiments.plan.replicates import Replicates
from experiments.plan.uncertainties import Settled, Uncertainties
from simulator.levers.selection import code_type
from simulator.parameters import Parameters
from simulator.plan import BASELINE, LONGEST_HORIZON
from simulator.population import PopulationSpec, load_spec
from simulator.population.spec import BUILT_IN
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.writing import write_yaml
from simulator.strict_model import Bilingual, Identifier, StrictModel, doc, faults, not_empty
from simulator.structures import DEFAULT, EVERY, STRUCTURES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_Structure: Any = code_type(tuple(STRUCTURES), "structure")
MOST_POINTS: Final = 1_000_000
Point = Mapping[str, Any]
"""A row of the design: column → number, or text for the structure."""
_POPULATION_SCHEMA: Final = {
    "description": "name or path of a population, or its fields",
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "object", "required": ["id"]}],
}


def _every(value: object) -> object:
    if value == EVERY:
        return tuple(STRUCTURES)
    return [value] if isinstance(value, str) else value


@cache
def _baseline() -> Scenario:
    return load_scenario(BASELINE)


class Plan(StrictModel):
    """An experiment: a question, what varies, what is looked at, how often."""

    format: Literal[1] = doc("format du fichier", "format of the file", default=1)
    id: Identifier = doc("identifiant, en minuscules et tirets", "id in small letters and hyphens")
    title: Bilingual = doc("titre {fr, en}", '{fr: "…", en: "…"}')
    question: Bilingual = doc("question posée {fr, en}", 'the question asked, {fr: "…", en: "…"}')
    levers: Levers = doc("politiques, et plages de leurs nombres",
                         "policies, and ranges of their numbers", default=Levers())  # fmt: skip
    uncertainties: Uncertainties = doc(
        "paramètres qui varient", "parameters that vary", default=Uncertainties()
    )
    outcomes: Annotated[tuple[Outcome, ...], AfterValidator(not_empty)] = doc(
        "ce que l'on regarde : [{indicator: jobs_fte, at: 2029Q4}]",
        "what is looked at: [{indicator: jobs_fte, at: 2029Q4}]",
    )  # fmt: skip
    design: AnyDesign = doc(
        "points étudiés : {kind: latin_hypercube, n: 100}",
        "points looked at: {kind: latin_hypercube, n: 100}", default=Listed(),
    )  # fmt: skip
    replicates: Annotated[
        Replicates,
        WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1},
                                  Replicates.model_json_schema()]}),
    ] = doc(
        "nombre de répliques, ou règle d'arrêt", "number of replicates, or a stopping rule"
    )  # fmt: skip
    population: Annotated[PopulationSpec, WithJsonSchema(_POPULATION_SCHEMA)] = doc(
        "population : demo, workshop, national, full ou un fichier",
        "population: demo, workshop, national, full or a file",
    )
    quarters: Annotated[int, Field(ge=1, le=LONGEST_HORIZON, strict=True)] | None = doc(
        "trimestres simulés (défaut : l'horizon des politiques)",
        "quarters simulated (default: the horizon of the policies)", default=None,
    )  # fmt: skip
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)] = doc(
        "graine des mondes", "seed of the worlds", default=2026
    )
    reference: Identifier = doc(
        f"scénario de comparaison (défaut : {BASELINE})",
        f"scenario compared with (default: {BASELINE})", default=BASELINE,
    )  # fmt: skip
    structures: Annotated[
        tuple[_Structure, ...], BeforeValidator(_every), AfterValidator(not_empty)
    ] = doc(
        "structures du modèle, ou all", "structures of the model, or all",
        default=(DEFAULT,),
    )  # fmt: skip
    record: tuple[Literal["lifetimes"], ...] = doc(
        "ce qui est gardé en plus : [lifetimes]", "what is kept as well: [lifetimes]", default=()
    )

    @model_validator(mode="after")
    def _coherent(self) -> Plan:
        from experiments.plan.coherence import plan_faults

        found = plan_faults(self)
        if found:
            raise faults(found)
        return self

    @property
    def horizon(self) -> int:
        """Quarters that are simulated."""
        if self.quarters is not None:
            return self.quarters
        lengths = [policy.horizon.quarters for policy in self.levers.policies]
        return lengths[0] if lengths else _baseline().horizon.quarters

    @property
    def scenario_ids(self) -> tuple[str, ...]:
        """Ids of the scenarios of every unit: the baseline, then the policies."""
        return (BASELINE, *(policy.id for policy in self.levers.policies))

    def factors(self) -> dict[str, Settled | LeverRange]:
        """What the design varies, by name: parameters, then ranges of levers."""
        return {**self.uncertainties.drawn, **self.levers.ranges}

    def columns(self) -> tuple[str, ...]:
        """Columns of what the design varies, `x_<parameter>` then `l_<range>`."""
        parameters = (f"x_{name}" for name in self.uncertainties.drawn)
        return (*parameters, *(f"l_{name}" for name in self.levers.ranges))

    def problem(self) -> dict[str, Any]:
        """The factors as SALib takes them, each between 0 and 1; names are the columns."""
        return unit_problem(self.columns())

    def unit_points(self) -> NDArray[np.float64]:
        """(rows, factors) points in the unit cube, in the order of the sampler.

        ValueError for points that the plan lists itself.
        """
        return self.design.unit_points(tuple(self.factors()))

    def rows(self) -> int:
        """Number of design points, without building them."""
        repeated = max(len(self.uncertainties.draw_numbers), 1) * len(self.structures)
        return self.design.rows(tuple(self.factors())) * repeated

    def design_points(self) -> pd.DataFrame:
        """One row per design point, index `design_id` from 0 in the order of the sampler.

        Columns: `columns()` as float64, then `draw` (int64) where parameters come from the accepted
        set, `structure` (text) where structures are asked for. Draws change slowest, structures
        fastest.
        """
        from experiments.plan.points import design_points

        return design_points(self)

    def scenarios_of(self, point: Point) -> list[Scenario]:
        """Scenarios of a design point: the baseline, then the policies with the numbers put in."""
        baseline = _baseline()
        if baseline.horizon.quarters != self.horizon:
            horizon = baseline.horizon.model_copy(update={"quarters": self.horizon})
            baseline = baseline.model_copy(update={"horizon": horizon})
        numbers = {name: float(point[f"l_{name}"]) for name in self.levers.ranges}
        return [baseline, *self.levers.at(numbers)]

    def parameters_of(self, point: Point) -> Parameters:
        """Parameters of a design point: a draw of the accepted set, or values of the columns."""
        if self.uncertainties.sample == "accepted":
            return Parameters.draw(int(point["draw"]), self.seed, "accepted")
        return Parameters({
            name: settled.value(float(point[f"x_{name}"]))
            for name, settled in self.uncertainties.drawn.items()
        })  # fmt: skip

    def structure_of(self, point: Point) -> str:
        """Structure of the model at a design point."""
        return str(point.get("structure", DEFAULT))

    def resolved(self) -> dict[str, Any]:
        """The whole plan in the words of a file: scenarios in full, every range written out."""
        written: dict[str, Any] = self.model_dump(
            mode="json", exclude_none=True,
            exclude={"levers", "uncertainties", "outcomes", "population"},
        )  # fmt: skip
        written["outcomes"] = [
            one.model_dump(mode="json", exclude_defaults=True) for one in self.outcomes
        ]
        named = self.population.id in BUILT_IN and load_spec(self.population.id) == self.population
        population = self.population.model_dump(mode="json", exclude_none=True)
        return {
            **{key: written.pop(key) for key in ("format", "id", "title", "question")},
            "levers": self.levers.resolved(),
            "uncertainties": self.uncertainties.resolved(),
            **written,
            "replicates": self.replicates.fixed or written["replicates"],
            "population": self.population.id if named else population,
        }

    def to_yaml(self) -> str:
        """The text of a file that reads as this very plan, wherever it lies."""
        return write_yaml(self.resolved())

    @property
    def digest(self) -> str:
        """Sha-256 of the resolved plan, of the baseline, the population and the accepted set."""
        known: dict[str, Any] = {
            "plan": self.resolved(),
            "baseline": _baseline().digest,
            "population": self.population.digest,
        }
        if self.uncertainties.sample == "accepted":
            from simulator import accepted_set

            known["accepted"] = hashlib.sha256(accepted_set.shipped().numbers.tobytes()).hexdigest()
        text = json.dumps(known, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()
