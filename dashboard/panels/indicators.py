"""The registry of indicators as a table."""

from __future__ import annotations

import pandas as pd

from dashboard.language import Texts
from dashboard.panels.panel import Panel
from dashboard.units import display_unit
from simulator.indicators import INDICATORS


def indicators_panel(texts: Texts) -> Panel:
    """Name, unit, direction and definition of each indicator."""
    directions = {
        "higher": texts("plus haut est mieux"),
        "lower": texts("plus bas est mieux"),
        "none": texts("ni l'un ni l'autre"),
    }
    known = INDICATORS.values()
    units = {one.code: display_unit(one.unit, 0.0, texts).name for one in known}
    language = texts.language
    headings = {
        "code": texts("Code"),
        "label": texts("Indicateur"),
        "unit": texts("Unité"),
        "direction": texts("Sens"),
        "definition": texts("Définition"),
    }
    rows = [
        {
            "code": one.code,
            "label": one.label(language),
            "unit": one.unit,
            "direction": one.direction,
            "definition": one.definition(language),
        }
        for one in known
    ]
    return Panel(
        "indicators",
        texts("{count} indicateurs, aucun score unique", count=len(rows)),
        texts("Ce que les pages mesurent, dans quelle unité, et ce qui est mieux."),
        "",
        pd.DataFrame(rows),
        headings,
        [
            [
                one.label(language),
                units[one.code],
                directions[one.direction],
                texts.spaced(one.definition(language)),
                one.code,
            ]
            for one in known
        ],
        [
            headings["label"],
            headings["unit"],
            headings["direction"],
            headings["definition"],
            headings["code"],
        ],
    )
