"""What a scenario's file expects of the run: an indicator, where, when, against what."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from simulator.codes import AGE_CLASSES, quarter_index
from simulator.indicators import INDICATORS
from simulator.levers.selection import Form, FundingProfile, Region, Sector, Size, code_type
from simulator.strict_model import Fault, Identifier, StrictModel, Text, doc, faults
from simulator.units import Quarter

REFERENCE = "fil-de-l-eau"

Indicator = Literal[
    "organisations", "survival", "survival_job_weighted", "jobs_fte", "beneficiaries_index",
    "quality_adjusted_service_index", "vulnerable_share", "unmet_need", "volunteers_index",
    "cash_months_median", "share_below_3_months", "share_in_deficit", "public_euros",
    "top_funder_share", "deserts", "exits", "liquidations", "procedures", "absorptions",
    "entries", "layoffs", "quality", "overload", "application_waste", "execution_rate",
    "induced_withdrawals",
    "concentration", "public_euros_per_job_kept", "served_per_public_euro",
]  # fmt: skip
Age = code_type(AGE_CLASSES, "age class")
WHOLE = ("all", "all")
# Groups that results are kept for, in the order of the fields of a group.
DIMENSIONS = (
    "region", "sector", "size", "form", "funding_profile", "age",
    "region_sector", "region_size", "sector_size", "region_sector_size",
)  # fmt: skip


class Group(StrictModel):
    """A group of organisations that results are kept for: a dimension, or a crossing of some."""

    region: Region | None = doc("région", "région", default=None)
    sector: Sector | None = doc("secteur", "sector", default=None)
    size: Size | None = doc("classe de taille", "size class", default=None)
    form: Form | None = doc("forme juridique", "legal form", default=None)
    funding_profile: FundingProfile | None = doc(
        "ressource principale", "main resource", default=None
    )
    age: Age | None = doc("classe d'âge", "age class", default=None)  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _kept(self) -> Group:
        if self.place[0] not in DIMENSIONS:
            fields = ", ".join(name for name, value in self if value is not None) or "nothing"
            hint = "one of " + ", ".join(DIMENSIONS)
            raise faults([((), f"results are not kept by {fields}", hint)])
        return self

    @property
    def place(self) -> tuple[str, str]:
        """Dimension and group of the results: `("region_size", "52|M")`."""
        given = [(name, str(value)) for name, value in self if value is not None]
        return "_".join(name for name, _ in given), "|".join(value for _, value in given)


class Than(StrictModel):
    """The other effect that an effect is compared with: of another indicator or group."""

    indicator: Indicator | None = doc(
        "autre indicateur (défaut : le même)", "another indicator (default: the same)",
        default=None,
    )  # fmt: skip
    group: Group | None = doc(
        "autre groupe (défaut : tous)", "another group (default: everybody)", default=None
    )

    @model_validator(mode="after")
    def _named(self) -> Than:
        if self.indicator is None and self.group is None:
            raise faults([((), "names nothing", "give indicator, group or both")])
        return self


class Hypothesis(StrictModel):
    """What is expected, tested by the run and reported."""

    indicator: Indicator = doc("indicateur", "indicator")
    group: Group | None = doc(
        "groupe regardé : {sector: SOCIAL} (défaut : tous)",
        "group looked at: {sector: SOCIAL} (default: everybody)", default=None,
    )  # fmt: skip
    at: Quarter | None = doc(
        "trimestre regardé (défaut : le dernier)", "quarter looked at (default: the last)",
        default=None,
    )  # fmt: skip
    since: Quarter | None = doc(
        "trimestre depuis lequel on compte ce qui change ; sans `versus`, dans ce scénario seul",
        "quarter since when change is counted; without `versus`, in this scenario alone",
        default=None,
    )  # fmt: skip
    versus: Identifier | None = doc(
        f"scénario de comparaison (défaut : {REFERENCE})",
        f"scenario compared with (default: {REFERENCE})", default=None,
    )  # fmt: skip
    parts: tuple[Identifier, ...] | None = doc(
        "scénarios dont la somme des effets est comparée à l'effet de celui-ci",
        "scenarios whose effects are added up, to compare with the effect of this one",
        default=None,
    )  # fmt: skip
    than: Than | None = doc(
        "autre effet, auquel celui-ci est comparé : {indicator: …, group: …}",
        "another effect that this one is compared with: {indicator: …, group: …}", default=None,
    )  # fmt: skip
    expect: Literal["lower", "higher", "unchanged"] = doc(
        "`lower`, `higher` ou `unchanged`", "`lower`, `higher` or `unchanged`"
    )
    built_in: bool = doc(
        "vrai si un mécanisme du modèle contient déjà la réponse",
        "true where a mechanism of the model already holds the answer",
        default=False,
        strict=True,
    )
    source: Text | None = doc("d'où vient l'attente", "where the expectation comes from",
                              default=None)  # fmt: skip

    @model_validator(mode="before")
    @classmethod
    def _versus_the_reference(cls, value: object) -> object:
        """Without a change along time, an effect is a difference from some scenario."""
        if not isinstance(value, dict) or value.get("since") or value.get("versus"):
            return value
        return {**value, "versus": REFERENCE}

    @model_validator(mode="after")
    def _possible(self) -> Hypothesis:
        found: list[Fault] = []
        if self.at is not None and self.since is not None and not (
            quarter_index(self.since) < quarter_index(self.at)
        ):  # fmt: skip
            found.append(
                (("since",), f"{self.since} is not before {self.at}", "an earlier quarter")
            )
        if self.versus is None and (self.parts or self.than):
            hint = "name the scenario that it is the difference from: versus"
            found.append((("since",), "a change along time is no effect of a scenario", hint))
        if self.parts is not None and len(self.parts) < 2:
            found.append((("parts",), "names no sum", "name two scenarios or more"))
        if self.parts is not None and self.than is not None:
            found.append((("than",), "an effect is compared with one thing", "parts or than"))
        if self._crosses:
            hint = "a group of one dimension: crossings keep fourth quarters only"
            if INDICATORS[self.indicator].counts_events:
                found.append((("group",), "events are not counted in crossings", hint))
            for field in ("at", "since"):
                quarter = getattr(self, field)
                if quarter is not None and not quarter.endswith("Q4"):
                    found.append(((field,), f"{quarter} is not kept in crossings", hint))
        if found:
            raise faults(found)
        return self

    @property
    def _crosses(self) -> bool:
        groups = (self.group, None if self.than is None else self.than.group)
        return any(g is not None and DIMENSIONS.index(g.place[0]) > 5 for g in groups)
