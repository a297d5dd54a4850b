"""The document of a comparison: the same on paper and in a file of its own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from dashboard.components.limits import limit_words
from dashboard.figures.theme import LETTERS
from dashboard.handover.stored import stored
from dashboard.panels.differences import better_is, difference_unit, judged
from dashboard.panels.fates import fates_panel
from dashboard.panels.groups import grouping_names, groups_panel
from dashboard.panels.headlines import (
    PUBLIC_MONEY,
    at_its_most,
    card_line,
    ordinary_turnover,
    reference_levels,
    survival_difference,
)
from dashboard.panels.origin import results_sentence
from dashboard.population_names import population_name
from dashboard.reading import BESIDE_SURVIVAL, Row
from dashboard.units import DisplayUnit
from dashboard.view import View
from dashboard.words import verdict_words
from simulator.codes import quarter_label
from simulator.indicators import INDICATORS
from simulator.structures import STRUCTURES

FOLDER: Final = Path(__file__).parent
PIECES: Final = {"view.css": "text/css", "view.js": "text/javascript"}
_BESIDE: Final = (*BESIDE_SURVIVAL, "vulnerable_share", PUBLIC_MONEY)
_MOST_MANIFEST: Final = 64  # characters of a value on paper


def document(view: View, link: str, pieces: str | None = None) -> str:
    """HTML of a view. link: where it was made; pieces: address of `PIECES`, inside if None."""
    from markupsafe import Markup

    data = stored(view)
    # `<` never stands in the data: nothing in a title can end the element that holds it.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    alone = pieces is None
    return _template().render(
        **_parts(view),
        **{k: data[k] for k in ("scenarios", "groups", "indicators", "indicator", "language")},
        refused=_refused(view, data["refused"]),
        data=Markup(text.replace("<", "\\u003c")),
        style=Markup(piece("view.css")) if alone else None,
        script=Markup(piece("view.js")) if alone else None,
        pieces=pieces,
        link=link,
    )


@cache
def piece(name: str) -> str:
    """Text of one of `PIECES`."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(FOLDER)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html")


def _parts(view: View) -> dict[str, Any]:
    texts = view.texts
    manifest = view.comparison.results.manifest
    return {
        "version": manifest.get("version", "?"),
        "title": texts.listing([view.title(s) for s in view.others])
        + texts(", à côté de {reference}", reference=view.quoted(view.selection.reference)),
        "banner": texts("Simulation conditionnelle, pas une prévision"),
        "place": f"{view.place[:1].upper()}{view.place[1:]}. {results_sentence(view)}",
        "turnover": ordinary_turnover(view),
        "levels": reference_levels(view),
        "verdict_notes": verdict_words(view),
        "supposed": [(view.title(s), view.narrative(s) or "–") for s in view.selection.scenarios],
        "bands": view.spread_of_means,
        "words": _words(view),
        **_brief(view),
        **_survival(view),
        **_where(view),
        "limits": limit_words(texts),
        "provenance_headings": [texts("Quoi"), texts("Valeur")],
        "provenance": _provenance(view),
        "manifest_headings": [texts("Scénario"), texts("Empreinte du fichier")],
        "manifest": [
            [view.title(s), str(manifest["scenarios"][s].get("sha256", "?"))]
            for s in view.selection.scenarios
        ],
    }


def _brief(view: View) -> dict[str, Any]:
    """The first table: survival in natural frequencies, and what it never goes without."""
    texts, rows = view.texts, []
    for rank, scenario in enumerate(view.others, start=1):
        survival = view.difference("survival", scenario)
        verdict = "" if survival is None else view.verdict(survival)
        told = f"{survival_difference(view, scenario)} – {verdict}"
        cells = [_with(told, at_its_most(view, scenario, "survival"))]
        for code in _BESIDE:
            row = view.difference(code, scenario)
            _, told, word = card_line(view, scenario, code)
            judgement = "" if row is None else f" – {texts.series([word, judged(view, row)])}"
            cells.append(_with(told + judgement, at_its_most(view, scenario, code)))
        rows.append([f"{LETTERS[rank]} · {view.title(scenario)}", *cells])
    headings = [
        f"{INDICATORS[code].label(texts.language)} ({better_is(code, texts)})" for code in _BESIDE
    ]
    return {
        "brief_headings": [texts("Scénario"), texts("Organisations qui poursuivent"), *headings],
        "brief": rows,
        "no_score": texts(
            "Il n'y a pas de note d'ensemble : peser la survie contre les publics, les besoins et "
            "l'argent est un choix politique, pas un calcul."
        ),
    }


def _with(told: str, most: str) -> str:
    """The difference at the end, and the largest one where that is another."""
    return f"{told}. {most}" if most else told


def _survival(view: View) -> dict[str, Any]:
    texts, comparison = view.texts, view.comparison
    quarters = comparison.survival_quarters
    ends = [i for i, q in enumerate(quarters) if q % 4 == 3]
    at_risk = [
        [
            view.title(s),
            *(texts.number(comparison.survival[s].at_risk_rows[:, i].mean()) for i in ends),
        ]
        for s in view.selection.scenarios
    ]
    headings = [texts.quarter(quarter_label(quarters[i])) for i in ends]
    fates = fates_panel(view)
    last = [row for row in fates.shown if row[1] == view.end]
    return {
        "at_risk_headings": [texts("Scénario"), *headings],
        "at_risk": at_risk,
        "fates_headings": [fates.shown_headings[0], *fates.shown_headings[2:]],
        "fates": [[row[0], *row[2:]] for row in last],
    }


