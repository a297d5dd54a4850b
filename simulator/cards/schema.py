"""What a card file says: a decision that a table of a workshop can play in any year."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from simulator import codes
from simulator.cards import timing
from simulator.cards.cost import CardCost
from simulator.cards.levers import ROWS, CardLever, dimensions, example, takes_payer
from simulator.levers.selection import Limits, Payers, Where
from simulator.strict_model import (
    Bilingual,
    Fault,
    Identifier,
    StrictModel,
    Text,
    doc,
    faults,
)  # fmt: skip
from simulator.units import Share, fault, write_percent

if TYPE_CHECKING:
    from simulator.levers import Lever

Side = Literal["organisations", "funders", "public"]
SIDES: tuple[Side, ...] = ("organisations", "funders", "public")
LONGEST_LAG = 40
_PAYERS = {
    "organisations": ("organisations",),
    "funders": (*codes.LEVELS, "foundations"),
    "public": codes.LEVELS,
    "event": (),
}


def _pair(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value, value]


def _some(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Not a length in the schema: what is wrong with an item would be told as a missing one too."""
    if not value:
        raise fault("is empty", "write at least one")
    return value


Quarters = Annotated[int, Field(ge=0, le=LONGEST_LAG, strict=True)]
Lag = Annotated[
    tuple[Quarters, Quarters],
    BeforeValidator(_pair, json_schema_input_type=Quarters | tuple[Quarters, Quarters]),
]
"""Quarters before a card acts: one number, or the shortest and the longest."""


class Adoption(StrictModel):
    """Who takes the card up when it is played."""

    share: Share | None = doc(
        "part des organisations qui suivent : 30% (absent : toutes)",
        "share of organisations that follow: 30% (absent: all)",
        default=None,
    )
    where: Limits = doc(
        "organisations concernées ; absent : toutes", "organisations concerned; absent: all",
        default=Where(),
    )  # fmt: skip


class Requires(StrictModel):
    """What must hold before the card can be played."""

    cards: tuple[Identifier, ...] = doc(
        "cartes jouées avant ou en même temps", "cards played before or at the same time",
        default=(),
    )  # fmt: skip
    once: bool = doc(
        "vrai si la carte ne se joue qu'une fois", "true where the card is played only once",
        default=False, strict=True,
    )  # fmt: skip
    agreement: Literal["organisations", "funders"] | None = doc(
        "qui doit donner son accord, à une autre table : `organisations` ou `funders`",
        "who must agree, at another table: `organisations` or `funders`",
        default=None,
    )
    conditions: Bilingual | None = doc(
        "à qui la carte s'applique ; le modèle le vérifie",
        "whom the card is for; the model checks it",
        default=None,
    )


