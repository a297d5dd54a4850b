"""Groups, trade-offs, euros and what would make a difference vanish, against the results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import simulator
from dashboard.address import read
from dashboard.pages.compare import PANELS, refusal
from dashboard.panels.differences import difference_unit, judged, written
from dashboard.panels.vanishing import (
    parameter_numbers,
    vanishing_counts,
    vanishing_words,
    why_nothing,
)
from dashboard.reading import Library
from dashboard.ready_made import READY_MADE
from dashboard.view import View, read_view
from simulator.codes import FORMS, REGIONS, SECTORS
from simulator.indicators import INDICATORS
from simulator.parameters import Parameters
from simulator.results import Results

Views = Callable[[str], View]


@pytest.fixture(scope="module")
def drawn(drawn_results: Results) -> View:
    library = Library({"tirages": drawn_results})
    return read_view(library, read("/comparer", "?indicator=unmet_need"))[0]


@pytest.mark.parametrize(
    "address, by, codes",
    [("", "sector", SECTORS), ("?by=region", "region", REGIONS), ("?by=form", "form", FORMS)],
)
def test_groups_are_those_of_the_results_in_their_own_order(
    view: Views, results: Results, address: str, by: str, codes: tuple[str, ...]
) -> None:
    numbers = PANELS["groups"](view(address)).numbers
    theirs = results.compare("jobs_fte", by=by).set_index(["group", "scenario"])
    assert len(numbers) == len(theirs)
    places = [codes.index(group) for group in numbers["group"].unique()]
    assert places == sorted(places)
    for row in numbers.to_dict("records"):
        expected = theirs.loc[(row["group"], row["scenario"])]
        assert row["rows"] == pytest.approx(expected["rows"])
        if expected["shown"]:
            for name in ("difference", "low", "high"):
                assert row[name] == pytest.approx(expected[name])
        else:
            assert row["rows"] < 30
            assert np.isnan(row["difference"]) and np.isnan(row["low"])


def test_a_group_is_broken_down_inside_itself(view: Views, results: Results) -> None:
    numbers = PANELS["groups"](view("?sector=EDUC&by=size")).numbers
    theirs = results.compare("jobs_fte", by="sector_size").set_index(["group", "scenario"])
    firm = numbers[numbers["difference"].notna()]
    assert len(firm)
    for row in firm.to_dict("records"):
        expected = theirs.loc[(f"EDUC|{row['group']}", row["scenario"])]
        assert row["difference"] == pytest.approx(expected["difference"])


def test_forms_cross_with_nothing_and_it_is_said(library: Library) -> None:
    seen, problems = read_view(library, read("/comparer", "?form=ASSO&sector=EDUC"))
    assert seen.selection.chosen == {"sector": "EDUC"}
    assert len(problems) == 1 and "ne se croisent" in problems[0]
    alone, told = read_view(library, read("/comparer", "?form=ASSO"))
    assert told == [] and refusal(alone) is None
    assert alone.selection.breakable_by == []
    assert "Association" in alone.place


def test_what_does_not_hold_is_never_called_better(view: Views) -> None:
    seen = view("")
    for row in seen.comparison.differences:
        direction = INDICATORS[row["indicator"]].direction
        for verdict in ("ambiguous", "unchanged", "too_few_draws", "sign_unstable", None):
            assert judged(seen, {**row, "verdict": verdict}) not in ("mieux", "moins bien")
        large = 2 * row["smallest_effect"]
        firm = judged(seen, {**row, "verdict": "robust", "difference": large, "median": large})
        assert firm == {"higher": "mieux", "lower": "moins bien", "none": "en plus"}[direction]


def test_hollow_dots_are_those_that_are_not_ranked(view: Views) -> None:
    seen = view("")
    for drawing, code in zip(
        PANELS["tradeoffs"](seen).drawings,
        ("survival", "vulnerable_share", "unmet_need", "public_euros"),
        strict=True,
    ):
        marks = [t for t in drawing.figure["data"] if t["mode"] == "markers"]
        hollow = [s.endswith("-open") for trace in marks for s in trace["marker"]["symbol"]]
        rows = [row for row in seen.comparison.differences if row["indicator"] == code]
        assert hollow == [not seen.holds(row) for row in rows]


def test_millions_of_euros_are_written_as_such_beside_their_percentage(view: Views) -> None:
    seen = view("")
    row = {
        "indicator": "public_euros", "difference": -12.4e6, "low": -20e6, "high": -5e6,
        "relative": -0.012, "reference_value": 61e9,
    }  # fmt: skip
    assert difference_unit(seen, "public_euros", row).difference_suffix.strip() == "M€"
    text = written(seen, row).replace("\N{NO-BREAK SPACE}", " ")
    assert (
        text
        == "\N{MINUS SIGN}12,4 M€ (\N{MINUS SIGN}1,2 %) [\N{MINUS SIGN}20,0 ; \N{MINUS SIGN}5,0]"
    )


def test_draws_in_which_a_difference_vanishes_are_counted(drawn: View) -> None:
    gone, draws, threshold = vanishing_counts(drawn)["choc-regional"]
    rows = drawn.comparison.results.rows("all", ["unmet_need"])
    rows = rows[rows["quarter"] == drawn.comparison.last_quarter]
    values = rows.pivot_table("unmet_need", "draw", "scenario", observed=True)
    apart = values["choc-regional"] - values["fil-de-l-eau"]
    sign = 1 if apart.mean() >= 0 else -1
    assert draws == 10
    assert threshold == INDICATORS["unmet_need"].threshold(float(values["fil-de-l-eau"].mean()))
    assert gone == int((sign * apart <= threshold).sum())
    assert "10" in vanishing_words(drawn)[0]


def test_parameters_are_withheld_where_draws_are_too_few(drawn: View, view: Views) -> None:
    panel = PANELS["vanishing"](drawn)
    assert "10 tirages ne suffisent pas" in panel.shown[0][1]
    assert panel.numbers["parameter"].isna().all()
    assert "n'ont pas varié" in PANELS["vanishing"](view("")).sentence


def test_no_cause_is_named_where_no_parameter_stands_out(view: Views) -> None:
    """That a surface explains little does not measure what chance does."""
    for language, cause in (("fr", "hasard"), ("en", "chance")):
        words = why_nothing(view(f"?lang={language}"), 200, "the surface explains little")
        assert "200" in words and cause not in words


def test_the_numbers_of_the_draws_are_those_that_were_simulated(drawn: View) -> None:
    numbers = parameter_numbers(drawn)
    assert numbers is not None
    third = Parameters.draw(3, drawn.comparison.results.manifest["seed"], "accepted")
    for name in ("inertia", "exit_hazard", "stickiness_down"):
        if name in numbers and np.ndim(third[name]) == 0:
            assert numbers.loc[3, name] == pytest.approx(float(third[name]))
    assert numbers.index.tolist() == list(range(1, 11))


def test_how_sure_is_told_from_signs_and_layers(drawn: View) -> None:
    panel = PANELS["certainty"](drawn)
    assert "tirages sur 10" in panel.sentence
    assert any("n'a été simulé qu'une fois" in note for note in panel.notes)
    expected = drawn.comparison.results.compare("unmet_need")
    assert panel.numbers["sign_share"].tolist() == expected["sign_share"].tolist()


def test_ready_made_comparisons_name_scenarios_that_exist() -> None:
    for one in READY_MADE:
        for scenario in one.scenarios:
            simulator.load_scenario(scenario)
    loaded = {"un": ("fil-de-l-eau", "annee-blanche"), "deux": READY_MADE[0].scenarios}
    assert READY_MADE[0].results(loaded) == "deux"
    assert READY_MADE[1].results(loaded) is None
    assert "--reference tendance-2025" in READY_MADE[0].command


def test_ways_of_leaving_have_their_spread(view: Views) -> None:
    seen = view("")
    numbers = PANELS["fates"](seen).numbers
    last = numbers[numbers["quarter"] == seen.comparison.last_quarter].set_index("scenario")
    for scenario, paths in seen.comparison.survival.items():
        liquidated = pd.Series(paths.incidence[:, 0, -1])
        assert last.loc[scenario, "low_liquidation"] == pytest.approx(liquidated.min())
        assert last.loc[scenario, "high_liquidation"] == pytest.approx(liquidated.max())
