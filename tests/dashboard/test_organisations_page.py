"""Organisations alike: counted as one counts by hand, refused when few, never predicted."""

from __future__ import annotations

import json
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.address import read
from dashboard.alike import CODES, Alike, Cohort, Estimate
from dashboard.page import NotShown
from dashboard.pages.organisations import page_content, page_form, page_panels, read_alike
from dashboard.panels.outcomes import _enough_rows
from dashboard.panels.widening import _widening_title
from dashboard.reading import Library
from simulator.compare import SHOWN_FROM_ROWS
from simulator.results import Results
from simulator.survival import curves

PATH = "/organisations"
SCENARIOS = ("fil-de-l-eau", "choc-regional", "fusionner")
CHOICES: list[dict[str, str]] = [
    {}, {"sector": "CULTURE"}, {"size": "M", "cash": "6-12"}, {"resources": "USERS", "age": "OLD"},
]  # fmt: skip


@pytest.fixture(scope="module")
def cohort(library: Library) -> Cohort:
    return library.cohort("essai")


def by_hand(results: Results, scenario: str, chosen: dict[str, str]) -> pd.DataFrame:
    """Rows of the initial cohort, filtered on the columns of the folder."""
    table = results.lifetimes
    table = table[(table["scenario"] == scenario) & (table["entry_quarter"] == "2025Q4")]
    months, years = table["cash_months_0"], table["age_0"]
    keep = pd.Series(True, index=table.index)
    for field, code in chosen.items():
        if field == "cash":
            low, high = (float(end) if end else np.inf for end in code.split("-"))
            keep &= (months >= low) & (months < high)
        elif field == "age":
            keep &= {"YOUNG": years < 3, "MIDDLE": (years >= 3) & (years < 10), "OLD": years >= 10}[
                code
            ]
        else:
            keep &= table[{"resources": "funding_profile"}.get(field, field)] == code
    return table[keep]


@pytest.mark.parametrize("chosen", CHOICES)
def test_shares_are_those_of_a_count_by_hand(
    results: Results, cohort: Cohort, chosen: dict[str, str]
) -> None:
    alike = Alike(cohort, chosen)
    for scenario in results.scenario_ids:
        rows = by_hand(results, scenario, chosen)
        assert alike.rows == len(rows) / len(results.units)
        worlds = []
        for _, world in rows.groupby(["draw", "replicate"]):
            alive = world["exit_quarter"].isna()
            worlds.append(np.average(alive, weights=world["weight"]))
            assert alike.organisations == pytest.approx(world["weight"].sum())
        found = alike.still_there(scenario)
        assert sorted(found.worlds) == pytest.approx(sorted(worlds))
        assert found.value == pytest.approx(np.mean(worlds))
        assert 0 <= found.low <= found.value <= found.high <= 1
        kept = alike.jobs(scenario)
        assert kept is not None
        jobs = rows["weight"] * rows["jobs_0"]
        ends = (rows["weight"] * rows["jobs_end"])[rows["exit_quarter"].isna()]
        assert kept.value == pytest.approx(ends.sum() / jobs.sum())


@pytest.mark.parametrize("chosen", CHOICES)
def test_a_survival_estimator_says_the_same(
    results: Results, cohort: Cohort, chosen: dict[str, str]
) -> None:
    scenario = "choc-regional"
    rows = by_hand(results, scenario, chosen)
    gone = rows["exit_quarter"].notna().to_numpy()
    order = {quarter: i for i, quarter in enumerate(results.quarters)}
    horizon = len(results.quarters) - 1
    duration = np.array([order.get(q, horizon) for q in rows["exit_quarter"]])
    found = curves(duration, np.where(gone, 0, -1), 1, horizon, weight=rows["weight"].to_numpy(),
                   group=rows["replicate"].to_numpy(), groups=3)  # fmt: skip
    assert Alike(cohort, chosen).still_there(scenario).worlds == pytest.approx(
        found.survival[:, -1]
    )


def test_everybody_is_what_the_trajectories_record(results: Results, cohort: Cohort) -> None:
    table = results.trajectories
    for scenario in results.scenario_ids:
        end = table[(table["scenario"] == scenario) & (table["dimension"] == "all")
                    & (table["quarter"] == results.quarters[-1])]  # fmt: skip
        found = Alike(cohort, {}).still_there(scenario)
        assert found.value == pytest.approx(end["survival"].mean())


def test_who_left_and_who_stayed_are_everybody(cohort: Cohort) -> None:
    alike = Alike(cohort, {"sector": "EDUC"})
    left = alike.left("fusionner")
    total = alike.still_there("fusionner").value + sum(one.value for one in left.values())
    assert total == pytest.approx(1)
    assert left["absorbed_by_choice"].value > 0