def _where(view: View) -> dict[str, Any]:
    """The difference of each group as a table of scenarios; thin groups say their rows."""
    texts, by = view.texts, view.broken_by
    if not by:
        return {"where": [], "where_headings": [], "where_title": ""}
    every = view.comparison.by_group(by, view.selection.indicator)
    unit = difference_unit(view, view.selection.indicator, *(row for row in every if row["shown"]))
    rows = []
    for group in dict.fromkeys(row["group"] for row in every):
        own = {row["scenario"]: row for row in every if row["group"] == group}
        first = next(iter(own.values()))
        cells = [
            texts("groupe trop petit")
            if not first["shown"]
            else _dotted(view, own[s], unit)
            if s in own
            else "–"
            for s in view.others
        ]
        rows.append([view.code(by, group), texts.number(first["rows"]), *cells])
    return {
        "where": rows,
        "where_headings": [
            grouping_names(texts)[by],
            texts("Fiches"),
            *(view.title(s) for s in view.others),
        ],
        "where_title": f"{groups_panel(view).title} ({unit.name})",
    }


def _dotted(view: View, row: Row, unit: DisplayUnit) -> str:
    """A difference with its interval in one line; a hollow dot where it is not ranked."""
    texts = view.texts
    number = texts.number(row["difference"] * unit.factor, unit.decimals, True)
    interval = unit.interval(texts, row["low"], row["high"])
    return f"{'●' if view.holds(row) else '○'} {number} {interval}"


def _provenance(view: View) -> list[list[str]]:
    texts, results = view.texts, view.comparison.results
    manifest = results.manifest
    population = manifest.get("population", {})
    name = population.get("name", "?") if isinstance(population, dict) else str(population)
    varied = (
        texts("{count} tirages {sample}", count=view.comparison.draws, sample=view.sample_name)
        if results.parameters_varied
        else texts("valeurs par défaut")
    )  # fmt: skip
    return [
        [texts("Version du modèle"), str(manifest.get("version", "?"))],
        [texts("Empreinte du code"), str(manifest.get("code_sha256", "?"))[:_MOST_MANIFEST]],
        [texts("Graine"), str(manifest.get("seed", "?"))],
        [texts("Population"), population_name(name, texts)],
        [texts("Mondes simulés"), texts.number(len(view.comparison.units))],
        [texts("Paramètres"), varied],
        [
            texts("Structures"),
            texts.series(
                [
                    STRUCTURES[name].label(texts.language) if name in STRUCTURES else name
                    for name in results.structures
                ]
            ),
        ],
        [texts("Référence"), view.title(view.selection.reference)],
        [
            texts("Commande"),
            str(manifest.get("command") or texts("aucune : essai lancé depuis les pages")),
        ],
        [texts("Calculé le"), str(manifest.get("started", "?"))[:10]],
    ]


def _refused(view: View, refused: dict[str, str]) -> str:
    if not refused:
        return ""
    texts = view.texts
    return texts(
        "Groupes trop petits pour être dans ce document (moins de 30 fiches) : {list}.",
        list=texts.listing([f"{name} ({rows})" for name, rows in refused.items()]),
    )


def _words(view: View) -> dict[str, str]:
    texts = view.texts
    return {
        "reference": texts("référence : {note}", note=view.reference_note),
        "brief": texts("Par rapport à la référence, {end}", end=view.end),
        "supposed": texts("Ce que supposent ces scénarios"),
        "group": texts("Organisations"),
        "indicator": texts("Indicateur"),
        "shown": texts("Scénarios montrés (la référence l'est toujours)"),
        "print": texts("Imprimer ou enregistrer en PDF"),
        "survival": texts("Survie des organisations de 2025"),
        "at_risk": texts("Fiches suivies (population synthétique)"),
        "fates": texts("Parties depuis fin 2025, sur 100 organisations, par manière de s'arrêter."),
        "of_view": texts("Ces deux tableaux : {place}.", place=view.place),
        "level": texts("Moyenne et étendue"),
        "difference": texts("Écart avec {reference}", reference=view.quoted(
            view.selection.reference)),
        "interval": texts("Zone et crochets : {interval}.", interval=view.interval_name),
        "conditional": texts("Simulation conditionnelle, pas une prévision."),
        "years": texts("Année par année"),
        "where": texts(
            "Groupes dans leur ordre habituel, jamais classés. ● : le sens de l'écart tient ; ○ : "
            "écart ambigu ou trop petit, il ne se classe pas."
        ),
        "limits": texts("Ce que ces chiffres ne disent pas"),
        "provenance": texts("Provenance"),
        "manifest": texts("Scénarios simulés"),
        "link": texts("Cette comparaison sur le site :"),
        "scenario": texts("Scénario"),
        "brackets": texts("[{low} ; {high}]"),
        "colon": texts.said("", ""),
        "explained": texts("Les mots de verdict sont expliqués sous le premier tableau."),
        "verdict": texts("Verdict"),
    }  # fmt: skip
