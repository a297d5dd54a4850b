"""The plans that ship: valid, bilingual, of sensible size, of every kind; what commands print."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from experiments.plan import Plan, list_plans, load_plan, parse_plan, plan_path
from experiments.plan.example import example_text
from experiments.plan.json_schema import SCHEMA_FILE, plan_schema, schema_text
from experiments.plan.size import Size, check_size, size_of
from simulator.command import run
from simulator.problems import InputError
from tests.cli.test_commands import validated
from tests.experiments.plan.plans import plan

WORKERS = 2
PLANS = {name: load_plan(name) for name in list_plans()}


@pytest.mark.parametrize("one", PLANS.values(), ids=PLANS)
def test_a_plan_that_ships_builds_its_first_and_last_point(one: Plan) -> None:
    points = one.design_points()
    assert len(points) == one.rows() and not points.isna().any(axis=None)
    for row in (0, len(points) - 1):
        point = points.loc[row].to_dict()
        assert tuple(s.id for s in one.scenarios_of(point)) == one.scenario_ids
        one.parameters_of(point)
    assert parse_plan(one.to_yaml()).digest == one.digest


@pytest.mark.parametrize("one", PLANS.values(), ids=PLANS)
def test_a_plan_that_ships_asks_a_question_in_both_languages(one: Plan) -> None:
    assert plan_path(one.id).stem == one.id
    for text in (one.question.fr, one.question.en):
        assert text.strip().endswith("?") and len(text) > 60


def test_every_kind_of_design_and_a_stopping_rule_are_shown() -> None:
    assert {one.design.kind for one in PLANS.values()} == {
        "grid", "latin_hypercube", "sobol", "morris", "factorial", "list",
    }  # fmt: skip
    assert {one.uncertainties.sample for one in PLANS.values()} == {None, "accepted", "ranges"}
    assert any(one.replicates.fixed is None for one in PLANS.values())


def test_two_plans_take_a_minute_and_none_more_than_two_hours() -> None:
    hours = sorted(size_of(one).hours(WORKERS) for one in PLANS.values())
    assert hours[1] < 1 / 60
    assert hours[-1] < 2.0


def test_the_size_counts_points_replicates_and_scenarios() -> None:
    size = size_of(plan(replicates="7"))
    assert (size.points, size.replicates, size.scenarios) == (10, 7, 2)
    assert (size.units, size.runs) == (70, 140)
    assert size.hours(4) == pytest.approx(size.hours(1) / 4)
    longer, larger = size_of(plan(quarters="32")), size_of(plan(population="workshop"))
    assert longer.seconds_a_run > size.seconds_a_run < larger.seconds_a_run


def test_a_large_plan_says_how_large_and_asks_for_consent() -> None:
    large = Size(points=10_000, replicates=100, scenarios=3, seconds_a_run=0.12)
    with pytest.raises(InputError) as caught:
        check_size(large, WORKERS, consent=False)
    message = str(caught.value)
    assert "1,000,000 units (3,000,000 runs), about 50.0 hours on 2 workers" in message
    assert "--yes" in message
    check_size(large, WORKERS, consent=True)
    check_size(size_of(plan()), WORKERS, consent=False)


def test_the_committed_schema_is_fresh() -> None:
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), "run python -m experiments.plan"


@pytest.mark.parametrize("name", PLANS)
def test_editors_find_nothing_wrong_with_plans_that_ship(name: str) -> None:
    text = plan_path(name).read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema/plan.json\n")
    jsonschema.Draft202012Validator.check_schema(plan_schema())
    jsonschema.Draft202012Validator(plan_schema()).validate(yaml.safe_load(text))
    jsonschema.Draft202012Validator(plan_schema()).validate(yaml.safe_load(PLANS[name].to_yaml()))


def test_new_writes_a_commented_plan_that_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "mine.yaml"
    assert run(["experiment", "new", "mine", "--out", str(target)]) == 0
    one = load_plan(target)
    assert one.id == "mine" and len(one.design_points()) == 20
    written = target.read_text("utf-8")
    assert written == example_text("mine")
    assert run(["experiment", "new", "other", "--out", str(target)]) == 2
    assert "exists; name a new file with --out" in capsys.readouterr().err
    assert target.read_text("utf-8") == written


def alternatives() -> list[str]:
    """Lines of the example that are another way to write a key at the top, without the #."""
    lines = [line.removeprefix("# ") for line in example_text("mine").splitlines()]
    return [
        line for line, written in zip(lines, example_text("mine").splitlines(), strict=True)
        if line != written and line.partition(":")[0] in Plan.model_fields
    ]  # fmt: skip


@pytest.mark.parametrize("line", alternatives())
def test_every_alternative_of_the_example_is_valid_too(line: str) -> None:
    content = yaml.safe_load(example_text("mine")) | yaml.safe_load(line)
    assert parse_plan(yaml.safe_dump(content, allow_unicode=True)).design_points().shape[0] >= 1


def test_nothing_is_written_under_an_id_that_is_none(tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    assert run(["experiment", "new", "Mon Plan", "--out", str(target)]) == 2
    assert not target.exists()
    assert run(["experiment", "new", "mine", "--out", str(tmp_path / "no" / "mine.yaml")]) == 2


def test_plans_are_listed_with_question_and_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["experiment", "plans", "--json"]) == 0
    listed = validated("experiment-plans", capsys.readouterr().out)["plans"]
    assert [one["id"] for one in listed] == list(PLANS)
    assert run(["experiment", "plans", "--language", "en"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for one in PLANS.values():
        assert " ".join(one.question.en.split()) in printed


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["experiment", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == plan_schema()
