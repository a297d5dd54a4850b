"""Small worlds in which engine and twin are played side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from simulator.model import EssModel
from simulator.parameters import Parameters
from simulator.population import Population
from simulator.population.build import build
from simulator.population.loading import load_spec
from simulator.population.parameters import InitialParameters
from simulator.scenario import Scenario
from tests.reference.comparison import differences, engine_exits, picture
from tests.reference.mesa_twin import TwinModel

BASELINE = "fil-de-l-eau"
# Three régions that touch, and one overseas that touches none.
FEW_REGIONS = ("52", "53", "28", "04")
FEW_ROWS = 400


def few_organisations(parameters: Parameters | None = None, rows: int = FEW_ROWS) -> Population:
    """Some four hundred rows, a dozen in a cell; `rows`: so many, and the largest ones beside."""
    spec = load_spec("full").model_copy(update={"id": "few", "rows": rows, "regions": FEW_REGIONS})
    return build(spec, InitialParameters.read(parameters or Parameters.default()))


@dataclass
class Outcome:
    """How far both sides went together, and what happened on the way."""

    quarter: int  # of the first difference, or the horizon
    found: list[str]  # differences, in words
    exits: Counter[str] = field(default_factory=Counter)  # by cause
    cash: float = 0.0  # euros, of all at the end

    def __bool__(self) -> bool:
        return not self.found


def play(
    scenario: Scenario | str,
    population: Population,
    *,
    seed: int,
    quarters: int,
    parameters: Parameters | None = None,
    structure: str = "default",
    beside: bool = True,
) -> Outcome:
    """Engine and twin from the same start, quarter by quarter, until they differ.

    beside: False plays the engine alone, for what to compare an outcome with.
    """
    engine = EssModel(
        scenario, population, seed=seed, parameters=parameters, quarters=quarters, collect=False,
        structure=structure,
    )  # fmt: skip
    twin = TwinModel(engine) if beside else None
    found = differences(picture(engine), twin) if twin else []
    while engine.running and not found:
        engine.step()
        if twin:
            twin.step()
            found = differences(picture(engine), twin)
    exits = Counter(cause for _, cause, _, _ in engine_exits(engine).values())
    o = engine.organisations
    outcome = Outcome(engine.quarter, found, exits, float((o.weight * o.cash)[o.alive].sum()))
    engine.release()
    if twin:
        twin.release()
    return outcome