class Card(StrictModel):
    """A decision, its cost, its effects."""

    format: Literal[1] = doc("format du fichier", "format of the file", default=1)
    id: Identifier = doc("identifiant, en minuscules et tirets", "id in small letters and hyphens")
    title: Bilingual = doc("titre", "title")
    text: Bilingual = doc("texte de la carte", "text of the card")
    side: Side = doc(
        "qui joue : `organisations`, `funders` ou `public`",
        "who plays: `organisations`, `funders` or `public`",
    )
    cost: CardCost = doc(
        "coût : `nothing`, `0.2% of budget`, `5% of pot`",
        "cost: `nothing`, `0.2% of budget`, `5% of pot`",
    )
    payer: Payers = doc(
        "qui peut jouer la carte et la paie ; le premier si la table n'en nomme pas",
        "who may play the card and pays for it; the first if the table names none",
    )
    lag: Lag = doc(
        "trimestres avant l'effet : 2, ou [4, 8]", "quarters before it acts: 2, or [4, 8]"
    )
    levers: Annotated[tuple[CardLever, ...], AfterValidator(_some)] = doc(
        "leviers, datés depuis le jour où la carte est jouée : from: Y1Q2, until: Y3",
        "levers, timed from the play: from: Y1Q2, until: Y3",
    )
    adoption: Adoption = doc("qui suit", "who follows", default=Adoption())
    requires: Requires = doc("conditions", "conditions", default=Requires())
    note: Bilingual | None = doc(
        "ce que le modèle approche, et comment", "what the model approximates, and how",
        default=None,
    )  # fmt: skip
    sources: Annotated[tuple[Text, ...], AfterValidator(_some)] = doc(
        "sources, ou « modelling judgement »", 'sources, or "modelling judgement"'
    )

    @model_validator(mode="after")
    def _coherent(self) -> Card:
        found = [
            *self._payer_faults(), *self._cost_faults(), *self._lag_faults(),
            *self._adoption_faults(), *self._lever_faults(),
        ]  # fmt: skip
        if found:
            raise faults(found)
        return self

    def _payer_faults(self) -> list[Fault]:
        allowed = _PAYERS[self.side]
        found: list[Fault] = [
            (("payer", *([index] if len(self.payer) > 1 else [])),
             f"{payer} cannot play a card of the side {self.side}", f"one of {', '.join(allowed)}")
            for index, payer in enumerate(self.payer)
            if payer not in allowed
        ]  # fmt: skip
        for index, lever in enumerate(self.levers):
            if takes_payer(lever) and not set(self.payer) <= set(codes.LEVELS):
                message = "the payer may be no public funder"
                hint = "name the funders, or public payers only"
                found.append((("levers", index, "where", "funder"), message, hint))
        return found

    def _cost_faults(self) -> list[Fault]:
        cost, own = self.cost, "budget" if self.side == "organisations" else "pot"
        if cost.base is not None and cost.base != own:
            message = f"{cost.base} is not what {self.side} pay out of"
            return [(("cost",), message, f"write a share of {own}")]
        if cost.base == "pot" and cost.charged == "levers":
            taken = [getattr(example(lever), "pot_share", None) for lever in self.levers]
            if cost.share not in [write_percent(share) for share in taken if share is not None]:
                hint = f"add pot_share: {cost.share} to one, or let the card charge it"
                return [(("cost",), "no lever of the card takes it from the pot", hint)]
        return []

    def _lag_faults(self) -> list[Fault]:
        low, high = self.lag
        found: list[Fault] = []
        if high < low:
            message = f"the longest lag ({high}) is shorter than the shortest ({low})"
            found.append((("lag",), message, "write the shortest first"))
        for index, lever in enumerate(self.levers):
            if "from" in lever or "until" not in lever:
                continue
            if timing.last_offset(lever["until"]) < low:
                message = f"{lever['until']} comes before the card acts (lag: {low} quarters)"
                found.append((("levers", index, "until"), message, "give a later end"))
        return found

    def _adoption_faults(self) -> list[Fault]:
        found: list[Fault] = []
        for name in ("share", "draw"):
            if getattr(self.adoption.where, name) is not None:
                hint = "write it beside where" if name == "share" else "leave it out"
                found.append((("adoption", "where", name), "stands in the wrong place", hint))
        if self.adoption.where.funder is not None:
            message = "organisations take up a card, not funders"
            found.append((("adoption", "where", "funder"), message, "name funders in payer"))
        if self.side != "organisations" and self.adoption.share is not None:
            message = f"a share is of organisations, and this card is played by {self.side}"
            found.append((("adoption", "share"), message, "leave it out"))
        return found

    def _lever_faults(self) -> list[Fault]:
        """What is out of reach, and levers that could not be limited to those who follow."""
        found: list[Fault] = []
        for index, written in enumerate(self.levers):
            lever = example(written)
            for path, message, hint in lever.horizon_faults(4 * timing.LARGEST_YEAR):
                found.append((("levers", index, *path), message, hint))
            if self.side != "organisations" or set(ROWS) <= set(dimensions(lever)):
                continue
            message = f"{lever.subject} acts on all, whoever takes the card up"
            hint = f"use what can be limited by {', '.join(ROWS)}"
            found.append((("levers", index), message, hint))
        return found

    def compile(
        self,
        played: str | int,
        quarters: int = 40,
        *,
        payer: str | tuple[str, ...] | None = None,
        where: Where | None = None,
        share: float | None = None,
    ) -> tuple[Lever, ...]:
        """Levers of a scenario of so many quarters in which the card is played.

        `played`: year or quarter. `payer`: who plays and pays, of those of the card. `where`: part
        of the organisations or régions that the table stands for. `share`: of these, those that
        follow (default: that of the card). What would begin after the horizon is left out.
        InputError if the card cannot be played so.
        """
        from simulator.cards.play import Play

        chosen = (payer,) if isinstance(payer, str) else payer or ()
        return Play(self, played, chosen, where or Where(), share).levers(quarters)

    def resolved(self) -> dict[str, Any]:
        """The card in the words of a file."""
        written = self.model_dump(mode="json", by_alias=True, exclude_none=True,
                                  exclude={"levers", "cost", "adoption", "requires"})  # fmt: skip
        written["cost"] = self.cost.written()
        low, high = self.lag
        written["lag"] = low if low == high else [low, high]
        written["payer"] = self.payer[0] if len(self.payer) == 1 else list(self.payer)
        written["levers"] = [_plain(lever) for lever in self.levers]
        adoption = self.adoption.model_dump(mode="json", exclude_none=True)
        requires = self.requires.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        written["adoption"] = {key: value for key, value in adoption.items() if value}
        written["requires"] = requires
        return {
            name: written[name]
            for name in Card.model_fields
            if name in written and written[name] not in ({}, [])
        }

    @property
    def digest(self) -> str:
        """Sha-256 of the resolved card: same digest, same card."""
        text = json.dumps(self.resolved(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(child) for key, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, list | tuple) else value
