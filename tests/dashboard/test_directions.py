"""A direction is told only where the mean, most worlds and the smallest effect agree on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.address import read
from dashboard.pages import compare, territories
from dashboard.pair import read_pair
from dashboard.panels.differences import judged
from dashboard.panels.panel import Panel
from dashboard.panels.region_difference import difference_measure
from dashboard.reading import Library
from dashboard.region_measure import diverging
from dashboard.view import View, read_view
from tests.dashboard.conftest import apart

# Seven draws lose 2 % of the jobs, three gain 7 %: the mean says more, most draws say less.
TURNED = [-0.02] * 7 + [0.07] * 3


def seen(library: Library, query: str = "") -> View:
    return read_view(library, read(compare.PATH, query))[0]


def panel(view: View, key: str) -> Panel:
    return compare.PANELS[key](view)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def turned(drawn_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return apart(drawn_folder, tmp_path_factory.mktemp("turned") / "essai", "jobs_fte", TURNED)


def test_no_direction_is_told_where_the_mean_is_against_most_draws(turned: Library) -> None:
    view = seen(turned)
    row = view.difference("jobs_fte", "choc-regional")
    assert row is not None and row["verdict"] == "likely"
    assert row["difference"] > 0 > row["median"]
    assert not view.holds(row) and judged(view, row) == "ne se classe pas"
    difference = panel(view, "difference")
    assert "en hausse" not in difference.title and "en baisse" not in difference.title
    assert "pas d'écart à classer" in difference.title
    assert "tient dans 0 cas sur 1" in panel(view, "certainty").title


def test_the_word_says_that_it_is_not_about_the_mean(turned: Library) -> None:
    view = seen(turned)
    row = view.difference("jobs_fte", "choc-regional")
    assert row is not None
    assert view.verdict(row) == "probable, dans l'autre sens que la moyenne"
    said = "70 % des tirages disent moins, la moyenne dit plus"
    assert plain(view.counted_verdict(row)) == f"probable : {said}"
    certainty = panel(view, "certainty")
    assert "7 tirages sur 10 disent moins, la moyenne dit plus" in certainty.sentence
    assert "même sens" not in certainty.sentence
    assert certainty.numbers["median"].tolist() == [row["median"]]
    english = seen(turned, "?lang=en")
    assert english.verdict(row) == "likely, the other way than the mean"
    assert "7 draws of 10 say less, the mean says more" in panel(english, "certainty").sentence


def test_no_difference_is_made_to_vanish_where_it_has_no_direction(turned: Library) -> None:
    vanishing = panel(seen(turned), "vanishing")
    assert "disent moins, la moyenne dit plus" in vanishing.sentence
    assert "pas d'écart à faire disparaître" in vanishing.sentence
    assert vanishing.numbers.empty


def test_a_stable_sign_of_a_difference_too_small_to_count_is_not_ranked(
    results_folder: Path, tmp_path: Path
) -> None:
    """Where chance alone was varied no word says `unchanged`."""
    view = seen(apart(results_folder, tmp_path / "essai", "jobs_fte", [0.002, 0.003, 0.002]))
    row = view.difference("jobs_fte", "fusionner")
    assert row is not None and row["verdict"] == "sign_stable"
    assert 0 < row["median"] < row["smallest_effect"]
    assert not view.holds(row) and judged(view, row) == "pas d'écart qui compte"
    assert "en hausse" not in panel(view, "difference").title
    assert "tient dans 0 cas sur 2" in panel(view, "certainty").title


def test_a_stable_sign_of_a_difference_that_counts_is_ranked(
    results_folder: Path, tmp_path: Path
) -> None:
    view = seen(apart(results_folder, tmp_path / "essai", "jobs_fte", [0.02, 0.03, 0.02]))
    row = view.difference("jobs_fte", "fusionner")
    assert row is not None and row["verdict"] == "sign_stable"
    assert view.holds(row) and judged(view, row) == "mieux"
    assert "en hausse" in panel(view, "difference").title


def coloured(library: Library) -> tuple[str, str]:
    """Colour of the one région of these results on the map of jobs, and what is said of it."""
    view, _ = read_pair(library, read(territories.PATH, ""))
    measure = difference_measure(view, "jobs_fte")
    return measure.colour("52"), measure.sentence


def test_the_map_tells_the_directions_that_the_comparison_tells(
    drawn_folder: Path, tmp_path: Path
) -> None:
    """Eight draws of ten say less: likely, although the 5-95 % range holds zero."""
    library = apart(
        drawn_folder, tmp_path / "essai", "jobs_fte", [-0.02] * 8 + [0.01] * 2, "region"
    )
    (row,) = seen(library).comparison.by_group("region", "jobs_fte")
    assert row["verdict"] == "likely" and row["low"] < 0 < row["high"]
    assert "tient dans 1 cas sur 1" in panel(seen(library, "?by=region"), "groups").title
    colour, sentence = coloured(library)
    assert colour in (diverging(-1), diverging(-2)) and "1 avec moins" in sentence


def test_the_map_tells_no_direction_without_a_word(drawn_folder: Path, tmp_path: Path) -> None:
    library = apart(drawn_folder, tmp_path / "essai", "jobs_fte", [-0.02] * 10, "region")
    assert coloured(library)[0] in (diverging(-1), diverging(-2))
    library.results["essai"].manifest["scenarios"]["choc-regional"]["support"] = True
    withheld = Library(library.results)
    (row,) = seen(withheld).comparison.by_group("region", "jobs_fte")
    assert row["verdict"] is None and row["high"] < 0
    colour, sentence = coloured(withheld)
    assert colour == diverging(0)
    assert "0 avec moins" in sentence and "1 où l'écart ne se classe pas" in sentence


@pytest.mark.parametrize(
    ("indicator", "key"), [("survival", "survival"), ("jobs_fte", "trajectory")]
)
def test_futures_that_cannot_be_ranked_are_not_told_from_the_lowest_to_the_highest(
    results_folder: Path, tmp_path: Path, indicator: str, key: str
) -> None:
    folder = results_folder
    unclear = seen(apart(folder, tmp_path / "unclear", indicator, [0.2, -0.1, 0.05]))
    assert panel(unclear, key).title.endswith("aucun écart entre ces futurs ne se classe")
    clear = seen(apart(folder, tmp_path / "clear", indicator, [0.2, 0.1, 0.05]))
    assert panel(clear, key).title.endswith("selon le scénario")
