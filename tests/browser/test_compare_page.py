"""The page in a browser says what the results folder says."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from simulator.results import Results

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
SCENARIOS = {"fil-de-l-eau": "Au fil de l'eau", "choc-regional": "Choc régional"}


def table(page: Page, key: str) -> list[dict[str, str]]:
    """Rows of a panel's data table, as they are read once it is unfolded."""
    details = page.locator(f"#panel-{key} details[data-table]")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    expect(page.locator(f"#{key}-table table")).to_be_visible()
    lines = page.locator(f"#{key}-table table").evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def number(text: str) -> float:
    """The number that a French cell begins with."""
    kept = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    digits = ""
    for character in kept:
        if character.isdigit() or character in "+-.":
            digits += character
        elif not character.isspace() or not digits:
            break
    return float(digits)


def end(results: Results, column: str, dimension: str, group: str) -> pd.DataFrame:
    """Value at the end, one column per scenario, one row per replicate."""
    rows = results.trajectories
    rows = rows[
        (rows["dimension"] == dimension)
        & (rows["group"] == group)
        & (rows["quarter"] == results.quarters[-1])
    ]
    return rows.pivot_table(column, "replicate", "scenario", observed=True)


def test_jobs_on_the_page_are_those_of_the_folder(front: Page, results: Results) -> None:
    rows = [r for r in table(front, "trajectory") if r["Trimestre"] == "fin 2028"]
    jobs = end(results, "jobs_fte", "all", "all")
    assert len(rows) == 3
    for scenario, title in SCENARIOS.items():
        shown = next(r for r in rows if r["Scénario"] == title)
        factor = 1e-3 if "milliers" in shown["Moyenne"] else 1
        for heading, value in (
            ("Moyenne", jobs[scenario].mean()),
            ("Bas", jobs[scenario].min()),
            ("Haut", jobs[scenario].max()),
        ):
            assert number(shown[heading]) == pytest.approx(factor * value, abs=0.51)


def test_survival_on_the_page_is_that_of_the_folder(opened: Opened, results: Results) -> None:
    page = opened("?sector=EDUC")
    survival = end(results, "survival", "sector", "EDUC")
    rows = {r["Scénario"]: r for r in table(page, "survival") if r["Trimestre"] == "fin 2028"}
    for scenario, title in SCENARIOS.items():
        shown = number(rows[title]["En vie, sur 100 (moyenne)"])
        assert shown == pytest.approx(100 * survival[scenario].mean(), abs=0.051)
    alive = round(100 * survival["fil-de-l-eau"].mean())
    expect(page.locator("#turnover")).to_contain_text(f"{alive} poursuivent leur activité")


def test_paired_differences_on_the_page_are_those_of_the_folder(
    front: Page, results: Results
) -> None:
    unmet = end(results, "unmet_need", "all", "all")
    difference = 100 * (unmet["choc-regional"] - unmet["fil-de-l-eau"]).mean()
    row = next(
        r
        for r in table(front, "headlines")
        if (r["Indicateur"], r["Scénario"]) == ("Besoins non couverts", "Choc régional")
    )
    assert number(row["Écart moyen"]) == pytest.approx(difference, abs=0.051)
    assert "paramètres non variés" in row["Verdict"]


def test_figures_are_drawn_from_the_same_numbers(front: Page, results: Results) -> None:
    drawn = front.locator("#panel-trajectory .js-plotly-plot").evaluate(
        "graph => graph.data.filter(t => t.name).map(t => Array.from(t.y).at(-1))"
    )
    jobs = end(results, "jobs_fte", "all", "all").mean()
    factor = 1e-3 if drawn[0] < jobs["fil-de-l-eau"] / 2 else 1
    assert drawn[0] == pytest.approx(factor * jobs["fil-de-l-eau"])
    assert drawn[1] == pytest.approx(factor * jobs["choc-regional"])


