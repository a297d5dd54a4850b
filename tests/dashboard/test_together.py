"""Futures put together on a page: which run that is, what is refused, what is said of pairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.address import read
from dashboard.application import create_app
from dashboard.components.ready_made import ready_made
from dashboard.components.waiting_run import waiting_run
from dashboard.live.desk import Desk
from dashboard.live.request import MANY
from dashboard.live.store import Store
from dashboard.markup import markup
from dashboard.pages.compare import page_content
from dashboard.panels.between import between_futures
from dashboard.panels.headlines import farthest_difference, rounded_ends, rounded_points
from dashboard.panels.linked import FEWEST, linked_parameters
from dashboard.reading import Library
from dashboard.scenarios.draft import packed
from dashboard.scenarios.faults import told
from dashboard.scenarios.outcomes import french_sources
from dashboard.scenarios.sought import BLANK
from dashboard.scenarios.together import asked_of, shown, together
from dashboard.touched import regions_touched
from dashboard.view import View
from simulator.problems import InputError
from simulator.results import Results
from simulator.scenario import list_scenarios, load_scenario
from tests.dashboard.real_client import serving

DRAFT = packed(BLANK)
SIX = "fil-de-l-eau,rabot-10,rabot-20,rabot-40,fusionner,mutualiser"


@pytest.fixture(scope="module")
def asking(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library that may simulate; nothing here starts a process."""
    library = Library({"essai": results})
    library.desk = Desk(Store(tmp_path_factory.mktemp("store")), library.add)
    return library


@pytest.mark.parametrize(
    "query, ids",
    [
        ("?futures=fil-de-l-eau,annee-blanche,rabot-10", "fil-de-l-eau,annee-blanche,rabot-10"),
        ("?futures=rabot-10,annee-blanche", "rabot-10,annee-blanche"),
        ("?s=rabot-10&futures=fil-de-l-eau,annee-blanche", "fil-de-l-eau,rabot-10,annee-blanche"),
        (f"?y={DRAFT}&futures=rabot-10,fusionner", "rabot-10,essai-mon-scenario,fusionner"),
        ("?s=rabot-10", "fil-de-l-eau,rabot-10"),
    ],
)
def test_an_address_names_futures_the_reference_first(
    asking: Library, query: str, ids: str
) -> None:
    address = read("/scenarios", query)
    assert ",".join(one.id for one in together(asking, address)) == ids
    assert shown(asking, address) == (ids if "futures" in query else None)
    request = asked_of(asking, address)
    assert {s.id for s in request.job.scenarios} == {"fil-de-l-eau", *ids.split(",")}


