"""Playing cards: a card, a quarter and a table become levers; cards on a scenario, a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError

from simulator import codes
from simulator.cards.levers import ROWS, built, dated, dimensions, example, takes_payer
from simulator.cards.schema import Card
from simulator.levers import LEVERS, Lever
from simulator.levers.selection import Where
from simulator.problems import InputError
from simulator.scenario.schema import Scenario, lever_written
from simulator.strict_model import Bilingual
from simulator.units import first_quarter, parse_moment, write_percent

SPENDING, SCHEME = "decided_spending", "administration"
_COST = {
    "fr": "Coût de la carte « {title} » : {words}",
    "en": "Cost of the card “{title}”: {words}",
}


@dataclass(frozen=True)
class Play:
    """A card played by a table.

    played: year or quarter. payer: who plays and pays (default: the first that the card names);
    several only where the card changes a rule. where: part of the organisations or régions that
    the table stands for. share: of these organisations, those that follow (default: the card's).
    """

    card: Card
    played: str | int
    payer: tuple[str, ...] = ()
    where: Where = field(default_factory=Where)
    share: float | None = None

    @property
    def payers(self) -> tuple[str, ...]:
        """Who plays and pays."""
        return self.payer or self.card.payer[:1]

    @property
    def quarter(self) -> int:
        """Index of the quarter of the play."""
        try:
            return first_quarter(parse_moment(self.played))
        except PydanticCustomError as error:
            told = error.context or {}
            raise self._problem("played", told["message"], told["hint"]) from None

    def levers(self, quarters: int) -> tuple[Lever, ...]:
        """Levers of a scenario of so many quarters; InputError if the card cannot be played so."""
        start = self._checked(quarters)
        found = []
        for written in (*self.card.levers, *self._charges()):
            lever = dated(written, start, self.card.lag[0])
            if first_quarter(lever["from"]) >= quarters:
                continue
            where = self._where(lever.get("where", {}), dimensions(example(written)))
            if where is None:
                continue
            lever["where"] = where
            paying = LEVERS[lever["lever"]].pays
            for payer in self.payers if paying else (None,):
                one = built(lever if payer is None else {**lever, "payer": payer})
                for _, message, hint in one.horizon_faults(quarters):
                    raise self._problem("levers", message, hint)
                found.append(one)
        return tuple(found)

    def _checked(self, quarters: int) -> int:
        """The quarter of the play, once all that was asked is possible."""
        card, start = self.card, self.quarter
        if not 0 <= start < quarters:
            first, last = codes.quarter_label(0), codes.quarter_label(quarters - 1)
            message = f"{self.played} is outside the horizon"
            raise self._problem("played", message, f"play between {first} and {last}")
        for payer in self.payers:
            if payer not in card.payer:
                message = f"{payer} cannot play this card"
                raise self._problem("payer", message, f"one of {', '.join(card.payer)}")
        if len(self.payers) > 1 and any(LEVERS[lever["lever"]].pays for lever in card.levers):
            message = "this card is paid by one funder at a time"
            raise self._problem("payer", message, "play it once for each")
        if self.share is not None and card.side != "organisations":
            message = "only organisations follow in part"
            raise self._problem("share", message, "leave it out, or limit the card with where")
        if self.share is not None and not 0.0 <= self.share <= 1.0:
            message = f"{self.share} is no share"
            raise self._problem("share", message, "write a number from 0 to 1")
        for name in ROWS:
            meant, stands = getattr(card.adoption.where, name), getattr(self.where, name)
            if meant and stands and not set(meant) & set(stands):
                message = "the card is not for those that the table stands for"
                raise self._problem(f"where.{name}", message, f"it is for {', '.join(meant)}")
        return start

    def _problem(self, name: str, message: str, hint: str) -> InputError:
        return InputError.single(name, message, hint, file=self.card.id)

    def _charges(self) -> list[dict[str, Any]]:
        """Levers that put the cost of the card into the accounts, over the year of the play."""
        cost = self.card.cost
        if cost.charged != "card" or cost.share is None:
            return []
        label = {
            language: words.format(
                title=self.card.title.in_language(language), words=cost.in_words(language)
            )
            for language, words in _COST.items()
        }
        lever: dict[str, Any] = {"lever": SCHEME, "pot_share": cost.share}
        if cost.base == "budget":
            lever = {"lever": "parameter", "name": SPENDING, "add": cost.share}
        return [{**lever, "label": label, "from": "Y1Q1", "until": "Y1"}]

    def _where(self, written: dict[str, Any], allowed: tuple[str, ...]) -> dict[str, Any] | None:
        """`where` of a lever, limited to those who play and who follow; None for nobody."""
        where = dict(written)
        if takes_payer({"where": written}):
            where["funder"] = list(self.payers)
        if self.card.side == "organisations":
            share = self.card.adoption.share if self.share is None else self.share
            if share is not None and share < 1.0:
                where |= {"share": write_percent(share), "draw": self.card.id}
        for name in ROWS:
            chosen = self._chosen(name, written.get(name)) if name in allowed else None
            if chosen is not None and not chosen:
                return None
            if chosen:
                where[name] = list(chosen)
        return where

    def _chosen(self, name: str, own: Any) -> tuple[str, ...] | None:
        """Codes that the lever, the card and the table all mean; None where all are meant."""
        given = [
            chosen
            for chosen in (
                None if own is None else getattr(Where.model_validate({name: own}), name),
                getattr(self.card.adoption.where, name),
                getattr(self.where, name),
            )
            if chosen is not None
        ]
        if not given:
            return None
        return tuple(code for code in given[0] if all(code in other for other in given))


def scenario_of(
    base: Scenario, plays: Sequence[Play], identifier: str, title: Bilingual | None = None
) -> Scenario:
    """The base scenario with all that was played on it, as a scenario of its own.

    InputError where a card is played without those that it requires, or once more than it may.
    """
    check_requirements(plays)
    quarters = base.horizon.quarters
    content = base.resolved()
    for play in sorted(plays, key=lambda played: played.quarter):
        for lever in play.levers(quarters):
            content["levers"].append(
                lever_written(lever.model_dump(mode="json", by_alias=True, exclude_none=True))
            )
    content["id"] = identifier
    if title is not None:
        content["title"] = title.model_dump()
        content.pop("subtitle", None)
    return Scenario.model_validate(content)


def check_requirements(plays: Sequence[Play]) -> None:
    """InputError for the first play that its card does not allow after the others."""
    for index, play in enumerate(plays):
        requires = play.card.requires
        earlier = {
            other.card.id for other in plays if other is not play and other.quarter <= play.quarter
        }
        missing = [card for card in requires.cards if card not in earlier]
        if missing:
            message = f"{play.card.id} requires {', '.join(missing)}"
            hint = "play it before, or at the same time"
            raise InputError.single(f"plays[{index}]", message, hint, file="cards")
        twice = [other for other in plays[:index] if _same_hand(other, play)]
        if requires.once and twice:
            message = f"{play.card.id} is already in force since {twice[0].played}"
            hint = "it is played only once by each"
            raise InputError.single(f"plays[{index}]", message, hint, file="cards")


def _same_hand(one: Play, other: Play) -> bool:
    """Whether two plays are of one card, for the same organisations or régions.

    A card that acts on the funder that plays it may be played by each of them.
    """
    if one.card.id != other.card.id or one.where != other.where:
        return False
    own = any(takes_payer(lever) for lever in one.card.levers)
    return one.payers == other.payers or not own
