"""What anybody writes as a title stays a title in what others take away."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import simulator
from dashboard.address import read
from dashboard.application import create_app
from dashboard.live.store import PREFIX, Store
from dashboard.pages.compare import PANELS
from dashboard.panels.recipe import written
from dashboard.reading import Library
from dashboard.scenarios.draft import packed
from dashboard.scenarios.faults import told
from dashboard.scenarios.sought import BLANK, LONGEST_TITLE, sought
from dashboard.scenarios.together import together
from dashboard.view import View
from simulator.results import Results
from simulator.scenario import list_scenarios, load_scenario, parse_scenario
from simulator.scenario.writing import write_yaml
from tests.dashboard.real_client import serving

Views = Callable[[str], View]


@pytest.mark.parametrize("end", ["\n", "\r", "\x0c", "\x85", "\u2028"])
def test_a_title_is_never_a_line_of_code(view: Views, end: str) -> None:
    made = written(view(""), f'Coupe{end}import os; os.system("id")', [], "1.0", 1.0)
    (comment,) = [line for line in made.code.splitlines() if "os.system" in line]
    assert comment.startswith("# Coupe")
    imports = [node for node in ast.walk(ast.parse(made.code)) if isinstance(node, ast.Import)]
    assert [name.name for node in imports for name in node.names] == ["simulator"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_of_text_is_never_a_formula(view: Views, sign: str) -> None:
    panel = replace(
        PANELS["difference"](view("")),
        numbers=pd.DataFrame(
            {"scenario": [f'{sign}HYPERLINK("http://x")', "Coupe"], "difference": [-1.5, 2.0]}
        ),
        headings={"scenario": "Scénario", "difference": "Écart"},
    )
    text = panel.csv(True).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert rows[1:] == [[f'\'{sign}HYPERLINK("http://x")', "-1,5"], ["Coupe", "2,0"]]
    assert panel.csv(False).decode().splitlines()[-1] == "Coupe,2.0", "plain tables stay exact"


def _titled(title: str) -> str:
    content = parse_scenario(BLANK).resolved()
    return write_yaml({**content, "title": {"fr": title, "en": "x"}})


@pytest.mark.parametrize(
    "title, words",
    [
        ('Coupe\nimport os; os.system("id")', "un retour à la ligne"),
        ("Coupe\x85suite", "caractère de contrôle"),
        ("Coupe\u2028suite", "un retour à la ligne"),
        ("x" * (LONGEST_TITLE + 1), "compte 201 caractères : au plus 200"),
    ],
)
def test_a_title_of_a_draft_is_one_short_line(library: Library, title: str, words: str) -> None:
    found = sought(library, read("/scenarios", f"?y={packed(_titled(title))}"))
    assert found is not None and found.scenario is None and found.faults is not None
    (fault,) = told(found.faults, "fr")
    assert fault.field == "title.fr" and words in fault.text and not fault.foreign


def test_other_titles_and_what_ships_stay_as_they_are(library: Library) -> None:
    long = "Coupe de 20 % (=HYPERLINK) – l'été "
    found = sought(library, read("/scenarios", f"?y={packed(_titled(long * 5))}"))
    assert found is not None and found.scenario is not None
    for name in list_scenarios():
        text = load_scenario(name).to_yaml()
        copied = sought(library, read("/scenarios", f"?y={packed(text)}"))
        assert copied is not None and copied.scenario is not None, name


def test_a_live_run_is_shown_to_who_has_its_address(
    results: Results, results_folder: Path, tmp_path: Path
) -> None:
    name = PREFIX + "3" * 20
    Store(tmp_path).keep_run("3" * 20, results.save)
    app = create_app([results_folder], store=tmp_path)
    assert app.library.desk is not None
    with serving(app.server) as client:
        shown = client.ask(f"/comparer?v=2&results={name}")
        assert shown.status == 200 and f'value="{name}"' in shown.text
        for path in ("/comparer", "/scenarios", "/health"):
            assert name not in client.ask(path).text, path
    live = PREFIX + "4" * 20
    app.library.desk._finished(live, results)
    assert live in app.library.results and live not in app.library.visible()


def test_futures_of_a_live_run_are_played_again_from_its_comparison(results: Results) -> None:
    """More worlds are asked for from the page of its results, by the names that it has there."""
    own = parse_scenario(BLANK.replace("levers: []", (
        "levers:\n  - {lever: public_funding, change: -20%}")))  # fmt: skip
    made = simulator.simulate([own], population="demo", replicates=1, quarters=1, workers=1)
    library = Library({"essai": results})
    name = PREFIX + "5" * 20
    library.add(name, made, listed=False)
    asked = read("/comparer", f"?results={name}&futures=fil-de-l-eau,{own.id}")
    assert [one.id for one in together(library, asked)] == ["fil-de-l-eau", own.id]
