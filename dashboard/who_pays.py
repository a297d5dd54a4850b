"""Who pays for a scenario, in one answer."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.account_names import payer_name
from dashboard.lever_costs import CostedLever, decided_euros
from dashboard.money import year_of_money
from dashboard.panels.payers import ALL_PUBLIC, payer_differences
from dashboard.units import DisplayUnit
from dashboard.view import View


def who_pays(view: View, levers: tuple[CostedLever, ...], year: int) -> list[str]:
    """What is decided or supposed, in a sentence, then what is paid in the simulation."""
    texts = view.texts
    unit = view.unit("public_euros", 0.0)
    parts = []
    for euros, sentence in (
        (decided_euros(levers, year, True), texts("Par décision, en {year} : {total} ({list}).")),
        (
            decided_euros(levers, year, False),
            texts("Par hypothèse, en {year} : {total} ({list})."),
        ),
    ):
        if euros:
            total = unit.difference(texts, sum(euros.values()))
            parts.append(sentence.format(year=year, total=total, list=_listed(view, euros, unit)))
    waiting = _open_ended(view, levers, year)
    if waiting:
        parts.append(
            texts(
                "Selon ce que font les organisations, payé dans la simulation en {year} : {list}.",
                year=year,
                list=_listed(view, waiting, unit),
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
    return [" ".join(parts), _simulated(view, year, unit)]


def _open_ended(view: View, levers: tuple[CostedLever, ...], year: int) -> dict[str, float]:
    """Payer → euros that programmes without a fixed sum cost in the simulation, mean of worlds."""
    money = year_of_money(view.comparison.results, view.others[0], year)
    means = money.euros.mean(axis=0)
    programmes = {
        (f"programme: {cost.kind}", cost.payer)
        for costed in levers
        for cost in costed.costs
        if cost.open_ended
    }
    found = {payer: 0.0 for _, payer in sorted(programmes)}
    for (kind, payer, _), euros in zip(money.flows, means, strict=True):
        if (kind, payer) in programmes:
            found[payer] += float(euros)
    return found


def _listed(view: View, euros: Mapping[str, float], unit: DisplayUnit) -> str:
    texts = view.texts
    return texts.series(
        [f"{payer_name(p, texts)} {unit.difference(texts, e)}" for p, e in euros.items()]
    )


def _simulated(view: View, year: int, unit: DisplayUnit) -> str:
    """What all public funders, then users and givers, then cash pay in the simulation."""
    texts = view.texts
    rows = {row["payer"]: row for row in payer_differences(view, year)}
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
        "Une fois que chacun a réagi, il est payé en {year}, par rapport à {reference} : {list}.",
        year=year,
        reference=view.quoted(view.selection.reference),
        list=texts.series(parts),
    )
