"""Who pays whom: the money of a year in one future, beside the reference line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.account_names import (
    GATHERED,
    OTHER_ORGANISATIONS,
    PAYERS,
    PUBLIC,
    RECEIVERS,
    kind_name,
    payer_name,
    receiver_name,
)
from dashboard.figures.ribbons import Money, Words, ribbons_figure
from dashboard.money import CASH, Flow, YearOfMoney, pair_of_years
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, written
from dashboard.units import DisplayUnit
from dashboard.view import View
from simulator import compare, paired_summary
from simulator.accounts import ORGANISATIONS
from simulator.indicators import INDICATORS

SMALLEST: Final = 0.005  # part of the money of the year under which an account is gathered
Kept = tuple[set[str], set[str]]
COLUMNS: Final = (
    "flow", "from", "to", "value", "reference_value", "difference", "low", "high", "verdict",
    "pairs",
)  # fmt: skip


def flows_panel(view: View, year: int) -> Panel:
    """Ribbons of the future and of the reference, and the difference of every flow."""
    texts = view.texts
    reference, scenario = view.selection.scenarios
    against, money = pair_of_years(view.comparison.results, reference, scenario, year)
    drawn = {scenario: drawable(money), reference: drawable(against)}
    paid = {name: one.paid for name, one in drawn.items()}
    unit = view.unit("public_euros", max(paid.values()))
    kept = kept_accounts(list(drawn.values()))
    figures = {name: gathered(one, kept) for name, one in drawn.items()}
    payers = _present(PAYERS, [one.by_payer() for one in figures.values()])
    receivers = _present(RECEIVERS, [one.by_receiver() for one in figures.values()])
    words = _words(view, replace(unit, decimals=1))
    rows = [_row(view, flow, money, against, i) for i, flow in enumerate(money.flows)]
    rows.sort(key=_place)
    headings = dict(
        zip(
            COLUMNS,
            (
                texts("Nature"), texts("Qui paie"), texts("Qui reçoit"), texts("Scénario"),
                texts("Référence"), texts("Écart moyen"), texts("Borne basse (5 %)"),
                texts("Borne haute (95 %)"), texts("Verdict"), texts("Paires"),
            ),
            strict=True,
        )
    )  # fmt: skip
    return Panel(
        "flows",
        texts(
            "Qui paie qui en {year} : {paid} passent par les organisations ou leurs donateurs",
            year=year,
            paid=unit.value(texts, paid[scenario]),
        ),
        texts(
            "{unit}, moyenne de {count} mondes simulés ; la largeur d'un ruban est la somme payée. "
            "La même échelle sert aux deux figures.",
            unit=unit.name[:1].upper() + unit.name[1:],
            count=len(view.comparison.units),
        ),
        _sentence(view, drawn, year, unit),
        pd.DataFrame(rows)[list(COLUMNS)],
        headings,
        [_shown(view, row) for row in rows],
        [
            headings["from"], headings["to"], headings["flow"], headings["value"],
            headings["reference_value"], headings["difference"], view.interval_heading,
            headings["verdict"],
        ],
        tuple(
            Drawing(
                ribbons_figure(figures[name], payers, receivers, words, max(paid.values())),
                heading,
                _reading(view, figures[name], words),
            )
            for name, heading in (
                (scenario, view.title(scenario)),
                (reference, texts("Référence : {title}", title=view.title(reference))),
            )
        ),
        (
            texts(
                "Chaque euro a un payeur : le total de gauche est celui de droite, dans chaque "
                "figure. Ce que les organisations ne dépensent pas dans l'année va à leur "
                "trésorerie ; ce qui leur manque en vient."
            ),
            texts(
                "« Autres » réunit les comptes de moins de 0,5 % du total ; le tableau les donne "
                "un par un. Les réductions d'impôt vont de l'État aux donateurs sans passer par "
                "les organisations."
            ),
            texts(
                "« Communes » comprend les intercommunalités ; « Fournisseurs, impôts » réunit "
                "fournisseurs, cotisations sociales et impôts."
            ),
            texts(
                "Le modèle compte en euros courants ; chaque trimestre est ramené aux prix de 2025."
            ),
        ),
        origin=replace(simulated(view), lines=()),
        recipe=_recipe(view, year, rows[0]),
    )  # fmt: skip


def _recipe(view: View, year: int, row: dict[str, Any]) -> Recipe:
    """How to get the first flow of the table."""
    scenario = view.others[0]
    flow = row["flow"], row["from"], row["to"]
    return written(
        view,
        view.texts(
            "{flow} ({payer}), {year}, {scenario} : moyenne des mondes",
            flow=kind_name(row["flow"], view.texts),
            payer=payer_name(row["from"], view.texts),
            year=year,
            scenario=view.quoted(scenario),
        ),
        [
            "from dashboard.money import year_of_money",
            "",
            f'money = year_of_money(results, "{scenario}", {year})',
        ],
        f"money.euros[:, money.flows.index({flow!r})].mean()",
        row["value"],
    )


def drawable(money: YearOfMoney) -> Money:
    """Mean flows of a year, each turned so that it is positive.

    What passes from organisations that close to others enters and leaves.
    """
    into: dict[str, float] = {}
    out: dict[str, float] = {}
    past: dict[tuple[str, str], float] = {}
    for (_, payer, receiver), euros in zip(money.flows, money.euros.mean(axis=0), strict=True):
        if euros == 0:
            continue
        giver, taker = (payer, receiver) if euros > 0 else (receiver, payer)
        amount = abs(float(euros))
        if giver == taker == ORGANISATIONS:
            giver = taker = OTHER_ORGANISATIONS
            into[giver] = into.get(giver, 0.0) + amount
            out[taker] = out.get(taker, 0.0) + amount
        elif taker == ORGANISATIONS:
            into[giver] = into.get(giver, 0.0) + amount
        elif giver == ORGANISATIONS:
            out[taker] = out.get(taker, 0.0) + amount
        else:
            past[giver, taker] = past.get((giver, taker), 0.0) + amount
    return Money(into, out, past)


def gathered(money: Money, kept: Kept) -> Money:
    """The same money with the small accounts of each side under one name."""
    payers, receivers = kept
    into: dict[str, float] = {}
    out: dict[str, float] = {}
    past: dict[tuple[str, str], float] = {}
    for account, euros in money.into.items():
        name = account if account in payers else GATHERED
        into[name] = into.get(name, 0.0) + euros
    for account, euros in money.out.items():
        name = account if account in receivers else GATHERED
        out[name] = out.get(name, 0.0) + euros
    for (payer, receiver), euros in money.past.items():
        ends = (
            payer if payer in payers else GATHERED,
            receiver if receiver in receivers else GATHERED,
        )
        past[ends] = past.get(ends, 0.0) + euros
    order = {name: i for i, name in enumerate(RECEIVERS)}
    return Money(into, out, dict(sorted(past.items(), key=lambda item: order[item[0][1]])))


def kept_accounts(figures: list[Money]) -> Kept:
    """Payers, and receivers, that are large enough to be drawn in one of the figures."""
    return (
        {a for one in figures for a, e in one.by_payer().items() if e >= SMALLEST * one.paid},
        {a for one in figures for a, e in one.by_receiver().items() if e >= SMALLEST * one.paid},
    )


def _present(order: tuple[str, ...], totals: list[dict[str, float]]) -> list[str]:
    return [account for account in order if any(one.get(account) for one in totals)]


def colour_of(account: str) -> int:
    """Position of an account's colour: public, households, other private, banks, the rest."""
    if account in PUBLIC:
        return 1
    if account == "households":
        return 3
    if account in ("companies", "foundations"):
        return 4
    return 2 if account in ("banks", CASH) else 0


