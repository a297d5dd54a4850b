"""Support programmes for organisations and those who lead them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from simulator.codes import SUPPORT_PROGRAMMES
from simulator.levers import wording
from simulator.levers.base import Lever
from simulator.levers.effects import Effects
from simulator.levers.selection import DIMENSIONS, Payer
from simulator.parameters import Parameters
from simulator.strict_model import Fault, doc

ORGANISATIONS = DIMENSIONS[1:]
Kind = Literal[
    "consolidation", "rethinking", "crisis_anticipation", "leaders_health", "orderly_closure",
    "governance", "alliances", "dla",
]  # fmt: skip

# What each kind is, in words. Programmes that exist are named as examples of a kind, in the docs.
KINDS: dict[str, dict[str, str]] = {
    "consolidation": {"fr": "un programme de consolidation", "en": "a consolidation programme"},
    "rethinking": {"fr": "un programme pour repenser l'organisation dans la crise",
                   "en": "a programme to rethink the organisation in crisis"},
    "crisis_anticipation": {"fr": "un programme d'anticipation des crises (plan de trésorerie)",
                            "en": "a programme to anticipate crises (cash plan)"},
    "leaders_health": {"fr": "un programme de santé des dirigeants",
                       "en": "a programme on leaders' health"},
    "orderly_closure": {"fr": "des espaces pour parler de la fermeture",
                        "en": "spaces to speak about closing"},
    "governance": {"fr": "un programme de gouvernance renouvelée",
                   "en": "a programme to renew governance"},
    "alliances": {"fr": "un programme d'alliances stratégiques",
                  "en": "a programme of strategic alliances"},
    "dla": {"fr": "un conseil de type DLA", "en": "advice such as the DLA"},
}  # fmt: skip


class SupportProgramme(Lever):
    """Support for some organisations a year, whose effect is assumed, never proved."""

    family = "support"
    names = {"fr": "Programme d'accompagnement", "en": "Support programme"}
    about = {
        "fr": "Accompagne un nombre d'organisations par an, d'abord à court de trésorerie. Son "
        "effet est supposé, pas prouvé : aucun mot de jugement n'est donné.",
        "en": "Supports a number of organisations a year, those short of cash first. Its effect "
        "is assumed, not proved: no verdict word is given.",
    }
    selects = ORGANISATIONS
    pays = True

    lever: Literal["support_programme"]
    programme: Kind | None = doc(
        f"sorte d'accompagnement : {', '.join(SUPPORT_PROGRAMMES)}",
        f"kind of support: {', '.join(SUPPORT_PROGRAMMES)}",
        default=None,
    )
    capacity: Annotated[float, Field(ge=0, le=1_000_000, strict=True)] | None = doc(
        "organisations accueillies par an, au plus : 500",
        "organisations taken in a year, at most: 500",
        default=None,
    )
    payer: Payer | None = doc("qui paie", "who pays", default=None)

    def more_faults(self) -> list[Fault]:
        """A kind and a capacity belong together."""
        if self.programme is None and self.capacity is not None:
            return [(("programme",), "is missing", f"name one of {', '.join(SUPPORT_PROGRAMMES)}")]
        if self.capacity is None and self.programme is not None:
            return [(("capacity",), "is missing", "organisations a year, capacity: 500")]
        return []

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """A programme of so many places; its euros are those of all places taken."""
        known = Parameters.default() if parameters is None else parameters
        kind, capacity = str(self.programme), float(self.capacity or 0.0)
        cost = float(known.table("support_cost")[SUPPORT_PROGRAMMES.index(kind)])
        programme = self.funded(f"support_{kind}", quarters, capacity * cost)
        places = capacity * self.in_force(quarters)
        return Effects(programmes=(replace(programme, capacity=places),))

    def described(self, language: str) -> str:
        """See the base class."""
        places = wording.decimal(self.capacity or 0.0, language)
        text = KINDS[str(self.programme)][language]
        if language == "fr":
            text += f" accueille {places} organisations par an au plus"
        else:
            text += f" takes in at most {places} organisations a year"
        what = "l'accompagnement" if language == "fr" else "for it"
        return text + ", " + wording.pays(self.paid_by, what, language) + self.tail(language)