def test_choosing_changes_the_address_and_the_address_brings_it_back(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Secteur", exact=True).select_option("CULTURE")
    page.wait_for_url("**sector=CULTURE**")
    expect(page.locator("#place")).to_contain_text("Culture")
    again = opened("?" + page.url.split("?")[1])
    expect(again.locator("#place")).to_have_text(page.locator("#place").inner_text())
    expect(again.get_by_label("Secteur", exact=True)).to_have_value("CULTURE")
    page.go_back()
    expect(page.locator("#place")).to_contain_text("tous les secteurs")
    expect(page.get_by_label("Secteur", exact=True)).to_have_value("")


def test_the_language_switch_keeps_the_view(opened: Opened) -> None:
    page = opened("?v=1&sector=EDUC&indicator=unmet_need")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#language-switch")).to_have_attribute(
        "href", "/comparer?v=2&sector=EDUC&indicator=unmet_need&lang=en"
    )
    page.click("#language-switch")
    page.wait_for_selector("#panel-groups .main-svg")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Compare futures of the social and solidarity economy")
    expect(page.locator("#place")).to_contain_text("Education")
    expect(page.locator("#trajectory-title")).to_contain_text("Unmet need")
    expect(page.locator(".limits")).to_contain_text("This is not a forecast")


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_nothing_sticks_out_of_the_screen(opened: Opened, width: int) -> None:
    page = opened("", width)
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) <= 0
    drawn = page.locator(".js-plotly-plot").evaluate_all(
        "graphs => graphs.map(g => g.getBoundingClientRect()).map(b => [b.left, b.right])"
    )
    assert len(drawn) == 14
    assert all(left >= 0 and right <= width for left, right in drawn)
    cut = page.locator(".js-plotly-plot").evaluate_all(
        """graphs => graphs.flatMap(graph => [...graph.querySelectorAll(".ytick text, .ytitle")]
            .map(text => text.getBoundingClientRect().left - graph.getBoundingClientRect().left))
            .filter(room => room < 0)"""
    )
    assert cut == []


def test_a_group_too_small_is_refused_with_a_sentence(opened: Opened) -> None:
    page = opened("?region=52&sector=ENV&size=XXL", shown="#refusal")
    expect(page.locator("#refusal")).to_contain_text("Groupe trop petit")
    assert page.locator(".js-plotly-plot").count() == 0


def test_a_crossing_says_that_its_points_are_yearly(opened: Opened) -> None:
    page = opened("?region=52&size=S")
    expect(page.locator("#yearly-points")).to_be_visible()
    points = page.locator("#panel-trajectory .js-plotly-plot").evaluate(
        "graph => graph.data.find(t => t.name).x.length"
    )
    assert points == 4


def test_one_scenario_is_not_a_comparison(opened: Opened) -> None:
    page = opened("?scenarios=fil-de-l-eau", shown="#refusal")
    expect(page.locator("#refusal")).to_contain_text("au moins deux scénarios")


