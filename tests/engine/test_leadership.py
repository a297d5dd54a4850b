"""Those who lead: strain follows pressure, and each of its effects can be taken out alone."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from simulator.codes import SUPPORT_PROGRAMMES
from simulator.parameters import SPECS, Parameters
from simulator.population import Population
from simulator.processes.leadership import (
    SENSITIVITIES,
    VACANCY_QUARTERS,
    answer,
    lose_leaders,
    tire,
)
from simulator.recording import RunRecord
from tests.engine.test_ensembles import Measure, ensemble, margin
from tests.engine.worlds import differences, parameters_of, play, record_of, scenario_of, series

NEUTRAL: dict[str, float] = dict.fromkeys(SENSITIVITIES, 0.0)
CUT: dict[str, Any] = {"lever": "public_funding", "change": "-20%"}
OTHER_PEOPLE = {
    "governance_mean": 0.1, "governance_spread": 0.1, "taboo_mean": 0.9, "taboo_spread": 0.1,
    "strain_gap": 3.0, "strain_cash": 0.3, "strain_recovery": 0.05,
}  # fmt: skip
OWN_SUMS = ("strain",)


def others(record: RunRecord) -> np.ndarray:
    """Sums of the whole population that do not measure strain itself."""
    kept = [i for i, name in enumerate(record.sum_names) if name not in OWN_SUMS]
    return np.asarray(record.sums["all"][1][..., kept])


# --- neutral where its sensitivities are zero ---
@pytest.mark.parametrize("scenario", ["tempete-parfaite", "fusionner", "mutualiser"])
def test_without_sensitivities_strain_governance_and_taboo_change_nothing(
    scenario: str, small: Population
) -> None:
    """To the last bit, whoever the leaders are: the model is what it was without them."""
    usual = record_of(scenario, small, quarters=10, parameters=parameters_of(**NEUTRAL))
    changed = record_of(
        scenario, small, quarters=10, parameters=parameters_of(**NEUTRAL, **OTHER_PEOPLE)
    )
    felt = [name for name in differences(usual, changed) if not name.startswith("sums")]
    assert felt == []
    assert others(usual).tobytes() == others(changed).tobytes()
    assert series(usual, "strain")[-1] != series(changed, "strain")[-1]


def test_with_sensitivities_they_do(small: Population) -> None:
    usual = record_of("tempete-parfaite", small, quarters=10)
    changed = record_of(
        "tempete-parfaite", small, quarters=10, parameters=parameters_of(**OTHER_PEOPLE)
    )
    assert "lifetimes exit_quarter" in differences(usual, changed)


def test_a_usual_organisation_behaves_as_usual() -> None:
    """Whatever the sensitivities: the normaliser of each effect is the usual organisation."""
    usual, strong = np.array([0.5]), np.array([2.0])
    pace, openness = np.zeros(1), np.zeros(1)
    answer(
        np.array([True]), np.array([0.17]), usual, usual, np.zeros(1, np.int8), np.zeros(1), pace,
        openness, 0.17, 0.5, 0.5, strong, strong, strong, strong,
    )  # fmt: skip
    assert (pace[0], openness[0]) == (1.0, 1.0)


@pytest.mark.parametrize("name", SENSITIVITIES)
def test_sensitivities_are_judgement_with_wide_ranges_that_hold_zero(name: str) -> None:
    spec = SPECS[name]
    assert spec.kind == "judgement" and spec.range is not None
    assert spec.range[0] == 0.0 and spec.range[1] >= 2.0 * float(spec.default)  # type: ignore[arg-type]


# --- strain ---
def tired(strain: float = 0.3, **pressure: float) -> float:
    """Strain after a quarter, other things at rest; keywords name what presses."""
    column = np.array([strain])
    given = {
        "gap": 0.0, "months": 12.0, "layoffs": 0.0, "applications": 0.0, "vacancy": 0.0,
        "at_rest": 0.0, **pressure,
    }  # fmt: skip
    weights = [
        np.array([float(np.asarray(SPECS[name].default))])
        for name in (
            "gap_tolerance", "strain_gap", "strain_cash", "strain_layoffs", "strain_applications",
            "strain_vacancy", "strain_recovery",
        )
    ]  # fmt: skip
    tire(
        np.array([True]), np.array([given["gap"]]), np.array([given["months"]]),
        np.array([given["layoffs"]]), np.array([10.0 - given["layoffs"]]),
        np.array([given["applications"]]), np.array([given["vacancy"] > 0]), column,
        given["at_rest"] > 0, *weights,
    )  # fmt: skip
    return float(column[0])


@pytest.mark.parametrize(
    ("some", "more"),
    [
        ({"gap": 0.08}, {"gap": 0.2}),
        ({"months": 2.0}, {"months": 0.5}),
        ({"layoffs": 0.5}, {"layoffs": 2.0}),
        ({"applications": 0.05}, {"applications": 0.2}),
        ({"vacancy": 0.0}, {"vacancy": 1.0}),
    ],
)
def test_strain_rises_with_each_pressure(some: dict[str, float], more: dict[str, float]) -> None:
    assert tired() <= tired(**some) < tired(**more)


def test_a_gap_within_tolerance_and_enough_cash_do_not_tire() -> None:
    assert tired(gap=0.03, months=3.0) == tired(gap=-0.5, months=24.0)


def test_leaders_recover_when_pressure_ends() -> None:
    left = [0.8]
    for _ in range(12):
        left.append(tired(left[-1]))
    assert all(after < before for before, after in itertools.pairwise(left))
    assert left[-1] < 0.2


def test_strain_stays_between_nothing_and_everything() -> None:
    high = {"gap": 1.0, "months": -5.0, "layoffs": 9.0, "applications": 0.5, "vacancy": 1.0}
    assert 0.0 <= tired(0.0) <= tired(1.0, **high) <= 1.0
    assert 0.0 < tired(0.0, **high) <= 1.0


def test_at_the_start_strain_is_where_pressure_would_lead() -> None:
    pressed = {"gap": 0.1, "months": 1.0}
    rest = tired(0.0, at_rest=1.0, **pressed)
    assert tired(rest, **pressed) == pytest.approx(rest)
    far = 0.0
    for _ in range(200):
        far = tired(far, **pressed)
    assert far == pytest.approx(rest)


def test_strain_follows_a_cut(demo: Population) -> None:
    def strain(record: RunRecord) -> float:
        return float(series(record, "strain")[-1] / series(record, "organisations")[-1])

    base = ensemble("fil-de-l-eau", demo, [strain], quarters=8)
    cut = ensemble(scenario_of(CUT, quarters=8), demo, [strain], quarters=8)
    rise = cut - base
    assert (rise.mean(axis=-1) - margin(rise) > 0.0).all()


# --- vacancy ---
def leavers(strain: float, sensitivity: float, support: str | None = None, effect: float = 0.0,
            rate: float = 0.4) -> float:  # fmt: skip
    """Share of ten thousand leaders that leave in a quarter."""
    rows = 10_000
    ids = np.arange(rows, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    vacancy, recent = np.zeros(rows, np.bool_), np.zeros(rows, np.int8)
    kind = 0 if support is None else 1 + SUPPORT_PROGRAMMES.index(support)
    lose_leaders(
        ids, np.ones(rows, np.bool_), vacancy, recent, np.full(rows, strain),
        np.full(rows, kind, np.int8), np.full(rows, effect), np.array([rate]),
        np.array([sensitivity]), 0.17, np.uint64(7),
    )  # fmt: skip
    assert set(np.unique(recent)) <= {0, VACANCY_QUARTERS}
    return float(vacancy.mean())


def test_the_strained_leave_more_often() -> None:
    assert leavers(0.17, 1.0) == leavers(0.9, 0.0) == pytest.approx(0.1, abs=0.01)
    assert leavers(0.9, 1.0) > 1.5 * leavers(0.17, 1.0) > 1.5 * leavers(0.0, 1.0)


@pytest.mark.parametrize("kind", ["leaders_health", "governance"])
def test_support_of_leaders_spares_departures_in_proportion(kind: str) -> None:
    usual = leavers(0.17, 0.0)
    assert leavers(0.17, 0.0, kind, 0.0) == usual
    assert leavers(0.17, 0.0, kind, 0.5) == pytest.approx(0.5 * usual, abs=0.01)
    assert leavers(0.17, 0.0, kind, -0.5) == pytest.approx(1.5 * usual, abs=0.01), "harm"
    assert leavers(0.17, 0.0, kind, 2.0) == 0.0
    assert leavers(0.17, 0.0, "dla", 0.9) == usual


# --- each mechanism by itself, in the mean of an ensemble ---
def counted(name: str) -> Measure:
    return lambda record: float(series(record, name).sum())


def with_only(mechanism: str, strength: float, **people: float) -> Parameters:
    """All sensitivities at zero but one."""
    return parameters_of(**{**NEUTRAL, mechanism: strength, **people})


def effect_of(
    mechanism: str, measure: Measure, population: Population, first: dict[str, float],
    second: dict[str, float], strength: float = 3.0, scenario: Any = None, quarters: int = 12,
) -> tuple[float, float]:  # fmt: skip
    """Mean of the second world less the first, paired, and its margin; only `mechanism` acts."""
    future = scenario_of(CUT, quarters=quarters) if scenario is None else scenario
    found = [
        ensemble(
            future, population, [measure], quarters=quarters,
            parameters=with_only(mechanism, strength, **people),
        )
        for people in (first, second)
    ]  # fmt: skip
    difference = found[1] - found[0]
    return float(difference.mean()), float(margin(difference)[0])


WEAK, STRONG = (
    {"governance_mean": mean, "governance_spread": 0.05} for mean in (0.1, 0.9)
)  # fmt: skip
SPEAKING, SILENT = ({"taboo_mean": mean, "taboo_spread": 0.05} for mean in (0.1, 0.9))


def test_strong_governance_adapts_sooner(demo: Population) -> None:
    """More is cut while cash lasts: jobs go sooner, fewer organisations reach a court."""
    mean, noise = effect_of(
        "adaptation_governance_sensitivity", counted("procedures"), demo, WEAK, STRONG
    )
    assert mean + noise < 0.0


def test_strain_delays_adaptation(demo: Population) -> None:
    """Leaders who tire at once, against leaders who never do: more reach a court."""
    mean, noise = effect_of(
        "adaptation_strain_sensitivity", counted("procedures"), demo,
        {"strain_gap": 0.0, "strain_cash": 0.0}, {"strain_gap": 20.0, "strain_cash": 1.0},
    )  # fmt: skip
    assert mean - noise > 0.0


@pytest.mark.parametrize(
    ("mechanism", "closed", "open_"),
    [
        ("partnership_governance_sensitivity", WEAK, STRONG),
        ("partnership_taboo_sensitivity", SILENT, SPEAKING),
    ],
)
def test_partnerships_are_refused(
    mechanism: str, closed: dict[str, float], open_: dict[str, float], demo: Population
) -> None:
    encouraged = scenario_of(CUT, {"lever": "mergers", "encouragement": "3x"}, quarters=12)
    mean, noise = effect_of(
        mechanism, counted("exits_absorbed"), demo, closed, open_, scenario=encouraged
    )
    assert mean - noise > 0.0


def test_the_taboo_makes_closures_late(demo: Population) -> None:
    """Fewer close by choice while money is left, and more run out of it.

    Every failure goes to court here, and many wish to close: what is rare otherwise is counted.
    """
    found = []
    for people in (SPEAKING, SILENT):
        parameters = with_only(
            "closure_taboo_sensitivity", 5.0, **people, formal_procedure_share=1.0
        ).with_("exit_hazard", multiply=2.0)
        found.append(
            ensemble(
                scenario_of(CUT, quarters=20), demo,
                [counted("exits_dissolution"), counted("procedures")],
                quarters=20, parameters=parameters, replicates=6,
            )
        )  # fmt: skip
    difference = found[1] - found[0]
    mean, noise = difference.mean(axis=-1), margin(difference)
    assert mean[0] + noise[0] < 0.0
    assert mean[1] - noise[1] > 0.0


def test_strain_raises_exits(demo: Population) -> None:
    fresh = {"strain_gap": 0.0, "strain_cash": 0.0}
    mean, noise = effect_of("exit_strain_sensitivity", counted("exits"), demo, fresh, {})
    assert mean - noise > 0.0


def test_strain_raises_vacancies(demo: Population) -> None:
    fresh = {"strain_gap": 0.0, "strain_cash": 0.0}
    mean, noise = effect_of("vacancy_strain_sensitivity", counted("vacant"), demo, fresh, {})
    assert mean - noise > 0.0


# --- who they are ---
def test_governance_and_taboo_are_for_life_and_spread(small: Population) -> None:
    seen: dict[int, tuple[float, float]] = {}
    values: list[np.ndarray] = []

    def look(world: Any) -> None:
        o = world.organisations
        for row in np.flatnonzero(o.alive):
            own = (float(o.governance[row]), float(o.taboo[row]))
            assert seen.setdefault(int(o.uid[row]), own) == own
        values.append(o.governance[o.alive].copy())

    play("fil-de-l-eau", small, look, quarters=6)
    assert values[0].min() < 0.1 and values[0].max() > 0.9
    assert len(seen) > len(values[0]), "entrants have a character too"