@pytest.mark.parametrize(
    "query, words",
    [
        ("?futures=fil-de-l-eau,nulle-part", "'nulle-part' n'est pas un scénario connu ici"),
        ("?futures=fil-de-l-eau", "un seul futur ne se compare à rien"),
        ("?s=fil-de-l-eau", "fil-de-l-eau est la ligne de référence elle-même"),
        (f"?futures={SIX}", "6 futurs, c'est trop pour un seul essai : au plus 5"),
        ("?futures=fil-de-l-eau,rabot-10&draws=7", "'7' n'est pas proposé : au choix : 20, 200"),
        (
            f"?y={packed(BLANK.replace('quarters: 40', 'quarters: 8'))}&futures=rabot-10,fusionner",
            "les scénarios n'ont pas la même durée",
        ),
        (
            f"?y={packed(BLANK.replace('essai-mon-scenario', 'rabot-10'))}"
            "&futures=fil-de-l-eau,rabot-10",
            "deux scénarios différents s'appellent rabot-10",
        ),
    ],
)
def test_what_cannot_be_put_together_is_told(asking: Library, query: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        asked_of(asking, read("/scenarios", query))
    (fault,) = told(refused.value, "fr")
    assert words in fault.text and not fault.foreign


def test_missing_comparisons_are_a_button_where_one_simulates(
    asking: Library, library: Library
) -> None:
    there = markup([ready_made(asking, read("/comparer", ""))])
    assert there.count("Simuler maintenant (environ") == there.count("data-post") > 3
    assert "futures=fil-de-l-eau,annee-blanche,rabot-10" in there
    assert "penser-demain run" not in there
    without = markup([ready_made(library, read("/comparer", ""))])
    assert "data-post" not in without and "penser-demain run" in without


def test_a_run_that_is_over_leads_to_its_comparison(asking: Library, results: Results) -> None:
    name = "essai-" + "0" * 20
    asking.add(name, results)
    query = f"?run={name[6:]}&futures=fil-de-l-eau,fusionner&sector=CULTURE"
    (way,) = waiting_run(asking, read("/comparer", query))
    assert "data-goes" in markup([way])
    assert f"/comparer?v=2&amp;sector=CULTURE&amp;results={name}" in markup([way])
    assert "scenarios=fil-de-l-eau,fusionner" in markup([way]) and "run=" not in markup([way])
    unknown = waiting_run(asking, read("/comparer", "?run=" + "1" * 20))
    assert "n'est pas gardé ici" in markup(unknown)


def test_a_stored_run_is_printed_by_a_server_that_never_met_it(
    results: Results, results_folder: Path, tmp_path: Path
) -> None:
    name = "essai-" + "2" * 20
    Store(tmp_path).keep_run("2" * 20, results.save)
    app = create_app([results_folder], store=tmp_path)
    query = f"?v=2&results={name}&scenarios=fusionner,choc-regional"
    with serving(app.server) as client:
        printed = client.ask(f"/comparer/imprimer{query}")
    assert printed.status == 200 and name in printed.text
    assert "Fusionner" in printed.text and "Choc régional" in printed.text


def test_two_futures_differ_by_what_the_results_say(view: Callable[[str], View]) -> None:
    seen = view("")
    (pair,) = between_futures(seen)
    row = seen.comparison.between(pair.scenario, pair.other, "survival")
    compared = seen.comparison.results.compare("survival", reference=pair.other)
    expected = compared.set_index("scenario").loc[pair.scenario]
    assert row is not None
    assert row["difference"] == pytest.approx(expected["difference"])
    assert (row["low"], row["verdict"]) == (pytest.approx(expected["low"]), expected["verdict"])


def test_the_largest_difference_is_told_where_it_is_not_the_end(
    view: Callable[[str], View],
) -> None:
    seen = view("")
    for code in ("survival", "jobs_fte"):
        every = seen.comparison.results.compare(code)
        for scenario in seen.others:
            path = every[every["scenario"] == scenario].set_index("quarter")["difference"]
            row = seen.comparison.farthest(scenario, seen.selection.reference, code)
            farther = path.abs().max() - abs(path.iloc[-1])
            words = farthest_difference(seen, scenario, seen.selection.reference, code)
            if row is None:
                end = seen.difference(code, scenario)
                assert end is not None and farther <= end["smallest_effect"] * 1.5
                assert words == ""
            else:
                assert row["difference"] == pytest.approx(path.loc[row["quarter"]])
                assert abs(row["difference"]) == pytest.approx(path.abs().max())
                assert seen.texts.quarter(row["quarter"]) in words
            assert seen.comparison.farthest(scenario, scenario, code) is None


def test_rounded_ends_differ_by_the_rounded_difference(view: Callable[[str], View]) -> None:
    for query in ("", "?sector=EDUC", "?sector=CULTURE", "?size=M"):
        seen = view(query)
        ends = rounded_ends(seen)
        for scenario in seen.others:
            row = seen.difference("survival", scenario)
            assert row is not None
            assert ends[scenario] - ends[seen.selection.reference] == rounded_points(row)
            exact = 100 * seen.comparison.survival[scenario].survival[:, -1].mean()
            assert abs(ends[scenario] - exact) <= 1


def test_a_parameter_that_decides_is_found_and_the_others_are_not() -> None:
    random = np.random.default_rng(7)
    numbers = pd.DataFrame(random.random((200, 40)), columns=[f"p{n}" for n in range(40)])
    differences = -(numbers["p3"].to_numpy() + 0.1 * random.normal(size=200))
    gone = -differences <= 0.3
    (linked,) = linked_parameters(numbers, differences, gone)
    assert linked.parameter == "p3"
    assert linked.low_gone > 0.8 * linked.low_draws and linked.high_gone == 0
    assert linked_parameters(numbers, random.permutation(differences), gone) == []
    # The size of the difference goes with it, but nowhere does it vanish.
    assert linked_parameters(numbers, differences, np.zeros(200, dtype=bool)) == []
    few = FEWEST - 1
    assert linked_parameters(numbers[:few], differences[:few], gone[:few]) == []


def test_more_draws_are_offered_where_they_are_too_few(asking: Library, library: Library) -> None:
    button = markup(page_content(asking, read("/comparer", "")).parts)
    assert f"Simuler {MANY} mondes (environ" in button and f"draws={MANY}" in button
    assert "--draws 200" in markup(page_content(library, read("/comparer", "")).parts)
    regional = read("/comparer", "?scenarios=fil-de-l-eau,choc-regional")
    finer = markup(page_content(asking, regional).parts)
    assert "population=demo" in finer and "region=52" in finer


def test_a_regional_future_says_where_to_look(results: Results) -> None:
    assert regions_touched(results, "choc-regional") == ("52",)
    assert regions_touched(results, "fusionner") == ()


def test_every_expectation_that_ships_says_in_french_where_it_comes_from() -> None:
    said = {h.source for name in list_scenarios() for h in load_scenario(name).hypotheses}
    assert said - {None} == set(french_sources())


def test_a_page_of_experiments_without_any_is_not_in_the_menu(asking: Library) -> None:
    from dashboard.pages.registry import pages_of

    paths = {page.path for page in pages_of(asking)}
    assert "/experiences" not in paths and "/comparer" in paths
    asking.experiments = (Path("somewhere"),)
    assert "/experiences" in {page.path for page in pages_of(asking)}


def test_a_run_asked_with_many_draws_takes_longer(asking: Library) -> None:
    assert asking.desk is not None
    assert asking.desk.seconds("workshop", 1, MANY) > asking.desk.seconds("workshop", 1, 20)
