"""All hypotheses at once: the outcomes are those of a run, and little is kept of each run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import simulator as sim
from simulator import scenario_check
from simulator.cli.generated_part import page_text, rewritten
from simulator.cli.scenario_check_page import NAME, generated, surprises
from simulator.command import run
from simulator.problems import InputError
from simulator.scenario_check import Interrupted, check_scenarios

SCENARIOS = ["rabot-10", "choc-regional", "rabot-40"]
PAGE = (
    "# Title\n\n<!-- generated: scenarios-check -->\nold\n<!-- end: scenarios-check -->\n\nEnd.\n"
)


@pytest.fixture(scope="module")
def checked() -> scenario_check.ScenarioCheck:
    return check_scenarios(SCENARIOS, "demo", "ranges", draws=2, seed=7, workers=1)


def test_outcomes_are_those_of_a_run(checked: scenario_check.ScenarioCheck) -> None:
    # The hypotheses of rabot-40 also look at rabot-20.
    results = sim.simulate(
        [*SCENARIOS, "rabot-20"], population="demo", parameters="ranges", draws=2, seed=7, workers=1
    )
    of_run = results.hypotheses()
    of_run = of_run[of_run["scenario"].isin(SCENARIOS)].reset_index(drop=True)
    table = checked.table
    assert set(table["scenario"]) == set(SCENARIOS)
    order = ["scenario", "key"]
    pd.testing.assert_frame_equal(
        table.sort_values(order, ignore_index=True), of_run.sort_values(order, ignore_index=True)
    )


def test_workers_do_not_matter(checked: scenario_check.ScenarioCheck) -> None:
    again = check_scenarios(SCENARIOS, "demo", "ranges", draws=2, seed=7, workers=2)
    pd.testing.assert_frame_equal(again.table, checked.table)


def test_those_compared_with_run_along_but_are_not_judged() -> None:
    found = check_scenarios(["annee-blanche"], "demo", "default", draws=1, workers=1)
    assert set(found.manifest["scenarios"]) == {"fil-de-l-eau", "annee-blanche", "rabot-40"}
    assert set(found.table["scenario"]) == {"annee-blanche"}
    assert "not_run" not in set(found.table["outcome"])


def test_nothing_is_run_beyond_what_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[Any] = []
    original = scenario_check.simulate_unit

    def spied(*arguments: Any) -> Any:
        lengths.append(arguments[5])
        return original(*arguments)

    monkeypatch.setattr(scenario_check, "simulate_unit", spied)
    check_scenarios(["rabot-10"], "demo", "default", draws=1, workers=1)
    assert lengths == [20, 20]  # 2030Q4


def test_the_calibrated_set_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.Parameters, "draw", classmethod(lambda cls, *a: cls()))
    assert scenario_check.default_source() == "accepted"

    def none_ships(cls: type, *arguments: Any) -> sim.Parameters:
        raise InputError.single("parameters", "none ships", "use ranges")

    monkeypatch.setattr(sim.Parameters, "draw", classmethod(none_ships))
    assert scenario_check.default_source() == "ranges"


def test_what_was_finished_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    original = scenario_check.simulate_unit

    def stops(*arguments: Any) -> Any:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(1)
        return original(*arguments)

    monkeypatch.setattr(scenario_check, "simulate_unit", stops)
    with pytest.raises(Interrupted) as caught:
        check_scenarios(["rabot-10"], "demo", "default", draws=2, workers=1)
    assert caught.value.found is not None and caught.value.found.incomplete
    assert len(caught.value.found.manifest["units"]) == 1


def test_the_page_is_rewritten_between_its_marks(
    checked: scenario_check.ScenarioCheck, tmp_path: Path
) -> None:
    page = rewritten(PAGE, NAME, generated(checked))
    assert page.startswith("# Title\n") and page.endswith("\nEnd.\n") and "old" not in page
    assert rewritten(page, NAME, generated(checked)) == page
    assert generated(checked) in page
    table = checked.table
    assert all(f"| `{key.replace('|', '·')}` |" in page for key in table["key"])
    # Two draws are too few for a word: every hypothesis is ambiguous or too small.
    wrong = table[table["outcome"].isin(["not_found", "ambiguous"])]
    keys = [key.replace("|", "·") for key in wrong["key"]]
    assert sorted(surprises(page)) == sorted(zip(wrong["scenario"], keys, strict=True))
    for text in ("no marks", None):
        path = tmp_path / "page.md"
        if text is not None:
            path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="write"):
            page_text(path, NAME)
        path.unlink(missing_ok=True)


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    arguments = ["scenarios", "check", "rabot-10", "--population", "demo", "--draws", "1"]
    assert run([*arguments, "--parameters", "default", "--workers", "1", "--write", str(page)]) == 0
    printed = capsys.readouterr()
    assert max(len(line) for line in printed.out.splitlines()) <= 100
    assert printed.out.index("Hypothèses à éprouver") < printed.out.index("ne prouve rien")
    assert "2 of 2" in printed.err
    assert "| `rabot-10` | `jobs_fte 2028Q4` |" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rabot-100"], "did you mean rabot-10"),
        (["--parameters", "some"], "parameters"),
        (["--population", "nowhere"], "nowhere"),
        (["--draws", "0"], "draws"),
        (["--workers", "0"], "workers"),
        (["--seed", "-1"], "seed"),
        (["--write", "nowhere.md"], "nowhere.md"),
    ],
)
def test_bad_input_is_told(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scenarios", "check", *arguments]) == 2
    assert words in capsys.readouterr().err
