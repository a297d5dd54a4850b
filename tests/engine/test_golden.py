"""A few results of small runs stay what they are, to nine significant digits.

The files in `tests/engine/golden` are refreshed only on purpose, after a change that is meant to
change results: `python -m tests.engine.refresh_golden`, from the root of the repository.
"""

from __future__ import annotations

import math

import pytest

from tests.engine import golden_results as golden


@pytest.mark.parametrize("kind", golden.worlds())
@pytest.mark.parametrize("scenario", golden.SCENARIOS)
def test_results_are_what_they_were(scenario: str, kind: str) -> None:
    """With the sensitivities of the human side at zero they are those of the model before it."""
    found = golden.mismatches(golden.read(scenario, kind), golden.results_of(scenario, kind))
    shown = "\n".join(found[:10])
    assert not found, (
        f"{len(found)} values changed; if this is meant, run "
        f"python -m tests.engine.refresh_golden\n{shown}"
    )


def test_the_comparison_sees_the_ninth_digit() -> None:
    value = 1234567.89
    assert not golden.mismatches({"a": value}, {"a": value * (1 + 1e-10)})
    assert golden.mismatches({"a": value}, {"a": value * (1 + 3e-8)})
    assert golden.mismatches({"a": value}, {"b": value})
    assert golden.mismatches({"a": {"b": 0.0}}, {"a": {"b": 1e-12}})
    assert golden.mismatches({"a": 1.0}, {"a": math.nan})


def test_golden_files_hold_numbers_that_mean_something() -> None:
    for scenario in golden.SCENARIOS:
        content = golden.read(scenario)
        assert len(content) == golden.REPLICATES
        jobs = {
            block["headlines"][quarter]["jobs_fte"]
            for block in content.values()
            for quarter in block["headlines"]
        }
        assert len(jobs) > golden.REPLICATES * 3
        assert all(sum(block["exits"].values()) > 0 for block in content.values())
