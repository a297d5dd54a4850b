"""Design points: the unit cube through the distributions, draws, structures, scenarios."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.plan.points import check_points
from experiments.runner import run
from simulator.parameter_draws import drawn_names, moved, quantile
from simulator.parameters import SPECS, Parameters
from simulator.plan import BASELINE
from simulator.problems import InputError
from tests.experiments.plan.plans import plan

DEPTH = (
    "{policies: [rabot-10, rabot-20], ranges: {depth: {"
    "at: {rabot-10: 'levers[0].change.2026', rabot-20: ['levers[0].change.2026']}, "
    "range: [-40%, -10%]}}}"
)


def test_points_are_the_quantiles_of_the_sampler_s_rows_in_their_order() -> None:
    one = plan(
        levers=DEPTH,
        uncertainties="{parameters: {inertia: {}, exit_hazard: {range: [0.5, 1.5]}, "
        "cofunding_withdrawal_public: {range: [0.1, 0.7], distribution: triangular}}}",
        design="{kind: sobol, n: 8}",
    )
    points, unit = one.design_points(), one.unit_points()
    assert points.index.name == "design_id"
    assert points.index.tolist() == list(range(8 * (4 + 2))) == list(range(one.rows()))
    assert tuple(points.columns) == one.columns() == tuple(one.problem()["names"])
    assert points.columns.tolist() == [
        "x_inertia", "x_exit_hazard", "x_cofunding_withdrawal_public", "l_depth",
    ]  # fmt: skip
    expected = [quantile(SPECS["inertia"], u) for u in unit[:, 0]]
    assert points["x_inertia"].tolist() == expected
    assert np.allclose(points["x_exit_hazard"], 0.5 + unit[:, 1])
    assert np.allclose(points["l_depth"], -0.4 + 0.3 * unit[:, 3])
    assert (points.to_numpy().argsort(axis=0) == unit.argsort(axis=0)).all()


def test_a_parameter_keeps_its_numbers_whatever_its_neighbours_are_called() -> None:
    pair = [
        plan(
            uncertainties=f"{{parameters: {{inertia: {{}}, {other}: {{}}}}}}",
            design="{kind: morris, trajectories: 4}",
        )
        for other in ("attrition", "entry_rate")
    ]
    first, second = (one.design_points()["x_inertia"] for one in pair)
    assert first.tolist() == second.tolist()


@given(u=st.floats(0, 1), low=st.floats(1e-3, 10), times=st.floats(1.01, 1e4))
def test_a_loguniform_range_is_even_on_the_logarithm(u: float, low: float, times: float) -> None:
    from simulator.parameter_draws import quantile_between

    number = quantile_between("loguniform", low, 0.0, low * times, u)
    assert low <= number <= low * times
    assert np.log(number / low) == pytest.approx(u * np.log(times), abs=1e-9)


def test_parameters_of_a_point_are_the_defaults_but_for_what_varies() -> None:
    one = plan(uncertainties="{parameters: {inertia: {}, exit_hazard: {}}}")
    point = one.design_points().loc[3].to_dict()
    expected = Parameters(
        {
            "inertia": point["x_inertia"],
            "exit_hazard": moved(SPECS["exit_hazard"], point["x_exit_hazard"]),
        }
    )
    assert one.parameters_of(point) == expected != Parameters.default()


def test_all_that_ensembles_draw() -> None:
    one = plan(uncertainties="{sample: ranges}", design="{kind: morris, trajectories: 2}")
    points = one.design_points()
    assert points.columns.tolist() == [f"x_{name}" for name in drawn_names()]
    assert set(one.parameters_of(points.loc[0].to_dict()).differences()) <= set(drawn_names())


def test_draws_of_the_accepted_set_are_those_of_a_run_with_this_seed() -> None:
    one = plan(uncertainties="{sample: accepted, draws: 3}", design=None, seed="7")
    points = one.design_points()
    assert points["draw"].tolist() == [1, 2, 3] and points["draw"].dtype == np.int64
    for point in points.to_dict("records"):
        expected = Parameters.draw(int(point["draw"]), 7, "accepted")
        assert one.parameters_of(point) == expected


def test_draws_points_and_structures_are_crossed_so_that_a_batch_cut_short_is_balanced() -> None:
    one = plan(
        levers=DEPTH,
        uncertainties="{sample: accepted, draws: 2}",
        design="{kind: grid, levels: 3}",
        structures="[default, cascade_off]",
    )
    points = one.design_points()
    assert len(points) == one.rows() == 2 * 3 * 2
    assert points["draw"].tolist() == [1] * 6 + [2] * 6
    assert points["structure"].tolist() == ["default", "cascade_off"] * 6
    assert points["l_depth"].tolist()[:6:2] == points["l_depth"].tolist()[6::2]
    assert one.structure_of(points.loc[1].to_dict()) == "cascade_off"


def test_a_plan_without_anything_that_varies_has_one_point() -> None:
    one = plan(uncertainties=None, design=None)
    points = one.design_points()
    assert points.shape == (1, 0)
    assert one.parameters_of({}) == Parameters.default() and one.structure_of({}) == "default"


def test_scenarios_of_a_point_are_the_policies_with_its_numbers_under_the_same_ids() -> None:
    one = plan(levers=DEPTH, uncertainties=None)
    scenarios = one.scenarios_of({"l_depth": -0.25})
    assert tuple(s.id for s in scenarios) == one.scenario_ids == (BASELINE, "rabot-10", "rabot-20")
    assert not scenarios[0].levers
    for scenario in scenarios[1:]:
        assert scenario.resolved()["levers"][0]["change"] == {2026: "-25%"}
    other = one.scenarios_of({"l_depth": -0.3})
    assert other[0].digest == scenarios[0].digest and other[1].digest != scenarios[1].digest


def test_a_policy_without_a_range_stays_as_it_is_written() -> None:
    from simulator.scenario import load_scenario

    (_, same) = plan().scenarios_of({})
    assert same == load_scenario("rabot-10")


@pytest.mark.parametrize(
    ("place", "bounds", "whole", "number", "written"),
    [
        ("ramp", "[1, 8]", "true", 3.0, 3),
        ("from", "[2026, 2029]", "true", 2028.0, 2028),
        ("change.2026", "[-0.4, -0.1]", "false", -0.25, "-25%"),
    ],
)
def test_numbers_are_put_in_as_scenarios_write_them(
    place: str, bounds: str, whole: str, number: float, written: object
) -> None:
    change = "{2026: -20%}" if "." in place else "-20%"
    levers = (
        "{policies: [{id: coupe, title: {fr: A, en: A}, narrative: {fr: A., en: A.}, "
        "family: funding_cuts, horizon: {start: 2026Q1, quarters: 40}, levers: "
        f"[{{lever: public_funding, change: {change}}}]}}], "
        f"ranges: {{r: {{at: {{coupe: 'levers[0].{place}'}}, range: {bounds}, whole: {whole}}}}}}}"
    )
    one = plan(levers=levers, uncertainties=None, quarters=None)
    found = one.scenarios_of({"l_r": number})[1].resolved()["levers"][0]
    for step in place.split("."):
        found = found[int(step) if step.isdigit() else step]
    assert found == written


def test_whole_numbers_are_equally_likely() -> None:
    one = plan(
        levers="{policies: [rabot-10], ranges: {r: {at: {rabot-10: 'levers[0].ramp'}, "
        "range: [1, 4], whole: true}}}",
        uncertainties=None,
        design="{kind: latin_hypercube, n: 40}",
    )
    assert one.design_points()["l_r"].value_counts().to_dict() == {k: 10 for k in (1, 2, 3, 4)}


@pytest.mark.parametrize("end", ["[2026, 2031]", "[2029, 2031]"])
def test_ranges_that_cannot_stand_together_are_refused_with_the_numbers(end: str) -> None:
    levers = (
        "{policies: [rebond-organise], ranges: {"
        "start: {at: {rebond-organise: 'levers[9].from'}, range: [2026, 2029], whole: true}, "
        f"end: {{at: {{rebond-organise: 'levers[9].until'}}, range: {end}, whole: true}}}}}}"
    )
    if end == "[2029, 2031]":
        assert len(plan(levers=levers, uncertainties=None).design_points()) > 0
        return
    with pytest.raises(InputError, match=r"ranges\.end\.range: .*start: 2029 with end: 2026"):
        plan(levers=levers, uncertainties=None)
    listed = "{{kind: list, points: [{{start: 2026, end: 2031}}, {{start: {}, end: 2028}}]}}"
    one = plan(levers=levers, uncertainties=None, design=listed.format(2027))
    assert len(one.scenarios_of({"l_start": 2027.0, "l_end": 2028.0})) == 2
    with pytest.raises(InputError, match=r"design\.points\[1\]: .*from: 2029, .*until: 2028"):
        plan(levers=levers, uncertainties=None, design=listed.format(2029))


def test_three_ranges_that_clash_are_told_before_anything_runs(tmp_path: Path) -> None:
    ranges = ", ".join(
        f"y{year}: {{at: {{hausse: 'levers[0].change.{year}'}}, range: [0%, 120%]}}"
        for year in (2026, 2027, 2028)
    )
    levers = (
        "{policies: [{id: hausse, title: {fr: A, en: A}, narrative: {fr: A., en: A.}, "
        "family: demand_and_costs, horizon: {start: 2026Q1, quarters: 12}, levers: "
        "[{lever: demand, change: {2026: +5%, 2027: +5%, 2028: +5%}}]}], "
        f"ranges: {{{ranges}}}}}"
    )
    # Demand may grow tenfold: any two years of 120 % do, all three do not.
    one = plan(levers=levers, uncertainties=None, quarters="12", design="{kind: grid, levels: 2}")
    expected = r"cannot stand together in 1 of 8 settings tried, first at design point 7: .*demand"
    with pytest.raises(InputError, match=expected):
        run(one, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    one = plan(levers=levers.replace("120%", "100%"), uncertainties=None, quarters="12",
               design="{kind: grid, levels: 2}")  # fmt: skip
    check_points(one)
