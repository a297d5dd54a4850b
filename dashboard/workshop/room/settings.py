"""What a facilitator decides before a room opens: future, territory, rounds, roles, tables."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from simulator import codes
from simulator.strict_model import Fault, Identifier, StrictModel, doc, faults
from simulator.units import Quarter, fault, shown

LONGEST_NAME: Final = 40
LONGEST_TITLE: Final = 80
MOST_ROLES: Final = 8
MOST_TABLES: Final = 24
MOST_ROUNDS: Final = 8
FUNDERS: Final = (*codes.LEVELS, "foundations")
# What a table predicts, and what it may be: a share of organisations, an index whose base is 100.
PREDICTED: Final = ("survival", "quality_adjusted_service_index")
POSSIBLE: Final = {PREDICTED[0]: (0.0, 1.0), PREDICTED[1]: (0.0, 200.0)}
# What is projected, unless the facilitator chooses others.
PROJECTED: Final = ("survival", "jobs_fte", "unmet_need", "public_euros")
TimedPhase = Literal["predict", "decide", "reveal", "debate", "debrief"]
# Thirty are protected for the debrief.
MINUTES: Final[dict[TimedPhase, int]] = {
    "predict": 5, "decide": 15, "reveal": 8, "debate": 10, "debrief": 30,
}  # fmt: skip


def clean_name(value: object, longest: int = LONGEST_NAME) -> str:
    """A name as people type it: one line, composed letters, no invisible characters.

    Raises a validation fault where nothing is left or too much is.
    """
    if not isinstance(value, str):
        raise fault(f"{shown(value)} is not a text", "write a name")
    composed = unicodedata.normalize("NFC", value)
    kept = "".join(
        letter if not unicodedata.category(letter).startswith(("C", "Z")) else " "
        for letter in composed
    )
    name = " ".join(kept.split())
    if not name:
        raise fault("is empty", "write a name")
    if len(name) > longest:
        raise fault(f"is {len(name)} characters long", f"write at most {longest}")
    return name


Name = Annotated[str, BeforeValidator(clean_name)]
"""A name of a table or a role, at most 40 characters; never of a person."""
Title = Annotated[str, BeforeValidator(lambda value: clean_name(value, LONGEST_TITLE))]


class Family(StrictModel):
    """Organisations that a table stands for; what is absent is not limited."""

    sector: Literal[codes.SECTORS] | None = doc("secteur", "sector", default=None)  # type: ignore[valid-type]
    size: Literal[codes.SIZES] | None = doc("taille", "size", default=None)  # type: ignore[valid-type]
    funding_profile: Literal[codes.FUNDING_PROFILES] | None = doc(  # type: ignore[valid-type]
        "ressource principale", "main resource", default=None
    )

    def given(self) -> dict[str, str]:
        """Dimension → code, for those that are limited."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class Role(StrictModel):
    """Whom tables of this role stand for: a family of organisations, or one funder."""

    id: Identifier = doc("identifiant", "identifier")
    name: Name = doc("nom du rôle", "name of the role")
    family: Family | None = doc("famille d'organisations", "family of organisations", default=None)
    payer: Literal[FUNDERS] | None = doc(  # type: ignore[valid-type]
        "financeur : un niveau, ou les fondations", "funder: a level, or foundations", default=None
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Role:
        if (self.family is None) == (self.payer is None):
            raise faults([(("family",), "a role is a family or a funder", "give one of the two")])
        return self

    @property
    def kind(self) -> Literal["organisations", "funders"]:
        """Which of the two it is."""
        return "organisations" if self.payer is None else "funders"


class Seat(StrictModel):
    """A table that is expected, and its role."""

    id: Identifier = doc("identifiant", "identifier")
    name: Name = doc("nom de la table", "name of the table")
    role: Identifier = doc("rôle", "role")


class Settings(StrictModel):
    """A room before anybody enters it."""

    title: Title = doc("titre", "title")
    language: Literal["fr", "en"] = doc(
        "langue des écrans", "language of the screens", default="fr"
    )
    scenario: Identifier = doc("scénario de départ", "starting scenario", default="fil-de-l-eau")
    region: Literal[codes.REGIONS] | None = doc(  # type: ignore[valid-type]
        "région jouée à l'échelle 1:1 ; absent : la France", "région at 1:1; absent: France",
        default=None,
    )  # fmt: skip
    population: Literal["workshop", "demo"] = doc(
        "population si aucune région n'est choisie", "population where no région is chosen",
        default="workshop",
    )  # fmt: skip
    rounds: tuple[Quarter, ...] = doc(
        "dernier trimestre de chaque tour", "last quarter of each round",
        default=("2028Q4", "2031Q4", "2035Q4"), min_length=1, max_length=MOST_ROUNDS,
    )  # fmt: skip
    roles: tuple[Role, ...] = doc("rôles", "roles", min_length=1, max_length=MOST_ROLES)
    tables: tuple[Seat, ...] = doc("tables attendues", "tables expected", max_length=MOST_TABLES)
    seed: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] = doc("graine", "seed")
    worlds: Annotated[int, Field(ge=2, le=100, strict=True)] = doc(
        "mondes simulés côte à côte", "worlds simulated side by side", default=20
    )
    source: Literal["accepted", "default"] = doc(
        "ce qui varie d'un monde à l'autre : paramètres et hasard, ou hasard seul",
        "what varies between worlds: parameters and chance, or chance alone",
        default="accepted",
    )
    hand: Annotated[int, Field(ge=1, le=26, strict=True)] = doc(
        "cartes distribuées par rôle et par tour", "cards dealt per role and round", default=6
    )
    indicators: tuple[str, ...] = doc(
        "indicateurs projetés", "indicators projected", default=PROJECTED, min_length=1,
        max_length=6,
    )  # fmt: skip
    budget_organisations: Annotated[float, Field(gt=0, le=0.5)] = doc(
        "ce qu'une table d'organisations peut engager par tour, part du budget annuel",
        "what a table of organisations may commit in a round, share of the yearly budget",
        default=0.06,
    )
    budget_funders: Annotated[float, Field(gt=0, le=0.5)] = doc(
        "ce qu'une table de financeurs peut engager par tour, part de l'enveloppe annuelle",
        "what a table of funders may commit in a round, share of the yearly pot",
        default=0.12,
    )
    minutes: dict[TimedPhase, int] = doc(
        "minutes de chaque phase ; trente protégées pour le débat final",
        "minutes of each phase; thirty protected for the debrief",
        default=MINUTES,
    )

    @model_validator(mode="after")
    def _coherent(self) -> Settings:
        found: list[Fault] = [*self._round_faults(), *self._table_faults()]
        for index, code in enumerate(self.indicators):
            if code not in _headlines():
                hint = f"one of {', '.join(_headlines())}"
                found.append((("indicators", index), f"{code} is no headline indicator", hint))
        if set(self.minutes) != set(MINUTES) or any(
            not 0 < minutes <= 240 for minutes in self.minutes.values()
        ):
            found.append((("minutes",), "are not those of the five phases", "1 to 240 for each"))
        if found:
            raise faults(found)
        return self

    def _round_faults(self) -> list[Fault]:
        found: list[Fault] = []
        ends = [codes.quarter_index(quarter) for quarter in self.rounds]
        for index, end in enumerate(ends):
            before = -1 if index == 0 else ends[index - 1]
            if end <= before:
                message = f"{self.rounds[index]} does not come after the round before"
                found.append((("rounds", index), message, "give the rounds in their order"))
            elif end % 4 != 3:
                message = f"{self.rounds[index]} is inside a year"
                found.append((("rounds", index), message, "end a round with a fourth quarter"))
            elif end >= 60:
                found.append((("rounds", index), "is far away", "end by 2040Q4"))
        return found

    def _table_faults(self) -> list[Fault]:
        found: list[Fault] = []
        known = [role.id for role in self.roles]
        for index, name in enumerate(known):
            if name in known[:index]:
                found.append((("roles", index, "id"), f"{name} stands twice", "rename one"))
        for index, role in enumerate(self.roles):
            if any(
                (role.family, role.payer) == (one.family, one.payer) for one in self.roles[:index]
            ):
                message, hint = (
                    f"{role.id} plays what another role plays",
                    "let tables share a role",
                )
                found.append((("roles", index), message, hint))
        seats = [seat.id for seat in self.tables]
        for index, seat in enumerate(self.tables):
            if seat.role not in known:
                hint = f"one of {', '.join(known)}"
                found.append((("tables", index, "role"), f"{seat.role} is no role", hint))
            if seat.id in seats[:index]:
                found.append((("tables", index, "id"), f"{seat.id} stands twice", "rename one"))
        return found

    @property
    def quarters(self) -> int:
        """Quarters from the beginning of 2026 to the end of the last round."""
        return codes.quarter_index(self.rounds[-1]) + 1

    def first_quarter(self, number: int) -> int:
        """Index of the first quarter of a round, where its cards are played."""
        return 0 if number == 0 else codes.quarter_index(self.rounds[number - 1]) + 1

    def role(self, identifier: str) -> Role:
        """The role of an id; KeyError where there is none."""
        for role in self.roles:
            if role.id == identifier:
                return role
        raise KeyError(identifier)


def _headlines() -> tuple[str, ...]:
    from simulator.indicators import HEADLINES

    return tuple(HEADLINES)