@pytest.mark.parametrize("field", CODES)
def test_the_classes_of_a_field_share_everybody(cohort: Cohort, field: str) -> None:
    everybody = Alike(cohort, {})
    parts = [Alike(cohort, {field: code}) for code in CODES[field]]
    assert sum(part.rows for part in parts) == everybody.rows
    present = [part for part in parts if part.rows]
    mean = sum(p.organisations * p.still_there("fil-de-l-eau").value for p in present)
    assert mean / everybody.organisations == pytest.approx(
        everybody.still_there("fil-de-l-eau").value
    )


def test_fewer_rows_say_less(cohort: Cohort) -> None:
    """The interval of a part of the rows is wider, in the mean over parts."""
    everybody = Alike(cohort, {}).still_there("fil-de-l-eau")
    widths = [one.high - one.low
              for code in CODES["sector"]
              if Alike(cohort, {"sector": code}).rows > SHOWN_FROM_ROWS
              for one in [Alike(cohort, {"sector": code}).still_there("fil-de-l-eau")]]  # fmt: skip
    assert widths and np.mean(widths) > 1.5 * (everybody.high - everybody.low)


def test_the_part_of_the_rows_is_what_resampling_them_gives(cohort: Cohort) -> None:
    """The interval of one world is that of drawing its rows again (bootstrap)."""
    alike = Alike(cohort, {"size": "S"})
    outcome = cohort.outcome("fil-de-l-eau").cause[:1]
    here = np.flatnonzero(cohort.codes["size"] == CODES["size"].index("S"))
    alive, weight = outcome[0, here] < 0, cohort.weight[here]
    draws = np.random.default_rng(1).integers(0, len(here), (4000, len(here)))
    shares = (alive[draws] * weight[draws]).sum(axis=1) / weight[draws].sum(axis=1)
    estimate = alike._ratio((outcome[:, here] < 0).repeat(3, axis=0))
    half = (estimate.high - estimate.low) / 2
    assert half == pytest.approx(1.645 * shares.std(), rel=0.1)


def test_the_reference_differs_from_itself_by_nothing(cohort: Cohort) -> None:
    estimate, verdict = Alike(cohort, {}).difference("fil-de-l-eau", "fil-de-l-eau")
    assert (estimate.low, estimate.value, estimate.high) == (0, 0, 0)
    assert verdict["verdict"] == "identical"


def written(parts: Any) -> str:
    return json.dumps(parts, default=lambda c: c.to_plotly_json(), ensure_ascii=False)


def shown(library: Library, query: str) -> str:
    return written(page_content(library, read(PATH, query)).parts)


def test_few_rows_are_refused_with_ways_out(library: Library, cohort: Cohort) -> None:
    query = "?v=2&sector=ENV&size=XXL&age=YOUNG"
    alike = Alike(cohort, {"sector": "ENV", "size": "XXL", "age": "YOUNG"})
    assert alike.is_thin
    page = shown(library, query)
    assert f"Trop peu de fiches semblables : {alike.rows} dans".replace(" :", "\xa0:") in page
    ways = alike.enough()
    fewest = len(ways[0])
    every = {fields for n in (1, 2, 3) for fields in combinations(("sector", "size", "age"), n)}
    assert all(alike.widened(*fields).is_thin for fields in every if len(fields) < fewest)
    assert set(ways) == {
        fields for fields in every
        if len(fields) == fewest and not alike.widened(*fields).is_thin
    }  # fmt: skip
    for fields in ways:
        assert PATH + read(PATH, query).query(**dict.fromkeys(fields)) in page
        assert f" ({alike.widened(*fields).rows} fiches)" in page
    assert "panel-outcomes" not in page
    with pytest.raises(NotShown, match="30"):
        page_panels(library, read(PATH, query))


@pytest.mark.parametrize("cash", ["0-3", "3-6"])
def test_under_six_months_of_cash_help_comes_first(library: Library, cash: str) -> None:
    waiting = shown(library, f"?cash={cash}")
    assert "raisonne en années" in waiting and "Prev'Asso" in waiting
    assert "panel-outcomes" not in waiting and "rates=1" in waiting
    with pytest.raises(NotShown):
        page_panels(library, read(PATH, f"?cash={cash}"))
    asked = shown(library, f"?cash={cash}&rates=1")
    assert asked.index("raisonne en années") < asked.index("panel-outcomes")


def test_it_says_first_that_it_predicts_nobody(library: Library) -> None:
    for language in ("fr", "en"):
        page = written(page_form(library, read(PATH, f"?lang={language}")))
        everything = page + shown(library, f"?lang={language}&sector=CULTURE")
        first = {"fr": "ne prédit l'avenir d'aucune", "en": "predicts the future of no"}[language]
        assert page.index(first) < page.index("contacts-title") < page.index("field-sector")
        assert "votre risque" not in everything.lower() and "your risk" not in everything.lower()


