"""What a replay is: a dated population, series that are fed in, figures that were observed.

Files in `replays/` speak of real years. The model's calendar starts in 2026: year `base_year` is
its 2025, the state that a run starts from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from simulator.codes import FIRST_YEAR, quarter_label
from simulator.figures import published
from simulator.population import PopulationSpec, load_spec
from simulator.problems import InputError, did_you_mean
from simulator.scenario import Scenario
from simulator.strict_model import Bilingual, StrictModel, Text
from simulator.strict_yaml import read_yaml
from simulator.typed_document import validate_document

FOLDER: Final = Path(__file__).resolve().parent
_YEAR: Final = re.compile(r"^((?:19|20)\d\d)(Q[1-4])?$")

Role = Literal["held_out", "tuned", "fed"]
MeasureName = Literal[
    "exits_added", "entries_rate", "employers_growth", "jobs_growth",
    "budgets_growth", "users_growth", "users_share", "procurement_share", "grants_share",
    "public_share", "memberships_share", "gifts_share",
]  # fmt: skip


class Fed(StrictModel):
    """An observed series that the replay was given: nothing in it is foretold."""

    what: Bilingual
    figures: tuple[Text, ...] = Field(min_length=1)


class Observation(StrictModel):
    """A published figure that the replay is held against.

    `role`: `held_out` counts as validation; on `tuned` ones a parameter was set; `fed` ones follow
    from what was given. `since`: first year of a mean per year (default: the year before).
    """

    id: Text
    label: Bilingual
    measure: MeasureName
    since: int | None = None
    year: int
    unit: Text
    value: float
    low: float
    high: float
    role: Role
    fact: Text | None = None
    figures: tuple[Text, ...] = Field(min_length=1)
    note: Text

    @model_validator(mode="after")
    def _coherent(self) -> Observation:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.id}: the observed value is outside its own range")
        return self

    def contains(self, value: float) -> bool:
        """True where a simulated value lies in the range."""
        return self.low <= value <= self.high


class Replay(StrictModel):
    """One hindcast."""

    format: Literal[1]
    id: Text
    title: Bilingual
    base_year: int
    years: Annotated[int, Field(ge=1, le=50)]
    population: Text
    parameters: Mapping[str, float] = {}
    fed: tuple[Fed, ...] = Field(min_length=1)
    levers: tuple[Mapping[str, Any], ...] = Field(min_length=1)
    observed: tuple[Observation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> Replay:
        for one in self.observed:
            first = one.year - 1 if one.since is None else one.since
            if not self.base_year <= first < one.year <= self.base_year + self.years:
                raise ValueError(f"{one.id}: {one.year} is outside the years replayed")
        unknown = sorted(set(self.figures()) - set(published()))
        if unknown:
            raise ValueError(f"figures that are not published: {', '.join(unknown)}")
        return self

    def figures(self) -> list[str]:
        """Ids of all figures, fed in and observed."""
        given = [id_ for part in self.fed for id_ in part.figures]
        return given + [id_ for one in self.observed for id_ in one.figures]

    @property
    def quarters(self) -> int:
        """Quarters to simulate."""
        return 4 * self.years

    def population_spec(self, rows: int | None = None) -> PopulationSpec:
        """The population of the start, on about `rows` rows if given."""
        spec = load_spec(FOLDER / "populations" / self.population)
        return spec if rows is None else spec.model_copy(update={"rows": rows})

    def scenarios(self) -> tuple[Scenario, Scenario]:
        """The replay, and the same years without what happened."""
        return self._scenario(self.id, self.levers), self._scenario(f"{self.id}-without", ())

    def _scenario(self, id_: str, levers: tuple[Mapping[str, Any], ...]) -> Scenario:
        title = self.title.model_dump()
        return Scenario.model_validate({
            "id": id_,
            "title": title,
            "narrative": title,
            "family": "combined",
            "horizon": {"start": quarter_label(0), "quarters": self.quarters},
            "levers": [self._in_model_years(dict(lever)) for lever in levers],
        })  # fmt: skip

    def _in_model_years(self, content: Any) -> Any:
        """Years and quarters of a lever, moved to the calendar of the model."""
        if isinstance(content, dict):
            return {self._moved(key): self._in_model_years(v) for key, v in content.items()}
        if isinstance(content, list):
            return [self._in_model_years(one) for one in content]
        return self._moved(content)

    def _moved(self, value: Any) -> Any:
        match = _YEAR.match(str(value)) if isinstance(value, int | str) else None
        if match is None:
            return value
        year = int(match[1]) + FIRST_YEAR - 1 - self.base_year
        return f"{year}{match[2]}" if match[2] else year


@cache
def replays() -> Mapping[str, Replay]:
    """All replays by id."""
    found = [
        validate_document(read_yaml(path), Replay)
        for path in sorted((FOLDER / "replays").glob("*.yaml"), key=lambda path: path.stem)
    ]
    return {replay.id: replay for replay in found}


def chosen(ids: list[str] | None) -> list[Replay]:
    """The replays asked for, all of them by default; InputError for an unknown id."""
    known = replays()
    for id_ in ids or ():
        if id_ not in known:
            raise InputError.single("hindcast", f"unknown {id_!r}", did_you_mean(id_, list(known)))
    return [known[id_] for id_ in dict.fromkeys(ids or known)]
