"""Who pays for a scenario, in one answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dashboard.account_names import ALL_PUBLIC, kind_name, payer_name
from dashboard.lever_costs import CostedLever, costs_known, decided_euros
from dashboard.money import pair_of_years, year_of_money
from dashboard.panels.payers import payer_differences
from dashboard.units import DisplayUnit
from dashboard.view import View
from simulator.codes import INSTRUMENTS


def who_pays(view: View, levers: tuple[CostedLever, ...], year: int) -> list[str]:
    """What is decided or supposed, in a sentence, then what is paid in the simulation, then, where
    no vote changes and public money does all the same, why."""
    texts = view.texts
    if not costs_known(levers):
        words = texts(
            "La population de ces résultats n'est plus là : les euros des leviers ne sont pas "
            "connus."
        )
        return [words, _simulated(view, year)]
    unit = view.unit("public_euros", 0.0)
    parts = []
    for euros, more, less in (
        (
            decided_euros(levers, year, True),
            texts("Par décision, en {year}, {total} de plus sont versés ({list})."),
            texts("Par décision, en {year}, {total} de moins sont versés ({list})."),
        ),
        (
            decided_euros(levers, year, False),
            texts("Par hypothèse, en {year}, {total} de plus sont versés ({list})."),
            texts("Par hypothèse, en {year}, {total} de moins sont versés ({list})."),
        ),
    ):
        if euros:
            total = sum(euros.values())
            sentence = more if total >= 0 else less
            parts.append(
                sentence.format(
                    year=year,
                    total=unit.value(texts, abs(total)),
                    list=_listed(view, euros, unit),
                )
            )
    waiting = _open_ended(view, levers, year)
    if waiting:
        parts.append(
            texts(
                "Selon ce que font les organisations, payé dans la simulation en {year} : {list}.",
                year=year,
                list=_listed(view, waiting, unit),
            )
        )
    growing = any(costed.moves_rates(year) for costed in levers)
    if growing:
        parts.append(
            texts(
                "Des leviers changent la hausse des prix ou des financements : ce qu'ils coûtent "
                "dépend de cette hausse, année après année, et se lit dans ce qui est payé."
            )
        )
    if not parts:
        parts.append(
            texts(
                "Personne par décision : ses leviers n'ajoutent ni ne retirent d'euros en {year} ; "
                "ils changent la manière de payer ou d'agir.",
                year=year,
            )
        )
    decided = any(decided_euros(levers, year, by_choice) for by_choice in (True, False))
    same_votes = [] if decided or growing else _same_votes(view, year, unit)
    return [" ".join(parts), _simulated(view, year), *same_votes]


def question(view: View, levers: tuple[CostedLever, ...], year: int) -> str:
    """What the answer answers: who pays, or who pays less."""
    texts = view.texts
    title = view.quoted(view.others[0])
    if costs_known(levers) and not any(costed.moves_rates(year) for costed in levers):
        decided = (decided_euros(levers, year, by_choice) for by_choice in (True, False))
        less = sum(sum(euros.values()) for euros in decided) < 0
    else:
        less = _public(view, year)["high"] < 0
    if less:
        return texts("Qui verse moins dans {scenario}, et qui paie à la place ?", scenario=title)
    return texts("Qui paie pour {scenario} ?", scenario=title)


def _open_ended(view: View, levers: tuple[CostedLever, ...], year: int) -> dict[str, float]:
    """Payer → euros that programmes without a fixed sum cost in the simulation, mean of worlds."""
    money = year_of_money(view.comparison.results, view.others[0], year)
    means = money.euros.mean(axis=0)
    programmes = {
        (f"programme: {cost.kind}", cost.payer)
        for costed in levers
        for cost in costed.costs or ()
        if cost.open_ended
    }
    found = {payer: 0.0 for _, payer in sorted(programmes)}
    for (kind, payer, _), euros in zip(money.flows, means, strict=True):
        if (kind, payer) in programmes:
            found[payer] += float(euros)
    return found


def _public(view: View, year: int) -> dict[str, Any]:
    """The paired difference of what all public funders pay together."""
    return next(row for row in payer_differences(view, year) if row["payer"] == ALL_PUBLIC)


def _same_votes(view: View, year: int, unit: DisplayUnit) -> list[str]:
    """Why public money changes where no vote does: another share of the votes is paid."""
    texts, (reference, scenario) = view.texts, view.selection.scenarios
    public = _public(view, year)
    rates = [
        row
        for row in view.path_rows("execution_rate")
        if row["quarter"] == f"{year}Q4" and view.holds(row)
    ]
    if not rates or not view.holds(public):
        return []
    against, money = pair_of_years(view.comparison.results, reference, scenario, year)
    euros = (money.euros - against.euros).mean(axis=0)
    kinds = np.array([kind for kind, _, _ in money.flows])
    parts = [
        f"{kind_name(i, texts)} {unit.difference(texts, float(euros[kinds == i].sum()))}"
        for i in INSTRUMENTS
    ]
    before, after = (texts.number(100 * rates[0][name], 1) for name in ("reference_value", "value"))
    words = (
        texts(
            "Pourtant aucun vote n'augmente : {after} % des crédits votés sont attribués en "
            "{year}, au lieu de {before} %. Différence versée, selon la nature de "
            "l'argent : {list}."
        )
        if public["difference"] > 0
        else texts(
            "Pourtant aucun vote ne baisse : {after} % des crédits votés sont attribués en "
            "{year}, au lieu de {before} %. Différence versée, selon la nature de "
            "l'argent : {list}."
        )
    )
    return [words.format(after=after, before=before, year=year, list=texts.series(parts))]


def _listed(view: View, euros: Mapping[str, float], unit: DisplayUnit) -> str:
    texts = view.texts
    return texts.series(
        [f"{payer_name(p, texts)} {unit.difference(texts, e)}" for p, e in euros.items()]
    )


def _simulated(view: View, year: int) -> str:
    """What all public funders, then users and givers, then cash pay in the simulation."""
    texts = view.texts
    rows = {row["payer"]: row for row in payer_differences(view, year)}
    unit = view.unit("public_euros", max(abs(row["difference"]) for row in rows.values()))
    parts = []
    for payer, name in (
        (ALL_PUBLIC, texts("financeurs publics")),
        ("households", texts("ménages")),
        ("companies", texts("entreprises")),
        ("foundations", texts("fondations")),
        ("cash", texts("trésorerie des organisations")),
    ):
        row = rows.get(payer)
        if row is not None:
            parts.append(
                f"{name} {unit.difference(texts, row['difference'])} "
                f"{unit.interval(texts, row['low'], row['high'])}"
            )
    return texts(
        "Une fois que chacun a réagi, ce qui est payé de plus (+) ou de moins (−) en {year} que "
        "dans {reference} : {list}.",
        year=year,
        reference=view.quoted(view.selection.reference),
        list=texts.series(parts),
    )
