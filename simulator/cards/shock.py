"""Shocks: what the world does in a round, written like a card that nobody plays or pays."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from simulator.cards.cost import NOTHING, CardCost, Cost
from simulator.cards.levers import takes_payer
from simulator.cards.schema import Adoption, Card, Requires
from simulator.levers import LEVERS, Lever
from simulator.levers.selection import Payers
from simulator.strict_model import Fault, doc, faults

_NOBODY = "nobody plays a shock"


class Shock(Card):
    """An event that a facilitator draws; its levers are hypotheses, never decisions."""

    side: Literal["event"] = doc(  # type: ignore[assignment]
        "`event` : personne ne joue un choc", "`event`: nobody plays a shock"
    )
    cost: CardCost = doc("aucun coût", "no cost", default=Cost(amount=NOTHING))
    payer: Payers = doc("personne", "nobody", default=())

    @model_validator(mode="after")
    def _of_the_world(self) -> Shock:
        found: list[Fault] = []
        for name, rest in (("adoption", Adoption()), ("requires", Requires())):
            if getattr(self, name) != rest:
                found.append(((name,), _NOBODY, "limit the levers with where"))
        for index, lever in enumerate(self.levers):
            if takes_payer(lever):
                found.append((("levers", index, "where", "funder"), _NOBODY, "name the funders"))
            if LEVERS[lever["lever"]].pays:
                message = f"{lever['lever']} is paid by somebody, and {_NOBODY}"
                found.append((("levers", index, "lever"), message, "use another lever"))
        if found:
            raise faults(found)
        return self

    def _cost_faults(self) -> list[Fault]:
        return [(("cost",), _NOBODY, "leave it out")] if self.cost.amount != NOTHING else []

    def _payer_faults(self) -> list[Fault]:
        return [(("payer",), _NOBODY, "leave it out")] if self.payer else []

    def strikes(self, quarter: str | int, quarters: int) -> tuple[Lever, ...]:
        """Levers of a scenario of so many quarters that the shock strikes in a quarter."""
        from simulator.cards.play import Play

        return tuple(
            lever.model_copy(update={"nature": "hypothesis"})
            for lever in Play(self, quarter).levers(quarters)
        )
