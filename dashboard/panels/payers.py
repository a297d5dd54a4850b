"""Who pays more and who pays less than in the reference, in one year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.account_names import ALL_PUBLIC, PAYERS, PUBLIC, payer_name
from dashboard.figures.payers import PayerBar, payers_figure
from dashboard.money import CASH, YearOfMoney, pair_of_years
from dashboard.panels.flows import colour_of, difference
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, written
from dashboard.units import DisplayUnit
from dashboard.view import View
from simulator.accounts import ORGANISATIONS

COLUMNS: Final = (
    "payer", "value", "reference_value", "difference", "low", "high", "verdict", "pairs",
)  # fmt: skip


def paid_by(money: YearOfMoney, payer: str) -> np.ndarray:
    """(units,) euros that an account paid, less what it took back; of all public ones together."""
    if payer == ALL_PUBLIC:
        return np.asarray(sum(money.total(payer=level) for level in PUBLIC))
    if payer == CASH:
        return -money.total(receiver=CASH)
    return money.total(payer=payer)


def payer_differences(view: View, year: int) -> list[dict[str, Any]]:
    """Paired difference of what each payer pays; the public ones together come first."""
    reference, scenario = view.selection.scenarios
    against, money = pair_of_years(view.comparison.results, reference, scenario, year)
    accounts = {payer for _, payer, _ in money.flows if payer != ORGANISATIONS} | {CASH}
    return [
        {"payer": payer, **difference(view, paid_by(money, payer), paid_by(against, payer))}
        for payer in (ALL_PUBLIC, *PAYERS)
        if payer == ALL_PUBLIC or payer in accounts
    ]


def payers_panel(view: View, year: int) -> Panel:
    """Bars of the differences, from the State down."""
    texts = view.texts
    rows = payer_differences(view, year)
    alone = [row for row in rows if row["payer"] != ALL_PUBLIC]
    largest = max(abs(row["difference"]) for row in rows)
    unit = view.unit("public_euros", largest)
    bars = [
        PayerBar(
            payer_name(row["payer"], view.texts),
            colour_of(row["payer"]),
            row["difference"],
            row["low"],
            row["high"],
        )
        for row in alone
    ]
    headings = dict(
        zip(
            COLUMNS,
            (
                texts("Qui paie"), texts("Scénario"), texts("Référence"), texts("Écart moyen"),
                texts("Borne basse (5 %)"), texts("Borne haute (95 %)"), texts("Verdict"),
                texts("Paires"),
            ),
            strict=True,
        )
    )  # fmt: skip
    return Panel(
        "payers",
        _title(view, rows[0], year, unit),
        texts(
            "Écart de ce qui est payé, {unit} ; trait noir et crochets : {interval}, mondes "
            "comparés deux à deux.",
            unit=unit.name,
            interval=view.interval_name,
        ),
        _sentence(view, rows, year, unit),
        pd.DataFrame(rows)[list(COLUMNS)],
        headings,
        [
            [
                payer_name(row["payer"], view.texts),
                unit.value(texts, row["value"]),
                unit.value(texts, row["reference_value"]),
                unit.difference(texts, row["difference"]),
                unit.interval(texts, row["low"], row["high"]),
                view.verdict(row),
            ]
            for row in rows
        ],
        [
            headings["payer"], headings["value"], headings["reference_value"],
            headings["difference"], view.interval_heading, headings["verdict"],
        ],
        (Drawing(payers_figure(bars, unit, texts)),),
        (
            texts(
                "L'ordre est celui des financeurs, pas un classement. L'État compte aussi les "
                "réductions d'impôt sur les dons ; les banques, ce qu'elles prêtent moins ce "
                "qu'on leur rembourse ; la trésorerie puisée est payée par les organisations "
                "elles-mêmes."
            ),
            view.chance_sentence,
        ),
        first_line=1,
        origin=replace(
            simulated(view, texts("Traits noirs : {interval}.", interval=view.interval_name)),
            lines=(),
        ),
        recipe=_recipe(view, year, rows),
    )  # fmt: skip


def _title(view: View, public: dict[str, Any], year: int, unit: DisplayUnit) -> str:
    """What public funders pay together, against the reference."""
    texts, euros = view.texts, float(public["difference"])
    words = (
        texts("En {year}, les financeurs publics paient {size} de moins que dans {reference}")
        if public["high"] < 0
        else texts("En {year}, les financeurs publics paient {size} de plus que dans {reference}")
        if public["low"] > 0
        else texts(
            "En {year}, ce que paient les financeurs publics ne se distingue pas de {reference}"
        )
    )
    return words.format(
        year=year,
        size=unit.value(texts, abs(euros)),
        reference=view.quoted(view.selection.reference),
    )


def _recipe(view: View, year: int, rows: list[dict[str, Any]]) -> Recipe:
    """How to get what the State pays more or less."""
    reference, scenario = view.selection.scenarios
    row = next(row for row in rows if row["payer"] == "etat")
    return written(
        view,
        view.texts(
            "{payer}, {year} : écart moyen de ce qui est payé, {scenario} moins {reference}",
            payer=payer_name("etat", view.texts),
            year=year,
            scenario=view.quoted(scenario),
            reference=view.quoted(reference),
        ),
        [
            "from dashboard.money import pair_of_years",
            "",
            f'before, after = pair_of_years(results, "{reference}", "{scenario}", {year})',
        ],
        '(after.total(payer="etat") - before.total(payer="etat")).mean()',
        row["difference"],
    )


def _sentence(view: View, rows: list[dict[str, Any]], year: int, unit: DisplayUnit) -> str:
    """Differences that stand clear of zero, one by one; the others by name."""
    texts = view.texts
    clear = [row for row in rows if row["low"] > 0 or row["high"] < 0]
    parts = [
        f"{payer_name(row['payer'], texts)} {unit.difference(texts, row['difference'])} "
        f"{unit.interval(texts, row['low'], row['high'])} ({view.verdict(row)})"
        for row in clear
    ]
    others = [payer_name(row["payer"], view.texts) for row in rows if row not in clear]
    told = []
    if parts:
        told.append(texts("Écart en {year} : {list}.", year=year, list=texts.series(parts)))
    if others:
        told.append(
            texts(
                "L'écart ne se distingue pas de zéro pour : {names}.",
                names=", ".join(others),
            )
        )
    return " ".join(told)
