"""A document that leaves the site holds what the folder holds, and no thin group."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from dashboard.handover.page import document
from dashboard.handover.stored import stored
from dashboard.panels.headlines import card_line
from dashboard.view import View
from simulator.results import Results

Views = Callable[[str], View]


def test_levels_and_differences_are_those_of_the_results(view: Views, results: Results) -> None:
    data = stored(view(""))
    compared = results.compare("jobs_fte").set_index("scenario")
    jobs = data["groups"]["Toutes les organisations"]["values"]["jobs_fte"]
    rows = results.rows("all", ["jobs_fte"])
    last = rows[rows["quarter"] == results.quarters[-1]]
    suffix = jobs["unit"][1]
    factor = 1e-3 if "milliers" in suffix else 1
    for position, scenario in enumerate(["fil-de-l-eau", "choc-regional", "fusionner"]):
        values = factor * last[last["scenario"] == scenario]["jobs_fte"]
        ends = [path[-1] for path in jobs["levels"][position]]
        assert ends == pytest.approx([values.mean(), values.min(), values.max()], abs=0.001)
        if position:
            path = [numbers[-1] for numbers in jobs["differences"][position]["path"]]
            expected = compared.loc[scenario, ["difference", "low", "high"]]
            apart = 1e-3 if "milliers" in jobs["apart"][1] else 1
            assert path == pytest.approx([apart * v for v in expected], abs=0.06)
    assert jobs["differences"][0] is None


def test_a_file_writes_the_differences_that_the_page_writes(view: Views) -> None:
    seen = view("")
    jobs = stored(seen)["groups"]["Toutes les organisations"]["values"]["jobs_fte"]
    for position, scenario in enumerate(seen.others, start=1):
        _, told, _ = card_line(seen, scenario, "jobs_fte")
        numbers = (path[-1] for path in jobs["differences"][position]["path"])
        written = [seen.texts.number(v, jobs["apart"][2], True) for v in numbers]
        assert all(number in told for number in written), (told, written)


def test_a_group_that_gets_thin_is_not_in_the_file(view: Views, results: Results) -> None:
    """Its differences are those of the end, when fewer than 30 rows are left."""
    data, seen = stored(view("")), view("?form=SCOP")
    at_end = results.compare("jobs_fte", by="form").query("group == 'SCOP'")["rows"].min()
    assert at_end < 30 <= seen.comparison.rows_at_start
    name = seen.code("form", "SCOP")
    assert data["refused"][name] == str(int(at_end)) and name not in data["groups"]


def test_thin_groups_are_not_in_the_file(view: Views) -> None:
    data = stored(view(""))
    assert data["refused"]
    assert not set(data["refused"]) & set(data["groups"])
    assert next(iter(data["groups"])) == "Toutes les organisations"
    first = stored(view("?sector=EDUC"))
    assert next(iter(first["groups"])).startswith("toutes les régions simulées · Éducation")


@pytest.mark.parametrize(
    "query, said",
    [("", "Simulation conditionnelle, pas une prévision"), ("?lang=en", "not a forecast")],
)
def test_a_file_says_what_it_rests_on(view: Views, query: str, said: str) -> None:
    text = document(view(query), "http://127.0.0.1/comparer?v=2")
    assert said in text
    population = "demo" if "en" in query else "démonstration"
    for part in ("2026", "0.1.0", population, "http://127.0.0.1/comparer?v=2"):
        assert part in text
    assert len(text.encode()) < 2_000_000
    # Nothing is fetched: no address but that of the view and the name of SVG.
    assert not re.findall(r'(?:src|href)="(?!data:|http://127)[^"]+"', text)


def test_data_cannot_end_the_element_that_holds_it(view: Views) -> None:
    text = document(view(""), "http://127.0.0.1/comparer")
    held = re.search(r'id="stored">(.*?)</script>', text, flags=re.DOTALL)
    assert held is not None and "<" not in held[1]
    assert json.loads(held[1])["scenarios"][0]["letter"] == "A"
