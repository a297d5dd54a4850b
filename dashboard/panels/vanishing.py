"""What would have to be true for a difference to vanish, from the draws of the parameters."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.panels.certainty import same_sign
from dashboard.panels.differences import difference_unit
from dashboard.panels.linked import FEWEST, Linked, linked_parameters
from dashboard.panels.panel import Panel
from dashboard.reading import Row
from dashboard.view import View
from simulator import accepted_set
from simulator.indicators import INDICATORS
from simulator.parameter_draws import drawn_names, quantile, sobol_point
from simulator.parameters import parameter_spec
from simulator.problems import InputError
from simulator.verdicts import DRAWS_NEEDED

COLUMNS: Final = (
    "scenario", "draws", "smallest_effect", "vanishing_draws", "r2", "parameter", "low_end",
    "middle", "high_end", "crossing", "vanishes", "low_draws", "low_gone", "high_draws",
    "high_gone",
)  # fmt: skip
_SHOWN: Final = ("yes", "perhaps")


def vanishing_counts(view: View) -> dict[str, tuple[int, int, float]]:
    """Scenario → draws in which the difference vanishes, draws, smallest effect of interest.

    It vanishes where it is no larger than that effect, or turns around.
    """
    code = view.selection.indicator
    found, rows = {}, _by_scenario(view)
    for scenario, differences in view.comparison.over_draws(code).items():
        sign, threshold = 1 if differences.mean() >= 0 else -1, rows[scenario]["smallest_effect"]
        gone = int((sign * differences <= threshold).sum())
        found[scenario] = (gone, len(differences), threshold)
    return found


def _by_scenario(view: View) -> dict[str, Row]:
    return {row["scenario"]: row for row in view.end_rows(view.selection.indicator)}


def vanishing_words(view: View) -> list[str]:
    """A sentence for each scenario; why there is none where draws are too few."""
    texts, code = view.texts, view.selection.indicator
    if view.comparison.draws < DRAWS_NEEDED:
        return [
            texts(
                "Les paramètres n'ont pas varié dans ces résultats : on ne peut pas dire sous "
                "quelles hypothèses l'écart disparaîtrait."
            )
        ]
    words, rows = [], _by_scenario(view)
    for scenario, (gone, draws, threshold) in vanishing_counts(view).items():
        if view.comparison.results.withheld(scenario, view.selection.reference):
            words.append(
                texts(
                    "{scenario} : effet supposé d'un accompagnement, rien n'est compté.",
                    scenario=view.quoted(scenario),
                )
            )
            continue
        if view.turned(rows[scenario]):
            words.append(
                texts(
                    "{scenario} : {signs}, il n'y a donc pas d'écart à faire disparaître.",
                    scenario=view.quoted(scenario),
                    signs=same_sign(view, rows[scenario]),
                )
            )
            continue
        row = {"indicator": code, "difference": threshold, "low": threshold, "high": threshold}
        row["reference_value"] = float(view.comparison.paths(code)[scenario][:, -1].mean())
        unit = difference_unit(view, code, row)
        size = unit.difference(texts, threshold).lstrip("+")
        message = (
            texts(
                "{scenario} : l'écart ne disparaît dans aucun des {draws} jeux d'hypothèses ; il "
                "y dépasse partout {size}."
            )
            if gone == 0
            else texts(
                "{scenario} : l'écart est déjà trop petit pour compter (moins de {size}) "
                "dans les {draws} jeux d'hypothèses."
            )
            if gone == draws
            else texts(
                "{scenario} : l'écart disparaît (moins de {size}, ou l'autre sens) dans un seul "
                "des {draws} jeux d'hypothèses."
            )
            if gone == 1
            else texts(
                "{scenario} : l'écart disparaît (moins de {size}, ou l'autre sens) dans "
                "{gone} jeux d'hypothèses sur {draws}."
            )
        )
        words.append(
            message.format(scenario=view.quoted(scenario), gone=gone, draws=draws, size=size)
        )
    return words


def vanishing_panel(view: View) -> Panel:
    """Which parameters, moved alone, would make the difference vanish; slow, made when asked."""
    texts, code = view.texts, view.selection.indicator
    label = INDICATORS[code].label(texts.language)
    counts = vanishing_counts(view) if view.comparison.draws >= DRAWS_NEEDED else {}
    results, rows, shown = view.comparison.results, [], []
    apart = _by_scenario(view)
    for scenario, differences in view.comparison.over_draws(code).items():
        if scenario not in counts or results.withheld(scenario, view.selection.reference):
            continue
        if view.turned(apart[scenario]):  # no direction that could vanish
            continue
        gone, draws, threshold = counts[scenario]
        r2, found, refused = _crossings(view, differences, threshold)
        start = {
            "scenario": scenario, "draws": draws, "smallest_effect": threshold,
            "vanishing_draws": gone, "r2": r2,
        }  # fmt: skip
        told = [row for row in found.to_dict("records") if row["vanishes"] in _SHOWN]
        linked = _linked(view, differences, threshold) if refused else []
        rows += [
            *({**start, "parameter": row["input"], **row} for row in told),
            *({**start, **asdict(one)} for one in linked),
        ] or [start]
        shown += [
            *(_shown(view, scenario, row) for row in told),
            *(_shown_link(view, scenario, one) for one in linked),
        ] or [[view.title(scenario), why_nothing(view, draws, refused), "", "", ""]]
    if not shown:
        shown = [[words, "", "", "", ""] for words in vanishing_words(view)]
    numbers = pd.DataFrame(rows, columns=list(COLUMNS))
    return Panel(
        "vanishing",
        texts("Que faudrait-il pour que l'écart disparaisse ? {label}", label=label),
        texts(
            "Un paramètre à la fois. Bas et haut : le tiers des tirages où il est le plus bas, le "
            "plus haut."
        ),
        " ".join(vanishing_words(view)),
        numbers,
        _headings(view),
        shown,
        [
            texts("Scénario"),
            texts("Paramètre"),
            texts("Plage"),
            texts("L'écart disparaît"),
            texts("Sûreté"),
        ],
    )


def _crossings(
    view: View, differences: np.ndarray, threshold: float
) -> tuple[float, pd.DataFrame, str]:
    from experiments.analysis.vanishing import crossings

    numbers = parameter_numbers(view)
    if numbers is None:
        return float("nan"), pd.DataFrame(columns=["vanishes"]), "unknown draws"
    sign = 1 if differences.mean() >= 0 else -1
    return crossings(numbers, differences, sign, threshold)


def _linked(view: View, differences: np.ndarray, threshold: float) -> list[Linked]:
    numbers = parameter_numbers(view)
    if numbers is None:
        return []
    sign = 1 if differences.mean() >= 0 else -1
    return linked_parameters(numbers, differences, sign * differences <= threshold)


def parameter_numbers(view: View) -> pd.DataFrame | None:
    """Number drawn for each parameter (columns) in each draw, ascending; None if not known.

    A number is a value, or the common factor or shift of a table.
    """
    results = view.comparison.results
    draws = sorted({unit[0] for unit in view.comparison.units})
    try:
        return _drawn(results.parameter_source, int(results.manifest["seed"]), tuple(draws))
    except (InputError, ValueError):  # draws of another version of the model
        return None


@lru_cache(maxsize=8)
def _drawn(source: str, seed: int, draws: tuple[int, ...]) -> pd.DataFrame:
    names = drawn_names()
    if source == "accepted":
        found = accepted_set.shipped()
        lines = [found.numbers[found.row(draw, seed)] for draw in draws]
    else:
        points = [sobol_point(draw, seed, len(names)) for draw in draws]
        specs = [parameter_spec(name) for name in names]
        lines = [
            np.array([quantile(s, float(u)) for s, u in zip(specs, point, strict=True)])
            for point in points
        ]
    return pd.DataFrame(np.array(lines), index=list(draws), columns=list(names))


def why_nothing(view: View, draws: int, refused: str) -> str:
    """Why no parameter is named; `refused`: why no surface could be fitted, empty if one was."""
    texts = view.texts
    if refused and draws < FEWEST:
        return texts(
            "{draws} tirages ne suffisent pas à dire quel paramètre le ferait disparaître",
            draws=draws,
        )
    if refused:
        return texts("dans ces {draws} tirages, aucun paramètre ne s'en détache", draws=draws)
    return texts("aucun paramètre, seul, ne le ferait disparaître dans sa plage")


def _shown(view: View, scenario: str, row: dict[Any, Any]) -> list[str]:
    texts, spec = view.texts, parameter_spec(row["input"])
    low, high, at = (_number(view, row[name]) for name in ("low_end", "high_end", "crossing"))
    mode = {
        "factor": texts(" (facteur commun)"),
        "shift": texts(" (décalage commun)"),
    }.get(spec.range_mode, "")
    sure = texts("oui") if row["vanishes"] == "yes" else texts("peut-être")
    name = texts.spaced(spec.label(texts.language)) + mode
    at = texts("à {number}", number=at)
    return [view.title(scenario), name, texts("{low} à {high}", low=low, high=high), at, sure]


def _shown_link(view: View, scenario: str, one: Linked) -> list[str]:
    """A parameter that goes with the difference: counts where it is low and where it is high."""
    texts, spec = view.texts, parameter_spec(one.parameter)
    counts = texts(
        "dans {low} tirages sur {lows} s'il est bas, {high} sur {highs} s'il est haut",
        low=one.low_gone,
        lows=one.low_draws,
        high=one.high_gone,
        highs=one.high_draws,
    )
    name = texts.spaced(spec.label(texts.language))
    return [view.title(scenario), name, "", counts, texts("lien net, sans seuil connu")]


def _number(view: View, value: float) -> str:
    """Three figures at most."""
    if value != value:
        return "–"
    decimals = 0 if value == 0 else max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return view.texts.number(value, decimals)


def _headings(view: View) -> dict[str, str]:
    texts = view.texts
    words = (
        texts("Scénario"),
        texts("Tirages de paramètres"),
        texts("Plus petit écart qui compte"),
        texts("Tirages où l'écart disparaît"),
        texts("Variance expliquée (R²)"),
        texts("Paramètre"),
        texts("Bas de la plage"),
        texts("Milieu de la plage"),
        texts("Haut de la plage"),
        texts("L'écart disparaît à"),
        texts("Sûreté"),
        texts("Tirages où il est bas"),
        texts("L'écart y disparaît"),
        texts("Tirages où il est haut"),
        texts("L'écart y disparaît"),
    )
    return dict(zip(COLUMNS, words, strict=True))
