"""What a scenario file says: the model that every scenario is, once `extends` is resolved."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from simulator import codes
from simulator.levers import AnyLever, Effects
from simulator.levers.base import Family
from simulator.levers.support_programme import SupportProgramme
from simulator.parameters import Parameters
from simulator.scenario.hypothesis import Hypothesis
from simulator.strict_model import Bilingual, Fault, Identifier, StrictModel, Text, doc, faults
from simulator.units import Quarter, fault

MAXIMUM_QUARTERS = 200
_HORIZON = f"{{start: {codes.quarter_label(0)}, quarters: 40}}"


def _start(value: str) -> str:
    if value != codes.quarter_label(0):
        raise fault(
            f"{value} is not where the population stands", f"write start: {codes.quarter_label(0)}"
        )
    return value


class Horizon(StrictModel):
    """Quarters that are simulated."""

    start: Annotated[Quarter, AfterValidator(_start)] = doc(
        f"premier trimestre : {codes.quarter_label(0)}",
        f"first quarter: {codes.quarter_label(0)}",
    )
    quarters: Annotated[int, Field(ge=1, le=MAXIMUM_QUARTERS, strict=True)] = doc(
        f"nombre de trimestres, 1 à {MAXIMUM_QUARTERS}",
        f"number of quarters, 1 to {MAXIMUM_QUARTERS}",
    )

    @property
    def last(self) -> str:
        """Last quarter, `2035Q4`."""
        return codes.quarter_label(self.quarters - 1)


class Uncertainty(StrictModel):
    """Which parameter values are drawn."""

    sample: Literal["default", "accepted", "ranges"] = doc(
        "`default` (valeurs par défaut), `accepted` (ensemble calibré) ou `ranges` (plages)",
        "`default` (default values), `accepted` (calibrated set) or `ranges`",
        default="accepted",
    )
    draws: Annotated[int, Field(ge=1, le=10_000, strict=True)] = doc(
        "nombre de tirages", "number of draws", default=20
    )


class Played(StrictModel):
    """Who played what in a room whose export the scenario is."""

    table: Text = doc("table qui a joué", "table that played")
    round: Annotated[int, Field(ge=1, le=99, strict=True)] = doc(
        "tour, à partir de 1", "round, from 1"
    )
    card: Identifier = doc("carte jouée", "card that was played")


class Scenario(StrictModel):
    """A future to explore: its story, its levers, what is expected of it."""

    format: Literal[1] = doc("format du fichier", "format of the file", default=1)
    id: Identifier = doc("identifiant, en minuscules et tirets", "id in small letters and hyphens")
    title: Bilingual = doc("titre {fr, en}", '{fr: "…", en: "…"}')
    subtitle: Bilingual | None = doc(
        "précision montrée partout avec le titre", "note shown wherever the title is",
        default=None,
    )  # fmt: skip
    narrative: Bilingual = doc("récit {fr, en}", '{fr: "…", en: "…"}, two to four plain sentences')
    family: Family = doc(
        "une parmi funding_cuts, mergers, new_revenue, contracts_and_cash, demand_and_costs, "
        "support, combined",
        "one of funding_cuts, mergers, new_revenue, contracts_and_cash, demand_and_costs, "
        "support, combined",
    )
    extends: str | None = doc(
        "scénario dont celui-ci part ; ses leviers s'ajoutent",
        "scenario that this one starts from; levers are appended",
        default=None, min_length=1,
    )  # fmt: skip
    horizon: Horizon = doc(_HORIZON, _HORIZON)
    levers: Annotated[
        tuple[AnyLever, ...],
        BeforeValidator(
            lambda value: () if value is None else value,
            json_schema_input_type=tuple[AnyLever, ...] | None,
        ),
    ] = doc("leviers, dans l'ordre", "levers, in order", default=())
    uncertainty: Uncertainty | None = doc("tirages de paramètres", "parameter draws", default=None)
    hypotheses: tuple[Hypothesis, ...] = doc(
        "ce que l'on attend, testé par la simulation", "what is expected, tested by the run",
        default=(),
    )  # fmt: skip
    sources: tuple[Text, ...] = doc("sources", "sources", default=())
    played: tuple[Played, ...] | None = doc(
        "export d'une salle : qui a joué quelle carte ; sans effet sur la simulation",
        "export of a room: who played which card; without effect on the simulation",
        default=None,
    )  # fmt: skip

    @model_validator(mode="after")
    def _within_horizon(self) -> Scenario:
        found: list[Fault] = []
        for index, lever in enumerate(self.levers):
            for path, message, hint in lever.horizon_faults(self.horizon.quarters):
                found.append((("levers", index, *path), message, hint))
        for index, hypothesis in enumerate(self.hypotheses):
            for field, earliest in (("at", 0), ("since", -1)):
                quarter = getattr(hypothesis, field)
                if quarter is None:
                    continue
                if not earliest <= codes.quarter_index(quarter) < self.horizon.quarters:
                    hint = f"the horizon is {self.horizon.start} to {self.horizon.last}"
                    message = f"{quarter} is outside the horizon"
                    found.append((("hypotheses", index, field), message, hint))
            if hypothesis.versus == self.id:
                message = "a scenario is not compared with itself"
                hint = "name another, or give since alone: what changes along time"
                found.append((("hypotheses", index, "versus"), message, hint))
        if found:
            raise faults(found)
        return self

    def effects(self, quarters: int | None = None, parameters: Parameters | None = None) -> Effects:
        """All that the levers change, compiled in their order.

        `quarters`: length of the paths (default: the horizon). `parameters`: values of the world
        (default: the defaults), from which some levers move evenly to their target.
        """
        length = self.horizon.quarters if quarters is None else quarters
        return Effects.joined(lever.compile(length, parameters) for lever in self.levers)

    @property
    def support(self) -> tuple[str, ...]:
        """Kinds of its support programmes, each once; their effects are assumed, never proved."""
        named = [
            lever.programme
            for lever in self.levers
            if isinstance(lever, SupportProgramme) and lever.programme and lever.capacity
        ]
        return tuple(dict.fromkeys(named))

    def sentences(self, language: str = "fr") -> list[str]:
        """One plain sentence for each lever."""
        return [lever.sentence(language) for lever in self.levers]

    def resolved(self) -> dict[str, Any]:
        """The whole scenario in the words of a file, `extends` resolved."""
        written = self.model_dump(
            mode="json", by_alias=True, exclude_none=True, exclude={"extends"}
        )
        written["levers"] = [lever_written(lever) for lever in written["levers"]]
        return written

    def to_yaml(self) -> str:
        """The text of a file that reads as this very scenario."""
        from simulator.scenario.writing import write_yaml

        return write_yaml(self.resolved())

    @property
    def digest(self) -> str:
        """Sha-256 of the resolved scenario: same digest, same scenario."""
        text = json.dumps(self.resolved(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def lever_written(lever: dict[str, Any]) -> dict[str, Any]:
    """A lever as in a file: its name first, nothing said of what is left at rest."""
    at_rest: dict[str, Any] = {"where": {}, "ramp": 0}
    kept = {key: value for key, value in lever.items() if at_rest.get(key) != value}
    return {
        "lever": kept.pop("lever"),
        # JSON has no whole numbers as keys: give years back.
        **{
            key: {int(year): one for year, one in value.items()} if _by_year(value) else value
            for key, value in kept.items()
        },
    }


def _by_year(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(key.isdigit() for key in value)
