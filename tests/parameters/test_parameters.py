"""Sets of parameter values: changes are checked, sets never change in place."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from simulator.parameters import SPECS, Parameters
from simulator.problems import InputError


@pytest.fixture(scope="module")
def default() -> Parameters:
    return Parameters.default()


def test_the_default_differs_from_nothing(default: Parameters) -> None:
    assert default.differences() == {}
    assert list(default.values) == list(SPECS)


def test_a_number_is_set_added_multiplied(default: Parameters) -> None:
    assert default.with_("attrition", set=0.04)["attrition"] == 0.04
    assert default.with_("attrition", add=0.005)["attrition"] == pytest.approx(0.03)
    assert default.with_("attrition", multiply=2)["attrition"] == 0.05
    assert default["attrition"] == 0.025


def test_operations_act_on_every_code_of_a_table(default: Parameters) -> None:
    hazard = default.table("exit_hazard")
    assert np.array_equal(default.with_("exit_hazard", multiply=2)["exit_hazard"], 2 * hazard)
    assert np.allclose(default.with_("exit_hazard", add=0.01)["exit_hazard"], hazard + 0.01)
    assert default.with_("exit_hazard", set=0.1)["exit_hazard"].tolist() == [0.1] * 6


def test_changes_add_up_and_only_they_are_differences(default: Parameters) -> None:
    changed = default.with_("inertia", set=0.7).with_("inertia", multiply=0.5)
    changed = changed.with_("inflation", add=0.01)
    assert changed.differences() == {
        "inflation": pytest.approx(0.028), "inertia": pytest.approx(0.35)
    }  # fmt: skip
    assert changed.with_("inertia", set=0.85).with_("inflation", set=0.018) == default


def test_a_payment_schedule_is_delayed_and_still_pays_everything(default: Parameters) -> None:
    delay = np.arange(7)
    kernel = default.table("payment_kernel_procurement")
    for quarters in (0.0, 0.5, 1.0, 2.25):
        later = default.with_("payment_kernel_procurement", add=quarters).table(
            "payment_kernel_procurement"
        )
        assert later.sum() == pytest.approx(1, abs=1e-12)
        assert later @ delay == pytest.approx(kernel @ delay + quarters)
    at_once = default.with_("payment_kernel_procurement", add=-6.0)
    assert at_once["payment_kernel_procurement"] == pytest.approx([1, 0, 0, 0, 0, 0, 0])
    with pytest.raises(InputError, match="payment schedule"):
        default.with_("payment_kernel", multiply=2)
    with pytest.raises(InputError, match="payment schedule"):
        default.with_("payment_kernel", set=0.5)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("attrition", {"set": 1.5}, r"1.5 is impossible; possible values: 0 to 1"),
        ("attrition", {"add": -1.0}, "impossible"),
        ("exit_hazard", {"multiply": 20.0}, "1.6 is impossible"),
        ("attrition", {"set": float("nan")}, "not a finite number"),
        ("attrition", {"set": float("inf")}, "not a finite number"),
        ("attrition", {"set": True}, "not a number"),
        ("attrition", {"set": "0.02"}, "not a number"),
        ("attrition", {"set": [0.1, 0.2]}, "shape"),
        ("exit_hazard", {"set": [0.1, 0.2]}, "shape"),
        ("attrition", {}, "exactly one"),
        ("attrition", {"set": 0.02, "add": 0.01}, "exactly one"),
    ],
)
def test_impossible_values_are_told(
    default: Parameters, name: str, change: dict, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        default.with_(name, **change)


def test_an_unknown_name_gets_a_suggestion(default: Parameters) -> None:
    with pytest.raises(InputError, match="did you mean attrition"):
        default.with_("atrition", set=0.02)
    with pytest.raises(InputError, match="did you mean merger_completion"):
        Parameters({"merger_completon": 0.1})


def test_a_set_cannot_be_changed_in_place(default: Parameters) -> None:
    with pytest.raises(TypeError):
        default.values["attrition"] = 1.0  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        default.table("exit_hazard")[0] = 0.5
    with pytest.raises(AttributeError):
        default.anything = 1  # type: ignore[attr-defined]
    mine = np.full(6, 0.1)
    kept = default.with_("exit_hazard", set=mine)
    mine[:] = 0.9
    assert kept["exit_hazard"].tolist() == [0.1] * 6


def test_equal_values_have_equal_digests_and_travel_between_processes(
    default: Parameters,
) -> None:
    changed = default.with_("exit_hazard", multiply=1.1).with_("inflation", set=0.02)
    assert pickle.loads(pickle.dumps(changed)) == changed
    assert changed.digest != default.digest
    assert changed.with_("inflation", set=0.03).digest != changed.digest
    assert len({changed, pickle.loads(pickle.dumps(changed)), default}) == 2
