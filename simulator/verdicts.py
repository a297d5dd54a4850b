"""Verdict words on a paired difference.

A verdict counts signs over draws of the parameters, never over chance alone: runs are paired,
so chance makes almost every sign look stable.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

Verdict = Literal[
    "robust", "likely", "ambiguous", "unchanged", "too_few_draws", "sign_stable", "sign_unstable",
    "identical",
]  # fmt: skip

DRAWS_NEEDED: Final = 10
ROBUST_FROM: Final = 0.90
LIKELY_FROM: Final = 0.66

WORDS: Final[dict[str, dict[str, str]]] = {
    "robust": {"fr": "robuste", "en": "robust"},
    "likely": {"fr": "probable", "en": "likely"},
    "ambiguous": {"fr": "ambigu", "en": "ambiguous"},
    "unchanged": {"fr": "inchangé", "en": "unchanged"},
    "too_few_draws": {
        "fr": "moins de 10 tirages de paramètres",
        "en": "fewer than 10 parameter draws",
    },
    "sign_stable": {
        "fr": "signe stable, paramètres non variés",
        "en": "sign stable, parameters not varied",
    },
    "sign_unstable": {
        "fr": "signe instable, paramètres non variés",
        "en": "sign unstable, parameters not varied",
    },
    "identical": {
        "fr": "aucun écart, paramètres non variés",
        "en": "no difference, parameters not varied",
    },
}
# Said instead of any word where a compared scenario holds a support programme: its effect is
# assumed, and a tool of those who run such programmes must not prove them.
WITHHELD: Final = {
    "fr": "mot retenu : effet supposé, non prouvé",
    "en": "withheld: support programme",
}


def word(verdict: str, language: str = "fr") -> str:
    """The word or words shown for a verdict."""
    return WORDS[verdict][language]


def sign_share(differences: np.ndarray) -> float:
    """Share of the differences that have the sign of their median; 0 counts as no sign."""
    if len(differences) == 0:
        return float("nan")
    sign = np.sign(np.median(differences))
    if sign == 0:
        return float(np.mean(differences == 0))
    return float(np.mean(np.sign(differences) == sign))


def sign_shares(differences: np.ndarray) -> np.ndarray:
    """(rows,) `sign_share` of each row of differences."""
    sign = np.sign(np.median(differences, axis=1, keepdims=True))
    return np.asarray(np.mean(np.sign(differences) == sign, axis=1))


def over_draws(median: float, share: float, threshold: float, draws: int) -> Verdict:
    """Verdict on one difference per parameter draw, or per draw and structure (means over theirs).

    median, share: of these differences, the share as `sign_share`; `draws`: how many draws there
    are; structures do not stand in for them.
    """
    if draws < DRAWS_NEEDED:
        return "too_few_draws"
    if abs(median) <= threshold:
        return "unchanged"
    if share >= ROBUST_FROM:
        return "robust"
    return "likely" if share >= LIKELY_FROM else "ambiguous"


def over_replicates(differences: np.ndarray) -> Verdict:
    """What may be said when only chance was varied: whether the sign holds, no verdict."""
    if np.all(differences == 0):
        return "identical"
    stable = len(differences) > 1 and sign_share(differences) >= ROBUST_FROM
    return "sign_stable" if stable else "sign_unstable"
