"""Explaining a number: parts add up to it, nothing explains nothing, and refusals say why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import simulator as sim
from simulator import fates
from simulator.as_run import parameters_as_run
from simulator.codes import quarter_index
from simulator.divergence import Place, TracedModel
from simulator.explain import REFUSALS
from simulator.explain_groups import DIMENSIONS, REST, ratio_parts
from simulator.scenario import Scenario, parse_scenario
from simulator.simulation import Job

CUT = """
id: {name}
title: {{fr: Coupe, en: Cut}}
narrative: {{fr: Une coupe., en: A cut.}}
family: funding_cuts
extends: fil-de-l-eau
levers:
  - {{lever: public_funding, instrument: subvention, change: {change}, from: {start}}}
"""
QUARTERS = 8
ADDED = [code for code, one in sim.INDICATORS.items() if code != "cash_months_median"]


def cut(name: str, change: str = "-40%", start: str = "2026") -> Scenario:
    return parse_scenario(CUT.format(name=name, change=change, start=start))


@pytest.fixture(scope="module")
def results() -> sim.Results:
    scenarios = [cut("coupe"), cut("plus-tard", start="2027Q2"), cut("nul", "0%")]
    return sim.simulate(
        scenarios, "demo", replicates=3, quarters=QUARTERS, seed=11, workers=1,
        record=["organisations"], columns=["staff"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def varied() -> sim.Results:
    """Draws, structures and a setting; no panel."""
    return sim.simulate(
        [cut("coupe")], "demo", parameters="ranges", draws=2, replicates=2, quarters=4, seed=11,
        workers=1, structures=["hazard_additive", "default"], set={"attrition": 0.025},
    )  # fmt: skip


def close(added: float, whole: float, scale: float = 0.0) -> bool:
    return abs(added - whole) <= 1e-9 * max(abs(whole), scale)


@pytest.mark.parametrize("indicator", ADDED)
def test_parts_of_groups_add_up_to_the_difference(results: sim.Results, indicator: str) -> None:
    compared = results.compare(indicator).set_index("scenario").loc["coupe"]
    explanation = results.explain(indicator, "coupe", rerun=False)
    assert explanation.difference == compared["difference"]
    assert {"sector", "region"} <= explanation.groups.keys()
    for table in explanation.groups.values():
        # The dust of sums is that of the values, not of their difference.
        assert close(table["part"].sum(), explanation.difference, abs(explanation.value))


@pytest.mark.parametrize("indicator", fates.SUMMED)
@pytest.mark.parametrize("at", ["2026Q3", "2027Q4"])
def test_parts_of_exits_stayers_and_entrants_add_up(
    results: sim.Results, indicator: str, at: str
) -> None:
    explanation = results.explain(indicator, "coupe", at=at, rerun=False)
    assert explanation.sources is not None
    assert close(explanation.sources["part"].sum(), explanation.difference, explanation.value)
    stayers = explanation.sources.set_index("source")["part"]["in_both"]
    assert (stayers == 0.0) == (indicator != "jobs_fte")


def test_a_null_lever_explains_nothing(results: sim.Results) -> None:
    for indicator in sim.INDICATORS:
        explanation = results.explain(indicator, "nul", rerun=indicator == "jobs_fte")
        assert explanation.difference == 0.0
        for table in explanation.groups.values():
            assert (table["part"] == 0.0).all()
        if explanation.sources is not None:
            assert (explanation.sources["part"] == 0.0).all()
        assert explanation.fates.empty and explanation.changed.empty
        if explanation.parting is not None:
            assert explanation.parting.first is explanation.parting.fate is None
        assert "nothing to explain" in explanation.text("en")


shape = st.tuples(st.just(2), st.integers(1, 3), st.integers(1, 5))


@given(
    shape.flatmap(
        lambda size: st.tuples(
            arrays.arrays(float, size, elements=st.floats(0, 1e6)),
            arrays.arrays(float, size, elements=st.floats(0.5, 1e6)),
        )
    )
)
def test_a_ratio_is_split_exactly_and_what_does_not_change_has_no_part(
    sums: tuple[np.ndarray, np.ndarray],
) -> None:
    above, below = sums
    above[1, :, 0], below[1, :, 0] = above[0, :, 0], below[0, :, 0]
    parts = ratio_parts(above, below)
    ratio = above.sum(axis=2) / below.sum(axis=2)
    scale = np.abs(ratio).max(axis=0) + 1.0
    assert (np.abs(parts.sum(axis=1) - (ratio[0] - ratio[1])) <= 1e-9 * scale).all()
    assert (parts[:, 0] == 0.0).all()
    np.testing.assert_allclose(parts, -ratio_parts(above[::-1], below[::-1]))


def test_what_no_group_holds_is_told_apart(results: sim.Results) -> None:
    """Tax relief reaches no organisation: sizes hold less than all public euros."""
    explanation = results.explain("public_euros", "coupe", rerun=False)
    assert REST in set(explanation.groups["size"]["group"])
    assert REST not in set(explanation.groups["sector"]["group"])


def test_refusals_have_reasons(results: sim.Results, varied: sim.Results) -> None:
    median = results.explain("cash_months_median", "coupe", rerun=False)
    assert [median.refused[by] for by in DIMENSIONS] == ["median"] * 3
    assert not median.groups and median.refused["parting"] == "not_asked"
    need = results.explain("unmet_need", "coupe", rerun=False)
    assert need.refused["size"] == "unknown_by_dimension" and "sector" in need.groups
    assert need.refused["sources"] == "not_by_organisation" and need.sources is None
    early = varied.explain("jobs_fte", "coupe", at="2026Q2", rerun=False)
    assert early.refused["sources"] == "jobs_at_the_end_only"
    for reasons in REFUSALS.values():
        assert reasons["fr"] and reasons["en"]
    assert "médianes" in median.text("fr") and "--record organisations" in early.text("en")


def test_a_sampled_panel_is_not_taken_for_everybody() -> None:
    sampled = sim.simulate(
        [cut("coupe")], "demo", replicates=1, quarters=4, seed=11, workers=1,
        record=["organisations"], columns=["staff"], cohort=0.5,
    )  # fmt: skip
    early = sampled.explain("jobs_fte", "coupe", at="2026Q2", rerun=False)
    assert early.refused["sources"] == "jobs_at_the_end_only"
    last = sampled.explain("jobs_fte", "coupe", rerun=False)
    assert last.sources is not None and close(last.sources["part"].sum(), last.difference)


def lived(results: sim.Results, scenario: str, replicate: int) -> pd.DataFrame:
    table = results.lifetimes
    own = table[(table["scenario"] == scenario) & (table["replicate"] == replicate)]
    return own.set_index("organisation")


def test_changed_fates_are_those_of_the_lifetimes(results: sim.Results) -> None:
    explanation = results.explain("jobs_fte", "coupe", rerun=False)
    for replicate in range(3):
        here, there = (lived(results, s, replicate) for s in ("coupe", "fil-de-l-eau"))
        gone_here = set(here.index[here["exit_quarter"].notna()])
        gone_there = set(there.index[there["exit_quarter"].notna()])
        both = set(here.index) & set(there.index)
        mine = explanation.changed[explanation.changed["replicate"] == replicate]

        def of(kind: str, table: pd.DataFrame = mine) -> set[int]:
            return set(table.loc[table["kind"] == kind, "organisation"])

        assert of("left_only_here") == both & gone_here - gone_there
        assert of("left_only_there") == both & gone_there - gone_here
        assert of("born_only_here") == set(here.index) - set(there.index)
        assert of("born_only_there") == set(there.index) - set(here.index)
        earlier = {
            o for o in both & gone_here & gone_there
            if quarter_index(here["exit_quarter"][o]) < quarter_index(there["exit_quarter"][o])
        }  # fmt: skip
        assert of("left_earlier_here") == earlier
    counted = explanation.fates.groupby("kind")["organisations"].sum()
    weighted = explanation.changed.groupby("kind")["weight"].sum() / 3
    pd.testing.assert_series_equal(counted, weighted, check_names=False)


def test_the_other_way_round_it_is_the_opposite(results: sim.Results) -> None:
    there = results.explain("jobs_fte", "coupe", rerun=False)
    back = results.explain("jobs_fte", "fil-de-l-eau", reference="coupe", rerun=False)
    for by in DIMENSIONS:
        np.testing.assert_allclose(back.groups[by]["part"], -there.groups[by]["part"], rtol=1e-9)
    mirrored, own = (e.fates.groupby("kind")["organisations"].sum() for e in (back, there))
    for kind, opposite in (("left_only_here", "left_only_there"),
                           ("born_only_here", "born_only_there")):  # fmt: skip
        assert mirrored[kind] == pytest.approx(own[opposite])


def test_paths_part_where_the_lever_acts_and_not_before(results: sim.Results) -> None:
    now = results.explain("jobs_fte", "coupe").parting
    assert now is not None and now.first == Place("2026Q1", "vote")
    assert now.fate is not None and now.unit == (0, "default", 0)
    later = results.explain("jobs_fte", "plus-tard").parting
    assert later is not None and later.first is not None and later.fate is not None
    assert quarter_index(later.first.quarter) >= quarter_index("2027Q1")
    assert quarter_index(later.fate.quarter) >= quarter_index(later.first.quarter)
    before = results.explain("jobs_fte", "plus-tard", at="2026Q4").parting
    assert before is not None and before.first is before.fate is None


def test_the_worlds_that_are_played_again_are_those_of_the_run(varied: sim.Results) -> None:
    """Draws, settings and structures come back from the manifest alone."""
    job = Job((), "demo", "ranges", 11, (("attrition", 0.025),))
    assert parameters_as_run(varied, 2) == job.parameters(2)
    found = varied.explain("jobs_fte", "coupe").parting
    assert found is not None and found.unit == (1, "hazard_additive", 0)
    world = TracedModel(
        cut("coupe"), "demo", seed=11, quarters=4, parameters=job.parameters(1), collect=False,
        structure="hazard_additive",
    )  # fmt: skip
    while world.running:
        world.step()
    jobs = varied.paths("jobs_fte")
    own = jobs[(jobs["draw"] == 1) & (jobs["structure"] == "hazard_additive")
               & (jobs["replicate"] == 0) & (jobs["scenario"] == "coupe")]  # fmt: skip
    assert own["value"].iloc[-1] == world.recorder.headline("jobs_fte")


def test_a_folder_explains_like_the_run_that_made_it(results: sim.Results, tmp_path: Path) -> None:
    loaded = sim.Results.load(results.save(tmp_path / "out"))
    for indicator in ("jobs_fte", "survival", "unmet_need"):
        mine = results.explain(indicator, "coupe", at="2026Q4")
        theirs = loaded.explain(indicator, "coupe", at="2026Q4")
        assert theirs.as_dict() == mine.as_dict()
        assert theirs.text("fr") == mine.text("fr")
    loaded.manifest["code_sha256"] = "0" * 64
    assert loaded.explain("jobs_fte", "coupe").refused["parting"] == "other_code"


def test_a_population_that_is_gone_is_told(results: sim.Results, tmp_path: Path) -> None:
    loaded = sim.Results.load(results.save(tmp_path / "out"))
    loaded.manifest["population"]["name"] = "atlantis"
    assert loaded.explain("jobs_fte", "coupe").refused["parting"] == "population_unknown"
    loaded.manifest["population"] = {"name": "demo", "sha256": "0" * 64}
    assert loaded.explain("jobs_fte", "coupe").refused["parting"] == "population_unknown"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_text_is_for_people(results: sim.Results, language: str) -> None:
    told = results.explain("jobs_fte", "coupe").text(language)
    assert max(len(line) for line in told.splitlines()) <= 100
    words = {
        "fr": ("D'où vient cet écart", "Par secteur", "Médico-social", "Pays de la Loire",
               "liquidation judiciaire", "vote des budgets publics", "2027T4"),
        "en": ("Where does this difference come from", "By sector", "Health and disability",
               "court-ordered liquidation", "votes of public budgets", "2027Q4"),
    }  # fmt: skip
    for word in words[language]:
        assert word in told


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"indicator": "jobs"}, "indicator"),
        ({"scenario": "nulle-part"}, "scenario"),
        ({"scenario": "fil-de-l-eau"}, "scenario"),
        ({"at": "2060Q1"}, "at"),
        ({"reference": "nulle-part"}, "scenario"),
    ],
)
def test_bad_input_is_told(results: sim.Results, options: dict[str, str], field: str) -> None:
    arguments = {"indicator": "jobs_fte", "scenario": "coupe", **options}
    with pytest.raises(sim.InputError) as caught:
        results.explain(**arguments)
    assert caught.value.problems[0].field == field
