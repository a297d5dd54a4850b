"""What the parameter file promises: names, sources, domains, ranges."""

from __future__ import annotations

import copy
from importlib.resources import files

import numpy as np
import pytest

from simulator.codes import LEVELS, SECTORS, SIZES
from simulator.figures import published
from simulator.parameter_file import french_units, parse_specs
from simulator.parameters import SPECS, process_groups
from simulator.strict_yaml import parse_yaml

# Names that people and scripts outside the project rely on.
_BINDING_TEXT = """
inflation wage_growth grant_growth procurement_growth user_growth gift_growth indexation_grants
indexation_procurement indexation_tariffs inertia withdrawal_base withdrawal_slope
multi_year_share cofunding_withdrawal_public cofunding_withdrawal_private cofunding_tolerance
cofunding_max_rate application_cost reporting_cost gift_contest_elasticity gift_pool_expansion
crowding_out fundraising_response price_elasticity price_speed price_cap attrition layoff_rate
layoff_threshold_months severance_months stickiness_down stickiness_up gap_tolerance
cash_ceiling_months revenue_noise overdraft_limit loan_to_receivable credit_acceptance
guarantee_share diversification_attempts diversification_cost diversification_success
merger_completion merger_cost merger_overhead_saving merger_funder_haircut mutualisation_saving
scic_rate exit_hazard exit_gap_sensitivity exit_low_cash_sensitivity formal_procedure_share
entry_rate quality_erosion mission_drift volunteer_productivity need_growth
"""
BINDING = _BINDING_TEXT.split()


@pytest.fixture(scope="module")
def content() -> dict:
    text = (files("simulator") / "data" / "parameters.yaml").read_text(encoding="utf-8")
    return parse_yaml(text, "parameters.yaml").plain()


def test_binding_names_exist() -> None:
    assert len(BINDING) == 57
    assert not [name for name in BINDING if name not in SPECS]


def test_every_parameter_belongs_to_one_process() -> None:
    listed = [name for group in process_groups() for name in group.parameters]
    assert sorted(listed) == sorted(SPECS)
    assert all(SPECS[name].process == group.code for group in process_groups()
               for name in group.parameters)  # fmt: skip


def test_tables_follow_the_order_of_the_codes() -> None:
    hazard = SPECS["exit_hazard"]
    assert hazard.codes() == SIZES
    assert hazard.default.tolist() == [0.080, 0.042, 0.024, 0.013, 0.007, 0.005]
    elasticity = dict(zip(SECTORS, SPECS["price_elasticity"].default.tolist(), strict=True))
    assert (elasticity["CULTURE"], elasticity["SERV"], elasticity["SOCIAL"]) == (0.25, 0.8, 0.7)
    assert elasticity["SPORT"] == 0.35  # the default of the codes not listed


def test_payment_kernels_pay_everything_and_the_state_in_about_four_months() -> None:
    kernel = SPECS["payment_kernel"].default
    assert kernel.shape == (len(LEVELS), 7)
    assert np.allclose(kernel.sum(axis=1), 1, atol=1e-12)
    months = 3 * kernel @ np.arange(7)
    assert 3.5 < months[LEVELS.index("etat")] < 4.5
    assert months.min() >= 2 and months.max() <= 9


def test_figures_behind_defaults_are_published() -> None:
    missing = {
        (name, fact) for name, spec in SPECS.items() for fact in spec.facts
        if fact not in published()
    }  # fmt: skip
    assert not missing


def test_published_defaults_name_a_figure_and_others_say_what_they_rest_on() -> None:
    for name, spec in SPECS.items():
        if spec.kind == "published":
            assert spec.facts, name
        if spec.kind == "foreign":
            assert spec.facts, name
        assert len(spec.source) > 10, name


def test_what_only_levers_change_is_neutral_and_never_drawn() -> None:
    only = [spec for spec in SPECS.values() if spec.lever_only]
    assert len(only) >= 12
    assert {float(spec.default) for spec in only} == {0.0, 1.0}
    assert not any(spec.is_drawn for spec in only)


def test_labels_are_given_in_both_languages() -> None:
    for spec in SPECS.values():
        assert spec.label("fr") and spec.label("en")
        assert spec.label("fr") != spec.label("en")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"default": 2.0}, "outside its domain"),
        ({"range": [0.05, 0.01]}, "does not rise"),
        ({"range": [0.0, 9.0]}, "leaves the domain"),
        ({"range": [0.03, 0.05]}, "does not contain the default"),
        ({"default": float("nan")}, "finite"),
        ({"default": "0.018"}, "default"),
        ({"default": {"XS": 1.0}}, "one number"),
        ({"kind": "guess"}, "kind"),
        ({"kind": "published"}, "names its facts"),
        ({"unknown": 1}, "Extra inputs"),
        ({"range_factor": [0.5, 1.5]}, "only one of"),
        ({"lever_only": True}, "never drawn"),
        ({"varies_by": ["planet"]}, "varies_by"),
    ],
)
def test_a_wrong_entry_is_refused(content: dict, change: dict, message: str) -> None:
    broken = copy.deepcopy(content)
    broken["processes"]["indices"]["parameters"]["inflation"] |= change
    with pytest.raises(ValueError, match=message):
        parse_specs(broken)


@pytest.mark.parametrize(
    ("default", "message"),
    [
        ({"XS": 0.1, "S": 0.1}, "no value for"),
        ({"XS": 0.1, "HUGE": 0.1, "default": 0.1}, "unknown codes"),
        (0.1, "value by code"),
    ],
)
def test_a_wrong_table_is_refused(content: dict, default: object, message: str) -> None:
    broken = copy.deepcopy(content)
    broken["processes"]["exits"]["parameters"]["exit_hazard"]["default"] = default
    with pytest.raises(ValueError, match=message):
        parse_specs(broken)


@pytest.mark.parametrize(
    ("default", "message"),
    [([0.5, 0.4, 0, 0, 0, 0, 0], "add up to 1"), ([0.5, 0.5], "7 shares")],
)
def test_a_wrong_payment_schedule_is_refused(
    content: dict, default: list[float], message: str
) -> None:
    broken = copy.deepcopy(content)
    entry = broken["processes"]["payment"]["parameters"]["payment_kernel_procurement"]
    entry["default"] = default
    with pytest.raises(ValueError, match=message):
        parse_specs(broken)


def test_a_name_may_stand_once_only(content: dict) -> None:
    broken = copy.deepcopy(content)
    processes = broken["processes"]
    processes["votes"]["parameters"]["inflation"] = processes["indices"]["parameters"]["inflation"]
    with pytest.raises(ValueError, match="stands twice"):
        parse_specs(broken)


def test_every_unit_is_given_in_french_and_none_besides() -> None:
    assert set(french_units()) == {spec.unit for spec in SPECS.values()}
    assert SPECS["inertia"].unit_in("en") == SPECS["inertia"].unit
    for spec in SPECS.values():
        assert not {"of", "per", "share", "the"} & set(spec.unit_in("fr").split()), spec.name