def test_the_keyboard_reaches_the_content_first(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Aller au contenu")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_figure_has_a_name_and_words(front: Page) -> None:
    figures = front.locator("figure")
    assert figures.count() == 6
    for position in range(6):
        figure = figures.nth(position)
        title = front.locator(f"#{figure.get_attribute('aria-labelledby')}")
        assert len(title.inner_text()) > 10
        assert len(figure.locator("figcaption").inner_text()) > 20
    expect(front.locator("#status")).to_have_text("3 scénarios affichés.")


def test_the_difference_of_each_sector_is_that_of_the_folder(front: Page, results: Results) -> None:
    compared = results.compare("jobs_fte", by="sector").set_index(["scenario", "group"])
    rows = {(r["Scénario"], r["Groupe"]): r for r in table(front, "groups")}
    assert len(rows) == 2 * 10
    large = compared.loc[("choc-regional", "SOCIAL")]
    small = compared[~compared["shown"]].reset_index()
    shown = rows["Choc régional", "Action sociale, hébergement, aide alimentaire"]["Écart moyen"]
    factor = 1e-3 if "milliers" in shown else 1
    assert number(shown) == pytest.approx(factor * large["difference"], abs=0.51)
    refused = [r for r in rows.values() if r["Écart moyen"] == "groupe trop petit"]
    assert len(refused) == len(small)


def test_the_groups_follow_the_choice_beside_them(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Découper par").select_option("size")
    page.wait_for_url("**by=size**")
    expect(page.locator("#groups-title")).to_contain_text("par taille")
    expect(page.get_by_label("Découper par")).to_have_value("size")


def test_a_link_within_the_page_changes_no_choice(opened: Opened) -> None:
    page = opened("?v=2&sector=EDUC")  # what is shown first is not offered then
    by = page.get_by_label("Découper par")
    expect(by).to_have_value("region")
    page.locator("a[href='#survivors']").first.click()
    page.wait_for_url("**#survivors")
    page.evaluate("() => new Promise(done => setTimeout(done, 50))")
    expect(by).to_have_value("region")
    page.get_by_label("Secteur", exact=True).select_option("")
    page.wait_for_function("!location.search.includes('sector')")
    page.go_back()
    expect(page.get_by_label("Secteur", exact=True)).to_have_value("EDUC")
    expect(by).to_have_value("region")


def test_a_button_is_full_only_when_it_is(opened: Opened) -> None:
    page = opened("?v=2&scenarios=fil-de-l-eau,choc-regional")
    expect(page.locator("[data-full]")).to_be_hidden()


def test_trade_offs_are_the_differences_of_the_folder(front: Page, results: Results) -> None:
    compared = results.compare("survival").set_index("scenario")
    row = next(
        r
        for r in table(front, "tradeoffs")
        if r["Scénario"] == "Choc régional" and r["Indicateur"].startswith("Survie")
    )
    difference = 100 * compared.loc["choc-regional", "difference"]
    assert number(row["Écart moyen"]) == pytest.approx(difference, abs=0.051)


def test_without_draws_nothing_is_said_of_what_would_make_it_vanish(front: Page) -> None:
    expect(front.locator("#vanishing-words")).to_contain_text("n'ont pas varié")
    expect(front.locator("#more-draws")).to_contain_text("environ 200 jeux d'hypothèses")


def test_a_comparison_that_is_missing_is_simulated_and_opened(opened: Opened) -> None:
    """From the question to the paired difference of its two futures, without a command."""
    page = opened("?population=demo&source=default")
    page.click("#ready-made > summary")
    question = page.locator("#ready-made li", has_text="en retard de deux trimestres")
    question.get_by_role("button", name="Simuler maintenant").click()
    waiting = page.locator(".waiting-run")
    expect(waiting).to_contain_text("L'année blanche, Rabot de 10 %", timeout=60_000)
    expect(waiting.get_by_role("button", name="Annuler")).to_be_visible()
    page.wait_for_url("**results=essai-**", timeout=240_000)
    expect(page.locator("#between li")).to_contain_text(
        "«\xa0Rabot de 10\xa0%\xa0» à côté de «\xa0L'année blanche\xa0»"
    )
    expect(page.get_by_label("Ligne de référence")).to_have_value("fil-de-l-eau")
    page.locator("#between a").click()
    expect(page.locator("#turnover")).to_contain_text("L'année blanche")


def test_an_old_link_keeps_its_reference_when_a_filter_changes(opened: Opened) -> None:
    page = opened("?v=1&scenarios=fil-de-l-eau,choc-regional&reference=fusionner")
    expect(page.get_by_label("Ligne de référence")).to_have_value("fusionner")
    page.get_by_label("Secteur", exact=True).select_option("EDUC")
    page.wait_for_url("**sector=EDUC**")
    expect(page.locator("#place")).to_contain_text("Éducation")
    page.reload()
    expect(page.get_by_label("Ligne de référence")).to_have_value("fusionner")
    page.go_back()
    expect(page.get_by_label("Ligne de référence")).to_have_value("fusionner")
    expect(page.locator('.chip[aria-pressed="true"]')).to_have_count(3)


def test_a_link_inside_the_page_leaves_what_is_shown(opened: Opened) -> None:
    page = opened()
    page.evaluate("document.querySelector('#panel-survival').kept = true")
    page.evaluate("location.hash = '#panel-survival'")
    page.wait_for_timeout(800)
    assert page.evaluate("document.querySelector('#panel-survival').kept === true")


def test_what_is_unfolded_and_has_the_focus_stays(opened: Opened) -> None:
    page = opened()
    recipe = page.locator("#panel-survival details:not([data-table])")
    recipe.locator("summary").click()
    table(page, "groups")
    chosen = page.get_by_label("Découper par")
    chosen.focus()
    chosen.select_option("size")
    expect(page.locator("#groups-title")).to_contain_text("par taille")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    expect(chosen).to_be_focused()
    expect(recipe).to_have_attribute("open", "")
    # A table of another view would be wrong: it is folded, and fetched again.
    expect(page.locator("#panel-groups details[data-table]")).not_to_have_attribute("open", "")
    assert {row["Groupe"] for row in table(page, "groups")} != set()


def test_the_page_is_read_without_any_script(url: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}comparer?v=2&sector=EDUC")
    expect(page.locator("#turnover")).to_be_visible()
    expect(page.locator("#place")).to_contain_text("Éducation")
    expect(page.locator("#status")).to_have_text("3 scénarios affichés.")
    context.close()


def test_the_screen_is_right_whatever_is_asked_in_a_row(opened: Opened) -> None:
    """Each choice cuts the one before it short; the last one is what stands in the end."""
    page = opened()
    page.locator("#panel-trajectory").scroll_into_view_if_needed()
    page.get_by_label("Secteur", exact=True).evaluate(
        """list => { for (const value of ["CULTURE", "SPORT", "SOCIAL", "EDUC"]) {
            list.value = value; list.dispatchEvent(new Event("change", { bubbles: true })); } }"""
    )
    expect(page.locator("#place")).to_contain_text("Éducation")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    again = opened("?v=2&sector=EDUC")
    texts = "pieces => pieces.map(piece => piece.textContent)"
    told = "#results p, #results h3, #results li"
    assert page.locator(told).evaluate_all(texts) == again.locator(told).evaluate_all(texts)
