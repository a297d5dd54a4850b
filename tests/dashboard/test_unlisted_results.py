"""What a room played is shown to whoever has the name of its results, and told to nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

import simulator
from dashboard.address import read
from dashboard.application import create_app
from dashboard.pages.registry import PAGES
from dashboard.reading import Library
from dashboard.scenarios.sought import sought
from dashboard.selection import read_selection, selection_parts
from dashboard.workshop.venue import Venue
from simulator.problems import InputError
from simulator.results import Results
from simulator.scenario import load_scenario, parse_scenario
from tests.dashboard.real_client import serving
from tests.workshop.acting import hall_in

NAME: Final = "salle-0123456789abcdef"
PATHS: Final = [page.path for page in PAGES]


def test_without_other_results_pages_lead_to_the_rooms_but_for_who_names_them(
    results: Results, tmp_path: Path
) -> None:
    app = create_app([], workshop=Venue(hall_in(tmp_path), "http://127.0.0.1/"))
    app.library.add(NAME, results, listed=False)
    with serving(app.server) as client:
        for path in ("/", *PATHS, *(f"{path}/contenu" for path in PATHS), "/comparer/x.csv"):
            answer = client.ask(path)
            assert (answer.status, answer.headers["location"]) == (307, "/atelier"), path
        for path in ("/comparer", "/flux", "/organisations", "/modele", "/scenarios"):
            named = client.ask(f"{path}?v=2&results={NAME}")
            assert named.status == 200 and "Résultats inconnus" not in named.text, path
        numbers = client.ask(f"/comparer/difference.csv?v=2&results={NAME}")
        assert numbers.status == 200 and "choc-regional" in numbers.text


def test_no_page_tells_of_them_to_who_does_not_name_them(results: Results) -> None:
    app = create_app(results)
    app.library.add(NAME, results, listed=False)
    with serving(app.server) as client:
        for path in ("/health", *PATHS, *(f"{path}/contenu" for path in PATHS)):
            answer = client.ask(path)
            assert answer.status == 200 and NAME not in answer.text, path
        lists = client.ask(f"/comparer?v=2&results={NAME}").text
        assert f'value="{NAME}"' in lists and 'value="resultats"' in lists


def test_a_scenario_of_a_room_is_found_by_who_names_its_results() -> None:
    played = parse_scenario(load_scenario("choc-regional").to_yaml().replace(
        "id: choc-regional", "id: salle-abc234"))  # fmt: skip
    library = Library({})
    library.add(NAME, simulator.simulate([played], population="demo", quarters=2), listed=False)
    with pytest.raises(LookupError):
        library.choices.default()
    asked = read("/scenarios", f"?v=2&s=salle-abc234&results={NAME}")
    selection, problems = read_selection(asked, library.choices)
    assert problems == [] and selection_parts(selection, library.choices)["results"] == NAME
    found = sought(library, asked)
    assert found is not None and found.scenario == played
    with pytest.raises(InputError, match="salle-abc234"):
        sought(library, read("/scenarios", "?v=2&s=salle-abc234"))