def _words(view: View, unit: DisplayUnit) -> Words:
    texts = view.texts
    return Words(
        lambda code: payer_name(code, texts),
        lambda code: receiver_name(code, texts),
        texts("Organisations de l'ESS"),
        lambda euros: unit.value(texts, euros),
        colour_of,
    )


def _row(
    view: View, flow: Flow, money: YearOfMoney, against: YearOfMoney, position: int
) -> dict[str, Any]:
    value, reference = money.euros[:, position], against.euros[:, position]
    kind, payer, receiver = flow
    return {
        "flow": kind,
        "from": payer,
        "to": receiver,
        **difference(view, value, reference),
    }


def difference(view: View, value: np.ndarray, reference: np.ndarray) -> dict[str, Any]:
    """Paired difference of yearly euros, with the words that `compare` has for those of a table."""
    units = view.comparison.units
    threshold = INDICATORS["public_euros"].threshold(float(reference.mean()))
    found = paired_summary.summary(value - reference, units, threshold)
    if view.comparison.results.withheld(*view.selection.scenarios):
        found |= compare.WITHHELD_WORDS
    return {
        "value": float(value.mean()),
        "reference_value": float(reference.mean()),
        **found,
        "pairs": len(units),
    }


def _place(row: dict[str, Any]) -> tuple[int, int, int, str]:
    """Money that organisations receive, then what they spend, then the rest."""
    side = 0 if row["to"] == ORGANISATIONS else 1 if row["from"] == ORGANISATIONS else 2
    payers, receivers = [*PAYERS, ORGANISATIONS], [*RECEIVERS, ORGANISATIONS]
    return side, payers.index(row["from"]), receivers.index(row["to"]), row["flow"]


def _shown(view: View, row: dict[str, Any]) -> list[str]:
    texts = view.texts
    unit = view.unit("public_euros", 0.0)  # millions everywhere: the table is added up
    payer, receiver = row["from"], row["to"]
    middle = texts("Organisations de l'ESS")
    return [
        middle if payer == ORGANISATIONS else payer_name(payer, texts),
        middle if receiver == ORGANISATIONS else receiver_name(receiver, texts),
        kind_name(row["flow"], texts),
        unit.value(texts, row["value"]),
        unit.value(texts, row["reference_value"]),
        unit.difference(texts, row["difference"]),
        unit.interval(texts, row["low"], row["high"]),
        view.verdict(row),
    ]


def _sentence(view: View, drawn: dict[str, Money], year: int, unit: DisplayUnit) -> str:
    texts = view.texts
    reference, scenario = view.selection.scenarios
    public = {
        name: sum(e for a, e in one.by_payer().items() if a in PUBLIC)
        for name, one in drawn.items()
    }
    return texts(
        "En {year}, dans {scenario}, {paid} sont payés en tout, dont {public} d'argent public ; "
        "dans {reference}, {paid_there} et {public_there}.",
        year=year,
        scenario=view.quoted(scenario),
        paid=unit.value(texts, drawn[scenario].paid),
        public=unit.value(texts, public[scenario]),
        reference=view.quoted(reference),
        paid_there=unit.value(texts, drawn[reference].paid),
        public_there=unit.value(texts, public[reference]),
    )


def _reading(view: View, money: Money, words: Words) -> str:
    """The drawing in words: what each payer pays and what each use costs."""
    texts = view.texts
    paid = [f"{words.payer(a)} {words.euros(e)}" for a, e in money.by_payer().items()]
    used = [f"{words.receiver(a)} {words.euros(e)}" for a, e in money.by_receiver().items()]
    return texts(
        "Qui paie : {paid}. Qui reçoit : {used}.",
        paid=texts.series(paid),
        used=texts.series(used),
    )
