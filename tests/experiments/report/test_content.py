"""What a report says follows from the data."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.report import write_report
from experiments.report.figures.surface import main_effects
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from experiments.results import ExperimentResults
from simulator import intervals
from tests.experiments.report import fabricated_experiments as fabricated
from tests.experiments.report.pages import Page, told


def numbers_of(cell: str) -> list[float]:
    """Numbers of a cell in French."""
    plain = cell.replace("−", "-").replace(",", ".").replace("+", "")
    for sign in ("[", "]", "%", "\u202f", "pt"):
        plain = plain.replace(sign, "")
    return [float(number) for number in plain.split(";")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two listed points in five replicates, one unit of which failed."""
    given = fabricated.plan(
        "{kind: list, points: [{layoff_rate: 0.05}, {layoff_rate: 0.15}]}",
        "{parameters: {layoff_rate: {}}}", replicates="5",
    )  # fmt: skip
    path = tmp_path_factory.mktemp("content") / "essai"
    return fabricated.write(
        path, given, lambda point: -point["x_layoff_rate"], failed={(1, 4)}
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(folder: Path) -> Page:
    return Page(write_report(folder))


def test_differences_are_those_of_the_frames(folder: Path, report: Page) -> None:
    outcomes = ExperimentResults.load(folder).outcomes
    outcomes = outcomes[outcomes["replicate"] < 4]  # the last one failed at a point
    wide = outcomes.pivot_table(
        "jobs_fte_2026Q4", ["design_id", "replicate"], "scenario", observed=True
    )
    by_replicate = (wide["rabot-10"] - wide["fil-de-l-eau"]).groupby("replicate").mean()
    expected = 100 * np.array(intervals.student(by_replicate.to_numpy())) / (
        wide["fil-de-l-eau"].mean()
    )  # fmt: skip
    (row,) = next(rows[1:] for caption, rows in report.tables.items() if "Emplois" in caption
                  and "référence" in caption)  # fmt: skip
    assert numbers_of(row[2]) == pytest.approx([expected[0]], abs=0.05)
    assert numbers_of(row[3]) == pytest.approx(list(expected[1:]), abs=0.05)


def test_points_are_told_one_by_one(report: Page) -> None:
    rows = report.tables["Les points du plan"]
    assert [row[1] for row in rows[1:]] == ["0,05", "0,15"]
    figure = "Emplois (ETP), fin 2026, « Rabot de 10 % » : de −"
    assert any(figure in caption.replace("\u00a0", " ") for caption in report.captions)


def test_no_verdict_word_is_taken_from_points_chosen_by_hand(report: Page) -> None:
    assert "Aucun mot de jugement" in report.words
    assert "Mot de jugement" not in [head for rows in report.tables.values() for head in rows[0]]
    assert not {"robuste", "probable"} & set(report.words.lower().split())


def test_failures_are_named_and_said_at_the_top(report: Page) -> None:
    assert report.tables["Unités échouées"][1] == ["1", "4", "ValueError: <no> world & no luck"]
    words = report.words.replace("\u00a0", " ")
    assert words.index("Unités échouées, nommées plus bas : 1.") < words.index("Ce que", 400)


def test_every_figure_says_what_is_seen_and_keeps_its_numbers(report: Page, folder: Path) -> None:
    assert len(report.images) >= 4
    assert all(len(image["alt"]) > 40 for image in report.images)
    files = {file.suffix for file in (folder / "figures").iterdir()}
    assert files == {".svg", ".png"}
    assert len(list((folder / "figures").glob("*.svg"))) == len(report.images)


def test_words_over_draws_are_those_of_the_share_of_signs(tmp_path: Path) -> None:
    """One of twenty points against the others: 95 % of the signs agree."""
    given = fabricated.plan(
        "{kind: latin_hypercube, n: 20, seed: 3}", "{parameters: {layoff_rate: {}}}"
    )
    worst = given.design_points()["x_layoff_rate"].max()
    path = fabricated.write(
        tmp_path / "essai", given, lambda p: 0.05 if p["x_layoff_rate"] == worst else -0.05, 0.001
    )
    subject = Subject(ExperimentResults.load(path), "fr")
    one = Pairs(subject).all[0]
    assert one.row["sign_share"] == pytest.approx(0.95)
    words = told(path, "fr").words.replace("\u00a0", " ").replace("\u202f", " ")
    assert "C'est robuste : même sens dans 95 % des tirages." in words


def test_ends_that_rounding_makes_the_same_are_told_once(tmp_path: Path) -> None:
    policies = "{policies: [rabot-10, rabot-15, rabot-20]}"
    given = fabricated.plan("{kind: latin_hypercube, n: 12}", "{parameters: {layoff_rate: {}}}",
                            policies, "2")  # fmt: skip
    path = fabricated.write(tmp_path / "essai", given, lambda point: -0.1, noise=0.0)
    words = told(path, "fr").words.replace("\u00a0", " ").replace("\u202f", " ")
    assert "neuf tirages sur dix : environ −10,0 %" in words
    assert "part des points sous la référence, selon la politique : environ 100 %" in words
    assert not re.search(r"\bde (\S+ %) à \1", words)


def test_a_difference_that_goes_both_ways_is_not_given_a_direction(tmp_path: Path) -> None:
    given = fabricated.plan(
        "{kind: latin_hypercube, n: 20, seed: 3}", "{parameters: {layoff_rate: {}}}",
        "{policies: [rabot-10, rabot-20]}",
    )  # fmt: skip
    middle = given.design_points()["x_layoff_rate"].quantile(0.45)
    path = fabricated.write(
        tmp_path / "essai", given, lambda p: 0.05 if p["x_layoff_rate"] < middle else -0.05, 0.0
    )
    brief = told(path).words
    assert "it cannot be said whether the value is higher or lower" in brief
    assert "is lower than" not in brief and "is likely lower" not in brief


def test_support_is_never_given_a_word(tmp_path: Path) -> None:
    given = fabricated.plan(
        "{kind: latin_hypercube, n: 12, seed: 3}", "{parameters: {layoff_rate: {}}}",
        "{policies: [accompagner, rabot-10]}",
    )  # fmt: skip
    page = told(fabricated.write(tmp_path / "essai", given))
    rows = next(rows for caption, rows in page.tables.items() if caption.startswith("Jobs"))
    assert [row[-1] for row in rows[1:]] == ["withheld: support programme", "robust"]
    assert "No verdict word: the effect of support is assumed." in page.words
    assert not any(caption.startswith("Robustness") for caption in page.tables)


def test_main_effects_are_those_of_a_known_plane() -> None:
    design = pd.DataFrame({"l_a": [0.0, 0.0, 1.0, 1.0], "l_b": [0.0, 2.0, 0.0, 2.0]})
    values = pd.DataFrame({0: 3 * design["l_a"] + design["l_b"], 1: 5 * design["l_a"]})
    found = main_effects(design, values).set_index("input")
    assert found.loc["l_a", "effect"] == pytest.approx(4.0)  # of 3 and 5
    assert found.loc["l_b", "effect"] == pytest.approx(1.0)  # of 2 and 0
    assert found.loc["l_a", "low"] < 3 < 5 < found.loc["l_a", "high"]
