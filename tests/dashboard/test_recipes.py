"""Every number that a page explains in Python is what that Python gives."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.address import read
from dashboard.page import NotShown
from dashboard.pages.registry import PAGES
from dashboard.panels.panel import Panel
from dashboard.reading import Library

VIEWS = (
    "",
    "?lang=en",
    "?v=2&scenarios=choc-regional,fusionner",
    "?v=2&region=52&indicator=unmet_need",
    "?v=2&region=52&size=S",
    "?v=2&sector=EDUC",
)


def panels(library: Library, query: str) -> list[Panel]:
    found = []
    for page in PAGES:
        try:
            found += [made() for made in page.panels(library, read(page.path, query)).values()]
        except NotShown:
            continue
    return found


@pytest.mark.parametrize("query", VIEWS)
def test_the_code_gives_the_number_of_the_panel(
    library: Library, results_folder: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.chdir(results_folder.parent)
    shown = [panel for panel in panels(library, query) if panel.recipe is not None]
    explained = {"headlines", "survival", "fates", "trajectory", "difference", "groups"}
    assert explained <= {p.key for p in shown}
    for panel in shown:
        assert panel.recipe is not None
        said: dict[str, Any] = {}
        exec(panel.recipe.code.replace("print(value)", ""), said)
        assert said["value"] == pytest.approx(panel.recipe.value, rel=1e-9, abs=1e-12), panel.key


def test_every_drawing_is_explained(library: Library) -> None:
    drawn = [panel for panel in panels(library, "?v=2&sector=EDUC") if panel.drawings]
    assert {"outcomes", "causes", "widening", "facts", "calibration"} <= {p.key for p in drawn}
    assert [panel.key for panel in drawn if panel.recipe is None] == []


def test_the_code_shows_the_number_that_it_gives(library: Library) -> None:
    for panel in panels(library, ""):
        if panel.recipe is not None:
            ast.parse(panel.recipe.code)
            assert panel.recipe.code.endswith(f"print(value)  # {panel.recipe.value:.6g}")


def test_the_number_is_among_those_of_the_table(library: Library) -> None:
    for panel in panels(library, ""):
        if panel.recipe is not None:
            values = panel.numbers.select_dtypes("number").to_numpy(float).ravel()
            values = values[~np.isnan(values)]
            assert panel.recipe.value == pytest.approx(
                min(values, key=lambda value: abs(value - panel.recipe.value))  # type: ignore[union-attr]
            )


def test_every_drawing_says_where_its_numbers_come_from(library: Library) -> None:
    drawn = [panel for panel in panels(library, "") if panel.drawings]
    assert drawn
    for panel in drawn:
        assert panel.origin is not None, panel.key
        assert panel.origin.sentence
        if panel.origin.kind == "simulation":
            said = " ".join(panel.origin.caption)
            assert "Au fil de l'eau" in said, panel.key
            assert "essai" in panel.origin.sentence and "démonstration" in panel.origin.sentence


def test_nothing_of_a_figure_can_be_switched_off(library: Library) -> None:
    for panel in panels(library, ""):
        for drawing in panel.drawings:
            assert drawing.figure["layout"]["showlegend"] is False
            assert "updatemenus" not in drawing.figure["layout"]
