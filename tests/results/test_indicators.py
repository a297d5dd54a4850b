"""The registry of indicators."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.indicators import HEADLINES, INDICATORS, evaluate

HEADLINE_CODES = {
    "organisations", "survival", "survival_job_weighted", "jobs_fte", "beneficiaries_index",
    "quality_adjusted_service_index", "vulnerable_share", "unmet_need", "volunteers_index",
    "cash_months_median", "share_below_3_months", "share_in_deficit", "public_euros",
    "top_funder_share", "deserts",
}  # fmt: skip
FURTHER_CODES = {
    "exits", "liquidations", "procedures", "absorptions", "entries", "layoffs", "quality",
    "overload", "application_waste", "execution_rate", "concentration",
    "public_euros_per_job_kept", "served_per_public_euro",
}  # fmt: skip


def test_the_agreed_indicators_are_all_there() -> None:
    assert set(HEADLINES) == HEADLINE_CODES
    assert set(INDICATORS) >= FURTHER_CODES


def test_service_per_public_euro_is_never_a_headline() -> None:
    assert not INDICATORS["served_per_public_euro"].headline


@pytest.mark.parametrize("code", INDICATORS)
def test_every_indicator_is_explained_in_both_languages(code: str) -> None:
    indicator = INDICATORS[code]
    for language in ("fr", "en"):
        assert len(indicator.label(language)) <= 40
        assert indicator.definition(language).endswith(".")
    assert indicator.smallest_effect > 0


@pytest.mark.parametrize("code", [c for c, i in INDICATORS.items() if i.additive])
def test_additive_indicators_of_two_groups_add_up(code: str) -> None:
    parts = np.array([[3.0, 4.0], [5.0, 7.0]])

    def value(array: np.ndarray) -> np.ndarray:
        return evaluate(INDICATORS[code], lambda _: array, lambda _: array[0], lambda _: array)

    assert (value(parts).sum(axis=1) == value(parts.sum(axis=1, keepdims=True))[:, 0]).all()


def test_an_index_is_100_in_the_base_quarter_and_empty_groups_have_none() -> None:
    volunteers = np.array([[50.0, 0.0], [25.0, 0.0]])
    index = INDICATORS["volunteers_index"]
    values = evaluate(index, lambda _: volunteers, lambda _: volunteers[0], lambda _: volunteers)
    assert values[:, 0].tolist() == [100.0, 50.0]
    assert np.isnan(values[:, 1]).all()
