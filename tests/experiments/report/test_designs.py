"""Each kind of design has its parts and pictures; unfinished and small experiments are told too."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from experiments.report import write_report
from simulator.problems import InputError
from tests.experiments.report import fabricated_experiments as fabricated
from tests.experiments.report.fabricated_experiments import PARAMETERS
from tests.experiments.report.pages import Page, told

RANGE = (
    "{policies: [rabot-10], ranges: {depth: {at: {rabot-10: 'levers[0].change.2026'}, "
    "range: [-30%, -5%]}}}"
)


def by_layoffs(point: dict[str, float]) -> float:
    """Lower where more can be laid off."""
    return -point["x_layoff_rate"] if "x_layoff_rate" in point else -0.1


def figures(folder: Path) -> set[str]:
    """First words of the names of the pictures."""
    return {file.name.partition(".")[0] for file in (folder / "figures").glob("*.svg")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "uncertainties", "levers", "anchor", "picture"),
    [
        ("{kind: sobol, n: 8}", PARAMETERS, "{policies: [rabot-10]}", "decisive",
         "sobol-rabot-10-jobs_fte_2026Q4"),
        ("{kind: morris, trajectories: 8}", PARAMETERS, "{policies: [rabot-10]}", "decisive",
         "morris-rabot-10-survival_2026Q4"),
        ("{kind: latin_hypercube, n: 120}", PARAMETERS, "{policies: [rabot-10]}", "failure",
         "box-rabot-10-jobs_fte_2026Q4"),
        ("{kind: grid, levels: 2}", "{parameters: {layoff_rate: {}}}", RANGE, "ranges",
         "surface-rabot-10-jobs_fte_2026Q4"),
        ("{kind: factorial}", PARAMETERS, RANGE, "ranges", "effects-rabot-10-jobs_fte_2026Q4"),
        ("{kind: list}", "{sample: accepted, draws: 12}",
         "{policies: [rabot-10, rabot-15, rabot-20, rabot-40, mutualiser]}", "across",
         "spread-jobs_fte_2026Q4"),
    ],
)  # fmt: skip
def test_a_design_brings_its_pictures(
    tmp_path: Path, design: str, uncertainties: str, levers: str, anchor: str, picture: str
) -> None:
    given = fabricated.plan(design, uncertainties, levers, "2")
    folder = fabricated.write(tmp_path / "essai", given, _threshold(given) if "hyper" in design
                              else by_layoffs)  # fmt: skip
    page = Page(write_report(folder, "en"))
    assert {anchor, "brief", "compared", "design", "outcomes", "time", "limits"} <= page.anchors
    assert {picture, "differences", "trajectory-jobs_fte", "layers"} <= figures(folder)
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels))


def _threshold(given: fabricated.Plan) -> fabricated.Effect:
    """Failure in the upper third of one parameter."""
    edge = given.design_points()["x_layoff_rate"].quantile(0.67)
    return lambda point: -0.1 if point["x_layoff_rate"] > edge else 0.1


def test_a_box_is_where_it_was_put(tmp_path: Path) -> None:
    given = fabricated.plan("{kind: latin_hypercube, n: 120}", PARAMETERS, replicates="2")
    folder = fabricated.write(tmp_path / "essai", given, _threshold(given), noise=0.0)
    page = told(folder)
    rows = next(rows for caption, rows in page.tables.items() if "Region of failure" in caption)
    assert len(rows) == 2 and rows[1][0] == "Layoffs per quarter, at most"
    edge = given.design_points()["x_layoff_rate"].quantile(0.67)
    assert float(rows[1][1]) == pytest.approx(edge, rel=0.05) and rows[1][2] == "end of the range"


def test_an_unfinished_experiment_says_so_first(tmp_path: Path) -> None:
    given = fabricated.plan("{kind: latin_hypercube, n: 30}", PARAMETERS)
    folder = fabricated.write(tmp_path / "essai", given, by_layoffs, units=70)
    with pytest.raises(InputError, match=r"20 of 90 units are missing.*\n?.*--allow-incomplete"):
        write_report(folder)
    page = told(folder)
    assert "Unfinished experiment (units there: 70 of 90 at most)." in page.words
    assert "about the replicates that are whole (2) only" in page.words
    assert "done: 70; failed: 0" in page.words


def test_a_unit_that_failed_costs_its_point_or_its_block_and_no_more(tmp_path: Path) -> None:
    given = fabricated.plan("{kind: latin_hypercube, n: 60}", PARAMETERS)
    page = told(fabricated.write(tmp_path / "sample", given, by_layoffs, failed={(7, 1)}))
    assert "points left out, because units of theirs failed: 1 of 60" in page.words
    assert "This analysis is not possible" not in page.words
    assert "is not possible" not in page.words

    given = fabricated.plan("{kind: sobol, n: 16}", PARAMETERS)
    page = told(fabricated.write(tmp_path / "sobol", given, by_layoffs, failed={(7, 1)}))
    assert "a block that lacks one point is left out whole" in page.words
    assert any("weigh" in caption for caption in page.captions)
    assert "is not possible" not in page.words


def test_failures_everywhere_leave_values_and_no_analysis(tmp_path: Path) -> None:
    given = fabricated.plan("{kind: sobol, n: 8}", PARAMETERS)
    failed = {(point, point % 3) for point in range(40)}
    page = told(fabricated.write(tmp_path / "essai", given, by_layoffs, failed=failed))
    assert "Failed units, named below: 40." in page.words and "outcomes" in page.anchors
    assert "This analysis is not possible for Jobs (FTE), late 2026" in page.words


@pytest.mark.parametrize("units", [0, 30])
def test_nothing_is_said_of_nothing(tmp_path: Path, units: int) -> None:
    given = fabricated.plan("{kind: sobol, n: 8}", PARAMETERS)  # 40 points
    page = told(fabricated.write(tmp_path / "essai", given, units=units))
    assert "No replicate is whole" in page.words and "outcomes" not in page.anchors


def test_what_is_many_is_folded_and_there(tmp_path: Path) -> None:
    policies = "{policies: [rabot-10, rabot-15, rabot-20, rabot-40, mutualiser]}"
    given = fabricated.plan("{kind: morris, trajectories: 8}", PARAMETERS, policies, "2")
    page = told(fabricated.write(tmp_path / "essai", given, by_layoffs))
    pictures = [caption for caption in page.captions if caption.startswith("Figure")]
    assert "Show the others (4)" in page.words  # of two outcomes and five policies, six are open
    assert sum("Layoffs per quarter, at most" in caption for caption in pictures) == 10
    assert page.tags.count("details") > 1


def test_all_units_failed(tmp_path: Path) -> None:
    given = fabricated.plan(replicates="2")
    folder = fabricated.write(tmp_path / "essai", given, failed={(0, 0), (0, 1)})
    page = told(folder)
    assert "Failed units, named below: 2." in page.words and page.images == []


def test_one_world_has_no_interval(tmp_path: Path) -> None:
    folder = fabricated.write(tmp_path / "essai", fabricated.plan(replicates="1"))
    page = told(folder)
    assert "a single simulated world" in page.words and "nan" not in page.words.lower().split()
    assert "One replicate: the error of chance is not known." in page.words


def test_without_a_policy_there_are_values_only(tmp_path: Path) -> None:
    given = fabricated.plan("{kind: latin_hypercube, n: 10}", PARAMETERS, "{}")
    page = told(fabricated.write(tmp_path / "essai", given))
    assert "The plan compares no policy with the reference." in page.words
    assert "time" in page.anchors


def test_the_rule_that_stopped_is_told(tmp_path: Path) -> None:
    rule = "{outcomes: [survival_2026Q4], half_width: 0.5, start: 2, maximum: 4}"
    folder = fabricated.write(tmp_path / "essai", fabricated.plan(replicates=rule))
    words = told(folder).words
    assert "until ± 0.5 for Survival of 2025 cohort, late 2026, 2 to 4 for each point" in words
    assert "Points at which the stopping rule is met: 1 of 1" in words


def test_a_range_is_called_what_the_plan_calls_it(tmp_path: Path) -> None:
    named = RANGE.replace(
        "range:", "label: {fr: Profondeur de la coupe, en: Depth of the cut}, range:"
    )
    given = fabricated.plan("{kind: grid, levels: 2}", "{parameters: {layoff_rate: {}}}", named)
    folder = fabricated.write(tmp_path / "essai", given)
    assert "Profondeur de la coupe" in told(folder, "fr").words
    assert "Depth of the cut" in told(folder, "en").words