def test_a_word_needs_rows_enough_for_the_interval_of_the_difference() -> None:
    """A difference that the draws call unchanged may still be large for organisations so few."""

    def estimate(low: float, high: float) -> Estimate:
        return Estimate((low + high) / 2, low, high, np.zeros(2))

    for verdict, low, high, enough in (
        ("unchanged", -0.004, 0.003, True), ("unchanged", 0.0, 0.03, False),
        ("robust", 0.01, 0.03, True), ("robust", -0.01, 0.03, False),
        ("ambiguous", -0.08, 0.06, True), ("sign_stable", -0.08, 0.06, False),
        ("sign_stable", 0.01, 0.06, True), ("too_few_draws", -0.08, 0.06, True),
    ):  # fmt: skip
        row = {"verdict": verdict, "smallest_effect": 0.005}
        assert _enough_rows(estimate(low, high), row) is enough, (verdict, low, high)


def test_points_that_count_are_named_without_an_order(library: Library) -> None:
    """Each is tested against the interval, none against another one."""
    seen, _ = read_alike(library, read(PATH, "?sector=EDUC&size=S&age=OLD"))
    reference = seen.view.selection.reference

    def found(**values: float) -> str:
        estimates = {"": Estimate(0.5, 0.4, 0.6, np.zeros(2))}
        estimates |= {f: Estimate(v, v - 0.1, v + 0.1, np.zeros(2)) for f, v in values.items()}
        return _widening_title(seen, {f: {reference: one} for f, one in estimates.items()})

    title = found(sector=0.3, size=0.55, age=0.7)
    assert "30 sur 100" in title and "70 sur 100" in title and "55" not in title
    assert title.index("secteur") < title.index("âge") and "le plus" not in title
    assert "aucun ne compte" in found(sector=0.55, size=0.45, age=0.5)


def test_futures_alike_are_not_told_from_the_lowest_to_the_highest(library: Library) -> None:
    """No difference of so few worlds and rows carries a word that ranks."""
    apart = 0
    for sector in ("CULTURE", "EDUC", "SPORT", "MEDSOC"):
        address = read(PATH, f"?sector={sector}")
        seen, _ = read_alike(library, address)
        for other, scenario in combinations(SCENARIOS, 2):
            estimate, verdict = seen.alike.difference(scenario, other)
            assert estimate.low <= 0 <= estimate.high or not seen.view.holds(verdict)
        ends = {seen.out_of_100(seen.alike.still_there(s).value) for s in SCENARIOS}
        title = page_panels(library, address)["outcomes"]().title
        assert "selon le futur" not in title
        assert ("aucun écart entre ces futurs ne se classe" in title) == (len(ends) > 1)
        apart += len(ends) > 1
    assert apart


def test_one_record_and_none_are_told_in_words(library: Library, cohort: Cohort) -> None:
    for rows, words in ((1, '"1 fiche de'), (0, '"Aucune fiche de')):
        chosen = next(
            code
            for code in product(CODES["sector"], CODES["size"], CODES["age"], CODES["cash"])
            if Alike(
                cohort, dict(zip(("sector", "size", "age", "cash"), code, strict=True))
            ).rows == rows
        )  # fmt: skip
        sector, size, age, cash = chosen
        assert words in shown(library, f"?sector={sector}&size={size}&age={age}&cash={cash}")


def test_results_of_one_region_say_so(library: Library) -> None:
    page = written(page_form(library, read(PATH, "")))
    assert "ces résultats n'en simulent qu'une" in page and "Bretagne" not in page


def test_a_wrong_code_is_told(library: Library) -> None:
    page = shown(library, "?cash=beaucoup&age=99&resources=GRANTS")
    assert "«\xa0beaucoup\xa0» n'existe pas ici" in page and "«\xa099\xa0» n'existe pas ici" in page


@pytest.mark.parametrize(
    "query", ["", "?sector=EDUC&size=S&lang=en", "?cash=12-&scenarios=fusionner"]
)
def test_figures_are_drawn_and_tables_full(library: Library, query: str) -> None:
    made = page_panels(library, read(PATH, query))
    assert set(made) == {"outcomes", "causes"} | ({"widening"} if query else set())
    for make in made.values():
        panel = make()
        for drawing in panel.drawings:
            go.Figure(drawing.figure)
        assert panel.title and panel.sentence and panel.shown
        assert all(len(row) == len(panel.shown_headings) for row in panel.shown)
        assert set(panel.headings) == set(panel.numbers.columns)


def test_the_sentence_says_the_numbers_of_the_table(library: Library, cohort: Cohort) -> None:
    panel = page_panels(library, read(PATH, "?sector=EDUC"))["outcomes"]()
    there = Alike(cohort, {"sector": "EDUC"}).still_there("choc-regional")
    rows = panel.numbers
    row = rows[(rows["scenario"] == "choc-regional") & (rows["measure"] == "still_there")].iloc[0]
    assert (row["value"], row["low"], row["high"]) == (there.value, there.low, there.high)
    low, high = round(100 * there.low), round(100 * there.high)
    assert (
        f"{round(100 * there.value)} (de {low} à {high}) dans «\xa0Choc régional" in panel.sentence
    )
