"""Each file of `plans/` holds one kind of error; its message is part of what we promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.plan import load_plan, parse_plan
from simulator.problems import InputError

FOLDER = Path(__file__).parent / "plans"
FILES = sorted(FOLDER.glob("*.yaml"))


def test_many_kinds_of_errors_are_told() -> None:
    told = {path.with_suffix(".expected").read_text("utf-8").split(": ", 1)[1] for path in FILES}
    assert len(told) == len(FILES) >= 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_plan_is_told_with_place_and_remedy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(InputError) as caught:
        load_plan(path.name)
    assert str(caught.value) + "\n" == path.with_suffix(".expected").read_text("utf-8")
    for problem in caught.value.problems:
        assert problem.hint, "every message says what would be right"
        assert problem.line is not None


def test_an_unknown_id_is_told_with_the_one_probably_meant() -> None:
    with pytest.raises(InputError, match=r"did you mean effet-domino\?"):
        load_plan("effet-dominos")


def test_a_text_names_what_ships_and_no_file() -> None:
    text = (FOLDER / "scenario-file-missing.yaml").read_text("utf-8")
    with pytest.raises(InputError, match=r"mon plan:6:14: .*a file cannot be named from here"):
        parse_plan(text, "mon plan")


def test_all_faults_are_told_at_once_in_the_order_of_the_text() -> None:
    text = (FOLDER / "parameter-unknown.yaml").read_text("utf-8")
    text = text.replace("jobs_fte", "job_fte").replace("replicates: 5", "replicates: 0")
    with pytest.raises(InputError) as caught:
        parse_plan(text)
    assert [problem.field for problem in caught.value.problems] == [
        "uncertainties.parameters.inertya", "outcomes[0].indicator", "replicates",
    ]  # fmt: skip


def test_what_is_wrong_in_a_scenario_that_a_plan_names_is_told_in_its_own_file(
    tmp_path: Path,
) -> None:
    scenario = FOLDER.parent / "cut-below-all.yaml"
    (tmp_path / "coupe.yaml").write_bytes(scenario.read_bytes())
    text = (FOLDER / "scenario-unknown.yaml").read_text("utf-8")
    plan = tmp_path / "plan.yaml"
    plan.write_text(text.replace("rabot-11", "coupe.yaml"), "utf-8")
    with pytest.raises(InputError) as caught:
        load_plan(plan)
    (problem,) = caught.value.problems
    assert problem.file.endswith("coupe.yaml")
    assert problem.field.startswith("levers[0]")
