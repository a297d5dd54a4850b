"""Plans are read as they are meant, and written back as the same plan."""

from __future__ import annotations

from pathlib import Path

import pytest

import experiments
from experiments.plan import Plan, load_plan, parse_plan
from simulator.indicators import INDICATORS
from simulator.problems import InputError
from tests.experiments.plan.plans import plan

POPULATION = "id: deux-regions\nbase: demo\nregions: [PDL, BRE]\n"


def test_the_resolved_text_reads_as_the_same_plan() -> None:
    one = plan(
        uncertainties="{parameters: {inertia: {distribution: triangular}, exit_hazard: {}}}",
        outcomes="[{indicator: survival, at: 2026Q4, by: size, group: xs, smallest: 0.01}]",
        structures="all",
        record="[lifetimes]",
    )
    again = parse_plan(one.to_yaml())
    assert again.to_yaml() == one.to_yaml()
    assert again.digest == one.digest
    assert again.design_points().equals(one.design_points())


def test_neither_comments_nor_order_nor_what_is_left_out_change_the_digest(tmp_path: Path) -> None:
    one = plan()
    low, high = 0.5, 0.98  # the range of its own
    told = plan(
        uncertainties=f"{{parameters: {{inertia: {{range: [{low}, {high}], "
        "distribution: uniform}}}  # a remark",
        reference="fil-de-l-eau",
    )
    elsewhere = tmp_path / "deep" / "plan.yaml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(one.to_yaml(), "utf-8")
    assert one.digest == told.digest == load_plan(elsewhere).digest


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "3"}, {"quarters": "9"}, {"replicates": "6"}, {"population": "workshop"},
        {"design": "{kind: latin_hypercube, n: 10, seed: 2}"}, {"levers": "{policies: [rabot-15]}"},
        {"uncertainties": "{parameters: {inertia: {range: [0.6, 0.9]}}}"},
    ],
    ids=str,
)  # fmt: skip
def test_what_changes_a_run_changes_the_digest(change: dict[str, str]) -> None:
    assert plan(**change).digest != plan().digest


def test_files_that_a_plan_names_lie_from_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.scenario import load_scenario

    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "ours.yaml").write_text(load_scenario("rabot-10").to_yaml(), "utf-8")
    (folder / "two.yaml").write_text(POPULATION, "utf-8")
    text = plan(levers="{policies: []}", uncertainties=None, design=None).to_yaml()
    text = text.replace("policies: []", "policies: [ours.yaml]").replace(
        "population: demo", "population: two.yaml"
    )
    (folder / "plan.yaml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    one = load_plan("study/plan.yaml")
    assert one.population.regions == ("52", "53")
    assert one.levers.policies == (load_scenario("rabot-10"),)
    alone = parse_plan(one.to_yaml())  # needs neither file any more
    assert alone.digest == one.digest and alone.population == one.population


def test_a_policy_may_extend_another_inside_the_plan() -> None:
    one = plan(
        levers="{policies: [{id: plus, extends: rabot-10, title: {fr: A, en: A}, "
        "narrative: {fr: A., en: A.}, family: funding_cuts, "
        "levers: [{lever: demand, change: +5%}]}]}"
    )
    assert [lever.name for lever in one.levers.policies[0].levers] == ["public_funding", "demand"]


def test_by_alone_stands_for_an_outcome_of_each_group() -> None:
    outcomes = plan(outcomes="[{indicator: jobs_fte, at: 2027Q4, by: size}]").outcomes
    assert [one.group for one in outcomes] == ["XS", "S", "M", "L", "XL", "XXL"]
    assert [one.name for one in outcomes][:2] == ["jobs_fte_2027Q4_XS", "jobs_fte_2027Q4_S"]
    named = plan(outcomes="[{indicator: jobs_fte, at: 2027Q4, by: age, name: jobs}]").outcomes
    assert [one.name for one in named] == ["jobs_YOUNG", "jobs_MIDDLE", "jobs_OLD"]


def test_groups_are_read_in_any_case_and_by_alias() -> None:
    (one,) = plan(
        outcomes='[{indicator: jobs_fte, at: 2027Q4, by: region_size, group: "pdl|m"}]'
    ).outcomes
    assert (one.by, one.group) == ("region_size", "52|M")


def test_the_smallest_effect_is_the_plan_s_own_or_that_of_the_indicator() -> None:
    ours, theirs = plan(
        outcomes="[{indicator: jobs_fte, at: 2027Q4, smallest: 12}, "
        "{indicator: jobs_fte, at: 2026Q4}]"
    ).outcomes
    assert ours.threshold(1e6) == 12
    assert theirs.threshold(1e6) == INDICATORS["jobs_fte"].threshold(1e6)


def test_replicates_are_a_number_or_a_rule() -> None:
    assert plan().replicates.fixed == plan().replicates.most == 5
    rule = plan(replicates="{outcomes: [jobs_fte_2027Q4], half_width: 100, maximum: 40}").replicates
    assert (rule.fixed, rule.start, rule.most, rule.half_width) == (None, 10, 40, 100.0)


def test_the_horizon_is_the_policies_unless_quarters_are_given() -> None:
    assert plan().horizon == 8
    long = plan(quarters=None)
    assert long.horizon == 40
    assert {s.horizon.quarters for s in long.scenarios_of({})} == {40}


def test_a_plan_of_the_first_format_may_leave_the_format_out_and_no_newer_is_guessed() -> None:
    assert plan().format == plan(format="1").format == 1
    with pytest.raises(InputError, match="format 7 is newer"):
        plan(format="7")


def test_the_package_offers_plans_lazily() -> None:
    assert experiments.load_plan is load_plan and experiments.Plan is Plan
    assert {"load_plan", "Plan"} <= set(dir(experiments))
    with pytest.raises(AttributeError, match="no attribute 'lod_plan'"):
        _ = experiments.lod_plan  # type: ignore[attr-defined]
