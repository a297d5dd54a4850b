"""Structures of the model: mechanisms that could have been written otherwise.

A structure pins parameters where a parameter expresses the alternative, and sets a switch that one
process reads where none does. What it pins stays pinned: neither a draw of the parameters nor a
lever of a scenario moves it, so that `cascade_off` has no cascade in any scenario. Both worlds of a
pair have the same structure; what is compared between structures is the difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from simulator.problems import InputError, did_you_mean

if TYPE_CHECKING:
    from simulator.levers.effects import Effects
    from simulator.parameters import Parameters

EVERY: Final = "all"
DEFAULT: Final = "default"


@dataclass(frozen=True)
class Structure:
    """One way to write the model.

    `pinned`: parameter → value. `additive_hazard`: the hazard of leaving by choice adds up strains
    instead of multiplying them (read by `processes/exits.py`).
    """

    name: str
    label_fr: str
    label_en: str
    definition_fr: str
    definition_en: str
    pinned: Mapping[str, float] = field(default_factory=dict)
    additive_hazard: bool = False

    def label(self, language: str = "fr") -> str:
        return self.label_fr if language == "fr" else self.label_en

    def definition(self, language: str = "fr") -> str:
        return self.definition_fr if language == "fr" else self.definition_en

    def settle(self, parameters: Parameters) -> Parameters:
        """These parameters with the pinned ones set."""
        for name, value in self.pinned.items():
            parameters = parameters.with_(name, set=value)
        return parameters

    def keep(self, effects: Effects) -> Effects:
        """These effects without those on pinned parameters."""
        if not self.pinned:
            return effects
        free = tuple(m for m in effects.modifiers if m.name not in self.pinned)
        return replace(effects, modifiers=free)


_ALL: Final = (
    Structure(
        DEFAULT, "modèle tel quel", "the model as it stands",
        "Tous les mécanismes, avec leurs valeurs.", "All mechanisms, with their values.",
    ),
    Structure(
        "cascade_off", "sans cascade", "without the cascade",
        "Aucun financeur, public ou privé, ne suit le retrait d'un autre ; le plafond de "
        "cofinancement public reste.",
        "No funder, public or private, follows the withdrawal of another; the ceiling on public "
        "co-funding stays.",
        {"cofunding_withdrawal_public": 0.0, "cofunding_withdrawal_private": 0.0},
    ),
    Structure(
        "contest_only", "concurrence pure", "contest only",
        "Le total des dons ne répond ni à la collecte, ni aux subventions, ni aux ventes : ce "
        "qu'une organisation gagne, d'autres le perdent, comme dans les appels à projets.",
        "Total giving answers neither fundraising, nor grants, nor sales: what one organisation "
        "gains others lose, as in calls for projects.",
        {
            "gift_pool_expansion": 0.0, "crowding_out": 0.0, "commercial_gain": 0.0,
            "commercial_loss": 0.0,
        },
    ),
    Structure(
        "hazard_additive", "risques additionnés", "additive hazard",
        "Le risque de fermer ou de ne plus employer additionne les tensions (1 + x) au lieu de "
        "les multiplier (exp x).",
        "The hazard of closing or ceasing to employ adds up strains (1 + x) instead of "
        "multiplying them (exp x).",
        additive_hazard=True,
    ),
)  # fmt: skip
STRUCTURES: Final[Mapping[str, Structure]] = {one.name: one for one in _ALL}


def structure_named(name: str) -> Structure:
    """The structure of a name; InputError with the nearest name where there is none."""
    if name not in STRUCTURES:
        raise InputError.single(
            "structures", f"unknown {name!r}", did_you_mean(name, (*STRUCTURES, EVERY))
        )
    return STRUCTURES[name]


def named_structures(names: Sequence[str] | str | None) -> tuple[str, ...]:
    """Names of the structures asked for, each once; `all` is every one, None the default."""
    if names is None:
        return (DEFAULT,)
    asked = [names] if isinstance(names, str) else list(names)
    if not asked:
        raise InputError.single("structures", "none is named", "one of " + ", ".join(STRUCTURES))
    if EVERY in asked:
        return tuple(STRUCTURES)
    return tuple(dict.fromkeys(structure_named(name).name for name in asked))
