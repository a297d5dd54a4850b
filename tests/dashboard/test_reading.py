"""What the page reads of results agrees with the results, by ways that share no code."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest

import simulator
from dashboard.address import read
from dashboard.application import create_app
from dashboard.cohort import FATE_CODES, exits
from dashboard.markup import markup
from dashboard.page import NotShown
from dashboard.pages.compare import page_content, page_panels, refusal
from dashboard.panels.headlines import card_line, ordinary_turnover, survival_difference
from dashboard.reading import BESIDE_SURVIVAL, Comparison, Library
from dashboard.selection import GROUPINGS
from dashboard.view import View, read_view
from simulator.results import Results
from tests.dashboard.real_client import serving

Views = Callable[[str], View]


@pytest.mark.parametrize("address", ["", "?sector=CULTURE", "?size=S", "?form=ASSO"])
def test_survival_from_lifetimes_is_the_survival_recorded(view: Views, address: str) -> None:
    comparison = view(address).comparison
    recorded = comparison.paths("survival")
    for scenario, paths in comparison.survival.items():
        np.testing.assert_allclose(paths.survival, recorded[scenario], atol=1e-9)


def test_ways_of_leaving_and_survival_add_up_to_one(view: Views) -> None:
    for paths in view("").comparison.survival.values():
        total = paths.survival + paths.incidence.sum(axis=1)
        np.testing.assert_allclose(total, 1, atol=1e-12)


def test_a_chosen_end_is_told_apart_from_a_suffered_one() -> None:
    cohort = pd.DataFrame(
        {
            "exit_quarter": ["2026Q1", "2026Q2", "2026Q3", "2026Q4", None, "2027Q1"],
            "exit_cause": ["liquidation", "dissolution", "dissolution", "absorbed", None,
                           "absorbed"],
            "primary_cause": ["cash", "orderly_closure", "cash", "absorbed_by_choice", None,
                              "cash"],
        }
    )  # fmt: skip
    duration, fate = exits(cohort, horizon=12)
    assert duration.tolist() == [1, 2, 3, 4, 12, 5]
    assert [FATE_CODES[f] if f >= 0 else None for f in fate] == [
        "liquidation", "orderly_closure", "dissolution", "absorbed_by_choice", None, "absorbed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address, by, group", [("", None, "all"), ("?sector=EDUC", "sector", "EDUC")]
)
def test_differences_are_those_of_the_results(
    view: Views, results: Results, address: str, by: str | None, group: str
) -> None:
    mine = pd.DataFrame(view(address).comparison.differences)
    theirs = results.compare(sorted(set(mine["indicator"])), by=by)
    theirs = theirs[theirs["group"] == group]
    keys = ["indicator", "scenario"]
    columns = ["difference", "low", "high", "value", "verdict_fr"]
    pd.testing.assert_frame_equal(
        mine.set_index(keys).sort_index()[columns], theirs.set_index(keys).sort_index()[columns]
    )


def test_a_crossing_has_fourth_quarters_only(view: Views) -> None:
    crossing = view("?region=52&size=S").comparison
    assert [q % 4 for q in crossing.quarters] == [3] * len(crossing.quarters)
    assert len(view("?size=S").comparison.quarters) > len(crossing.quarters)


def test_another_reference_turns_the_differences_around(view: Views) -> None:
    there = view("?scenarios=fil-de-l-eau,fusionner").difference("jobs_fte", "fusionner")
    back = view("?scenarios=fil-de-l-eau,fusionner&reference=fusionner").difference(
        "jobs_fte", "fil-de-l-eau"
    )
    assert there is not None and back is not None
    assert back["difference"] == pytest.approx(-there["difference"])


def test_turnover_comes_first_and_survival_never_stands_alone(view: Views) -> None:
    seen = view("")
    alive = seen.comparison.survival["fil-de-l-eau"].survival[:, -1].mean()
    sentence = ordinary_turnover(seen)
    assert f"{round(100 * alive)} poursuivent" in sentence
    assert f"Les {100 - round(100 * alive)} autres" in sentence
    assert "financement constant en euros réels, pas la tendance" in sentence
    for scenario in seen.others:
        labels = [card_line(seen, scenario, code)[0] for code in BESIDE_SURVIVAL]
        assert labels == ["Emplois (ETP)", "Service corrigé de la qualité (indice)",
                          "Besoins non couverts"]  # fmt: skip
        assert "sur 100" in survival_difference(seen, scenario)


def test_only_chance_varied_earns_no_verdict(view: Views) -> None:
    words = {row["verdict_fr"] for row in view("").comparison.differences}
    assert words <= {"signe stable, paramètres non variés", "signe instable, paramètres non variés",
                     "aucun écart, paramètres non variés"}  # fmt: skip


@pytest.mark.parametrize(
    "source, language, sample",
    [
        ("accepted", "fr", "tirages de l'ensemble calibré des paramètres"),
        ("accepted", "en", "draws from the calibrated set of parameters"),
        ("ranges", "fr", "tirages des paramètres dans leurs plages"),
        ("ranges", "en", "draws of the parameters from their ranges"),
    ],
)
def test_the_sample_of_the_parameters_is_named(source: str, language: str, sample: str) -> None:
    results = simulator.simulate(
        "choc-regional", population="demo", parameters=source, draws=2, quarters=4, workers=1
    )
    library = Library({"essai": results})
    shown, _ = read_view(library, read("/comparer", f"?lang={language}"))
    assert f"2 {sample}" in shown.interval_name
    assert f"2 {sample}" in shown.chance_sentence


def test_a_thin_group_is_known(view: Views) -> None:
    thin: Comparison = view("?region=52&sector=ENV&size=XXL").comparison
    assert thin.rows_at_start < 30
    assert thin.is_thin
    assert not view("").comparison.is_thin


def test_a_group_that_gets_thin_is_refused(library: Library) -> None:
    """Differences are those of the end: rows are counted there too."""
    thinned = "?sector=CULTURE&size=M"
    seen, _ = read_view(library, read("/comparer", thinned))
    assert seen.comparison.rows_at_start >= 30
    behind = [row["rows"] for row in seen.comparison.differences if not row["shown"]]
    assert behind and max(behind) < 30
    assert seen.comparison.is_thin
    words = refusal(seen)
    assert words is not None
    assert f"{int(min(behind))} fiches, fin 2028" in words.replace("\N{NO-BREAK SPACE}", " ")
    english, _ = read_view(library, read("/comparer", f"{thinned}&lang=en"))
    assert f"{int(min(behind))} rows, late 2028" in str(refusal(english))
    with pytest.raises(NotShown):
        page_panels(library, read("/comparer", thinned))


def test_every_difference_of_a_group_that_is_shown_has_rows_enough(library: Library) -> None:
    for sector, size in product(GROUPINGS["sector"], GROUPINGS["size"]):
        seen, _ = read_view(library, read("/comparer", f"?sector={sector}&size={size}"))
        if refusal(seen) is None:
            assert all(row["shown"] for row in seen.comparison.differences), (sector, size)


@pytest.mark.parametrize("group", ["size=S", "form=ASSO", "sector=CULTURE&size=S"])
def test_what_has_no_value_in_a_group_is_told_and_drawn_nowhere(
    library: Library, group: str
) -> None:
    """Needs belong to régions and sectors: by size there is nothing, not a curve of nothing."""
    for indicator in ("unmet_need", "deserts"):
        address = read("/comparer", f"?v=2&indicator={indicator}&{group}")
        view, _ = read_view(library, address)
        assert "par région et par secteur" in (refusal(view) or "")
        shown = page_content(library, address)
        assert "NaN" not in "".join(str(markup(part)) for part in shown.parts)
        with pytest.raises(NotShown):
            page_panels(library, address)
    other, _ = read_view(library, read("/comparer", f"?v=2&indicator=jobs_fte&{group}"))
    assert "par région" not in (refusal(other) or "")


def test_pages_are_those_of_the_library_as_it_is(results: Results) -> None:
    """A set that left and another that came: as many as before, and not the same."""
    app = create_app(results)
    with serving(app.server) as client:
        shown = []
        for left, came in (("", "salle-a"), ("salle-a", "salle-b")):
            app.library.remove(left)
            app.library.add(came, results)
            shown.append(client.ask("/comparer/contenu?v=2&results=salle-a").text)
    told = "Résultats inconnus"
    assert told not in shown[0] and told in shown[1]


def test_a_word_that_counts_draws_stands_with_its_share(view: Views) -> None:
    row = {
        "sign_share": 0.95, "verdict_fr": "robuste", "verdict_en": "robust",
        "difference": 2.0, "median": 1.0,
    }  # fmt: skip
    french, english = view(""), view("?lang=en")
    assert french.counted_verdict({**row, "verdict": "robust"}) == (
        "robuste\N{NO-BREAK SPACE}: même sens dans 95\N{NO-BREAK SPACE}% des tirages"
    )
    assert english.counted_verdict({**row, "verdict": "robust"}) == (
        "robust: same sign in 95% of the draws"
    )
    withheld = {**row, "verdict": None, "verdict_fr": "mot retenu"}
    assert french.counted_verdict(withheld) == "mot retenu"
