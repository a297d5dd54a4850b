"""Flux: every euro has a payer, the folder says the same, what is decided stands apart."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pyarrow.parquet as pq
import pytest

import simulator
from dashboard.account_names import GATHERED, PAYERS, RECEIVERS, kind_name
from dashboard.address import read
from dashboard.components.lever_lists import cost_words, lever_lists
from dashboard.figures.ribbons import Money
from dashboard.language import texts_in
from dashboard.lever_costs import CostedLever, costed_levers, decided_euros
from dashboard.markup import markup
from dashboard.money import CASH, pair_of_years, year_of_money, years
from dashboard.pages.flows import PAGE, page_content
from dashboard.pair import read_pair
from dashboard.panels.flows import drawable, gathered, kept_accounts
from dashboard.panels.panel import Panel
from dashboard.panels.payers import ALL_PUBLIC, payer_differences
from dashboard.reading import Library
from dashboard.same_hypotheses import with_same_hypotheses
from dashboard.who_pays import question, who_pays
from simulator.accounts import ORGANISATIONS
from simulator.as_run import price_levels
from simulator.codes import LEVELS
from simulator.costing import rates_changed_from, scenario_costs
from simulator.parameters import Parameters
from simulator.population import load_population
from simulator.results import Results
from simulator.scenario import load_scenario, parse_scenario

SCENARIOS = ("fil-de-l-eau", "choc-regional", "fusionner")


@pytest.fixture(scope="module")
def opened(library: Library) -> Results:
    return library.results["essai"]


def panel(library: Library, query: str, key: str) -> Panel:
    return PAGE.panels(library, read(PAGE.path, query))[key]()


@pytest.mark.parametrize("year", [2026, 2028])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_flows_are_those_of_the_folder(opened: Results, scenario: str, year: int) -> None:
    """Each quarter of the file, divided by the prices that its inflation makes."""
    assert opened.folder is not None
    rows = pq.read_table(opened.folder / "flows.parquet").to_pandas()
    rows = rows[(rows["scenario"] == scenario) & rows["quarter"].notna()]
    rows = rows[rows["quarter"].astype(str).str[:4] == str(year)]
    passed = 4 * (year - 2026) + rows["quarter"].astype(str).str[5].astype(int)
    prices = (1 + float(np.asarray(Parameters.default()["inflation"]))) ** (passed / 4)
    rows = rows.assign(real=rows["amount"] / prices)
    expected = rows.groupby(["flow", "from", "to"], observed=True)["real"].sum() / 3
    money = year_of_money(opened, scenario, year)
    found = dict(zip(money.flows, money.euros.mean(axis=0), strict=True))
    for flow, euros in expected.items():
        assert found[flow] == pytest.approx(euros, rel=1e-9)
    assert sum(found.values()) == pytest.approx(expected.sum(), rel=1e-9)


def test_public_money_is_the_indicator_of_the_results(opened: Results) -> None:
    """`public_euros` is deflated by the model itself; shares in cooperatives are not in it."""
    for scenario in SCENARIOS:
        money = year_of_money(opened, scenario, 2028)
        paid = sum(money.total(payer=level) for level in LEVELS)
        rows = opened.rows("all", ["public_euros"])
        rows = rows[(rows["scenario"] == scenario) & (rows["quarter"] == "2028Q4")]
        assert paid == pytest.approx(rows["public_euros"].to_numpy(), rel=5e-4)


def test_prices_follow_the_levers_of_the_scenario() -> None:
    text = load_scenario("fil-de-l-eau").to_yaml().replace("levers: []", (
        "levers:\n  - {lever: wages_and_prices, inflation: {2026: 4%, 2027: 0%}}"))  # fmt: skip
    prices = price_levels(parse_scenario(text), Parameters.default(), 12)
    usual = 1 + float(np.asarray(Parameters.default()["inflation"]))
    assert prices[[3, 7, 11]] == pytest.approx([1.04, 1.04, 1.04 * usual])


@pytest.mark.parametrize("scenario", ["choc-regional", "fusionner"])
@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_every_euro_has_a_payer(opened: Results, scenario: str, year: int) -> None:
    for money in pair_of_years(opened, "fil-de-l-eau", scenario, year):
        assert money.total(receiver=ORGANISATIONS) == pytest.approx(
            money.total(payer=ORGANISATIONS), rel=1e-9
        )
        drawn = drawable(money)
        assert drawn.paid == pytest.approx(drawn.received, rel=1e-9)
        assert sum(drawn.into.values()) == pytest.approx(sum(drawn.out.values()), rel=1e-9)
        assert all(e >= 0 for e in (*drawn.into.values(), *drawn.out.values()))
        gross = np.abs(money.euros.mean(axis=0)).sum()
        inner = drawn.into.get("other_organisations", 0.0)  # paid once, drawn on both sides
        sides = sum(drawn.into.values()) + sum(drawn.out.values()) + sum(drawn.past.values())
        assert sides - inner == pytest.approx(gross, rel=1e-9)
        small = gathered(drawn, kept_accounts([drawn]))
        assert small.paid == pytest.approx(drawn.paid) and small.received == pytest.approx(
            drawn.received
        )
        assert GATHERED in small.into
        assert {*small.into, *(p for p, _ in small.past)} <= set(PAYERS)
        assert {*small.out, *(r for _, r in small.past)} <= set(RECEIVERS)


def test_cash_is_what_the_year_leaves(opened: Results) -> None:
    money, _ = pair_of_years(opened, "fil-de-l-eau", "fusionner", 2027)
    ledger = year_of_money(opened, "fil-de-l-eau", 2027)
    left = ledger.total(receiver=ORGANISATIONS) - ledger.total(payer=ORGANISATIONS)
    assert money.total(receiver=CASH) == pytest.approx(left)


def test_ribbons_are_as_wide_as_what_is_paid(library: Library) -> None:
    made = panel(library, "?scenario=choc-regional&year=2028", "flows")
    view, _ = read_pair(library, read(PAGE.path, "?scenario=choc-regional"))
    pair = pair_of_years(view.comparison.results, *view.selection.scenarios, 2028)
    assert len(made.drawings) == 2  # the reference is always beside
    for drawing, money in zip(made.drawings, reversed(pair), strict=True):
        go.Figure(drawing.figure)
        ribbons = [t for t in drawing.figure["data"] if t.get("hoveron") == "fills"]
        left = [t for t in ribbons if t["x"][0] < 0.1]
        right = [t for t in ribbons if t["x"][len(t["x"]) // 2 - 1] > 0.9]
        for side in (left, right):
            widths = sum(abs(t["y"][0] - t["y"][-1]) for t in side)
            assert widths == pytest.approx(drawable(money).paid, rel=1e-9)
    spans = [d.figure["layout"]["yaxis"]["range"] for d in made.drawings]
    assert spans[0] == spans[1]


def test_differences_are_paired_world_by_world(library: Library, opened: Results) -> None:
    made = panel(library, "?scenario=choc-regional&year=2027", "flows")
    before, after = (year_of_money(opened, s, 2027) for s in ("fil-de-l-eau", "choc-regional"))
    flow = ("subvention", "region", ORGANISATIONS)
    paired = after.euros[:, after.flows.index(flow)] - before.euros[:, before.flows.index(flow)]
    row = made.numbers[
        (made.numbers["flow"] == "subvention") & (made.numbers["from"] == "region")
    ].iloc[0]
    half = 2.919986 * paired.std(ddof=1) / np.sqrt(3)  # t of two degrees, 5 % on each side
    assert row["difference"] == pytest.approx(paired.mean())
    assert [row["low"], row["high"]] == pytest.approx(
        [paired.mean() - half, paired.mean() + half], rel=1e-4
    )
    assert paired.mean() < 0


def test_what_public_funders_pay_is_the_sum_of_what_each_pays(library: Library) -> None:
    view, _ = read_pair(library, read(PAGE.path, "?scenario=choc-regional"))
    rows = {row["payer"]: row for row in payer_differences(view, 2028)}
    for name in ("value", "difference"):
        whole = sum(rows[level][name] for level in LEVELS if level in rows)
        assert rows[ALL_PUBLIC][name] == pytest.approx(whole)


def costed(scenario: str) -> tuple[CostedLever, ...]:
    """Levers of a scenario that ships, on the population of a small run of it."""
    made = simulator.simulate(scenario, population="demo", replicates=1, quarters=4, workers=1)
    return costed_levers(made, scenario)


def test_hypotheses_and_decisions_are_apart() -> None:
    trend, trust = costed("tendance-2025"), costed("contrat-de-confiance")
    assert trend and not any(one.is_decision for one in trend)
    assert trust and all(one.is_decision for one in trust)
    expected: dict[str, float] = {}
    for cost in scenario_costs(
        load_scenario("tendance-2025"), load_population("demo"), Parameters.default(), 4
    ):
        expected[cost.payer] = expected.get(cost.payer, 0.0) + cost.change.get(2026, 0.0)
    found = decided_euros(trend, 2026, decisions=False)
    assert found == pytest.approx({p: e for p, e in expected.items() if abs(e) >= 0.5})
    assert decided_euros(trend, 2026, decisions=True) == {}
    assert decided_euros(trust, 2026, decisions=True) == {}


def test_who_pays_is_answered(library: Library, opened: Results) -> None:
    view, _ = read_pair(library, read(PAGE.path, "?scenario=choc-regional"))
    levers = costed_levers(opened, "choc-regional")
    decided, paid, *_ = who_pays(view, levers, 2028)
    cut = decided_euros(levers, 2028, True)["region"] / 1e6
    assert f"Régions {view.texts.number(cut, 1, True)}\N{NO-BREAK SPACE}M€" in decided
    assert "financeurs publics" in paid and "Au fil de l'eau" in paid
    words = cost_words(levers[0].costs[0], 2028, view.texts)
    assert words.startswith("Régions") and "en 2028" in words


def test_what_no_lever_fixes_is_told_as_paid() -> None:
    made = simulator.simulate(
        "virage-marchand", population="demo", replicates=1, quarters=8, workers=1
    )
    view, _ = read_pair(Library({"essai": made}), read(PAGE.path, ""))
    decided, *_ = who_pays(view, costed_levers(made, "virage-marchand"), 2027)
    money = year_of_money(made, "virage-marchand", 2027)
    flow = ("programme: market_support", "etat", ORGANISATIONS)
    euros = money.euros[0, money.flows.index(flow)] / 1e6
    assert euros > 0
    assert decided.endswith(f"État {view.texts.number(euros, 1, True)}\N{NO-BREAK SPACE}M€.")


def test_public_money_that_moves_without_a_vote_is_explained() -> None:
    made = simulator.simulate(
        "tout-appel-a-projets", population="demo", replicates=3, quarters=12, workers=1
    )
    view, _ = read_pair(Library({"essai": made}), read(PAGE.path, ""))
    decided, paid, why = who_pays(view, costed_levers(made, "tout-appel-a-projets"), 2028)
    rates = made.compare("execution_rate", at="2028Q4").iloc[0]
    assert (
        decided.startswith("Personne par décision") and "financeurs publics \N{MINUS SIGN}" in paid
    )
    for share in (rates["value"], rates["reference_value"]):
        assert f"{view.texts.number(100 * share, 1)}\N{NO-BREAK SPACE}%" in why
    assert "aucun vote ne baisse" in why


def test_money_without_a_decision_is_said_so(library: Library) -> None:
    view, _ = read_pair(library, read(PAGE.path, "?scenario=fusionner"))
    decided, *_ = who_pays(view, (), 2028)
    assert decided.startswith("Personne par décision")


@pytest.mark.parametrize("asked", ["form=SCOP", "funding_profile=GIFTS", "region=52"])
def test_flows_are_those_of_everybody(library: Library, asked: str) -> None:
    """Nothing that the address says of a group stands beside them, in words or in images."""
    view, problems = read_pair(library, read(PAGE.path, f"?{asked}"))
    everybody, _ = read_pair(library, read(PAGE.path, ""))
    assert problems == [] and (view.selection.dimension, view.selection.group) == ("all", "all")
    assert view.place == everybody.place
    made, other = (panel(library, query, "payers") for query in (f"?{asked}", ""))
    assert made.origin == other.origin and made.numbers.equals(other.numbers)


def test_the_reference_is_not_told_to_be_absent(library: Library) -> None:
    for query, words in (
        ("?scenario=fil-de-l-eau", "est la référence"),
        ("?scenario=fil-de-l-eau&lang=en", "is the reference"),
        ("?scenario=nowhere", "Scénario absent de ces résultats"),
    ):
        view, problems = read_pair(library, read(PAGE.path, query))
        assert len(problems) == 1 and words in problems[0]
        assert view.others[0] != "fil-de-l-eau"


def test_decisions_are_told_apart_from_what_is_supposed() -> None:
    made = simulator.simulate(
        ["tendance-2025", "egal-conventions", "gel-silencieux"],
        population="demo", replicates=1, quarters=4, workers=1,
    )  # fmt: skip
    library = Library({"essai": made})

    def told(query: str) -> str:
        return re.sub(
            "[\N{NO-BREAK SPACE}]", " ", markup(page_content(library, read(PAGE.path, query)).parts)
        )

    apart = told("?scenario=egal-conventions")
    assert "réunit ce que le monde fait" in apart
    link = re.search(r'href="(/flux[^"]*tendance-2025[^"]*)"', apart)
    assert link is not None
    followed = told(html.unescape(link[1]).partition("?")[2])
    assert "l'écart est celui des décisions" in followed and "réunit ce que" not in followed
    assert with_same_hypotheses(made, "gel-silencieux") is None
    assert "réunit ce que le monde fait" in told("?scenario=gel-silencieux")
    assert "réunit ce que" not in told("?scenario=tendance-2025")


def test_every_kind_of_flow_has_a_name(opened: Results) -> None:
    texts = texts_in("fr")
    kinds = set(opened.flows["flow"].unique())
    assert len(kinds) > 20
    assert [kind for kind in kinds if kind_name(kind, texts) == kind] == []


def test_a_year_that_was_not_run_is_told(library: Library) -> None:
    content = page_content(library, read(PAGE.path, "?year=2050"))
    assert "2050" in content.parts[0].children and "2028" in content.status
    assert years(library.results["essai"]) == [2026, 2027, 2028]


def test_gathering_keeps_each_side_apart() -> None:
    money = Money({"etat": 99.6, "banks": 0.4}, {"households": 60.0, "banks": 40.0}, {})
    small = gathered(money, kept_accounts([money]))
    assert small.into == {"etat": 99.6, GATHERED: 0.4}
    assert small.out == {"households": 60.0, "banks": 40.0}


def test_euros_of_levers_are_not_made_up_without_the_population(tmp_path: Path) -> None:
    """A population of a file of one's own has no name that gives it back."""
    (tmp_path / "pop.yaml").write_text("format: 1\nid: mes-bretons\nbase: demo\n", "utf-8")
    made = simulator.simulate(
        "rabot-20", population=str(tmp_path / "pop.yaml"), replicates=3, quarters=8, workers=1
    )
    opened = Results.load(made.save(tmp_path / "essai"))
    library = Library({"essai": opened})
    view, _ = read_pair(library, read(PAGE.path, ""))
    levers = costed_levers(opened, "rabot-20")
    unknown, paid = who_pays(view, levers, 2027)
    assert "n'est plus là" in unknown and "ne sont pas connus" in unknown
    assert "financeurs publics \N{MINUS SIGN}" in paid
    assert question(view, levers, 2027).startswith("Qui verse moins dans")
    shown = markup(page_content(library, read(PAGE.path, "")).parts)
    for untrue in ("Personne par décision", "Ne déplace pas d'euros", "aucun vote"):
        assert untrue not in html.unescape(shown)


@pytest.mark.parametrize(
    ("lever", "less"),
    [
        ("{lever: indexation, share: 100%}", False),
        ("{lever: parameter, name: grant_growth, set: -0.05}", True),
    ],
)
def test_a_lever_that_moves_votes_by_a_growth_is_not_nobodys(lever: str, less: bool) -> None:
    text = load_scenario("fil-de-l-eau").to_yaml().replace("levers: []", f"levers: [{lever}]")
    played = parse_scenario(text.replace("id: fil-de-l-eau", "id: essai-hausse"))
    made = simulator.simulate([played], population="demo", replicates=2, quarters=8, workers=1)
    view, _ = read_pair(Library({"essai": made}), read(PAGE.path, ""))
    levers = costed_levers(made, "essai-hausse")
    told, paid = who_pays(view, levers, 2027)
    assert told.startswith("Des leviers changent la hausse des prix ou des financements")
    assert "financeurs publics " in paid
    assert question(view, levers, 2027).startswith("Qui verse moins") == less
    shown = html.unescape(markup(lever_lists(levers, 2027, view.texts)))
    assert "Ses euros dépendent de la hausse" in shown and "Ne déplace pas" not in shown


def test_a_growth_that_changes_later_moves_nothing_before() -> None:
    parameters = Parameters.default()
    text = load_scenario("fil-de-l-eau").to_yaml().replace("levers: []", (
        "levers: [{lever: wages_and_prices, inflation: {2028: 4%}}, {lever: payment_delay, "
        "quarters: 1}]"))  # fmt: skip
    years_of = [
        CostedLever(lever, (), rates_changed_from(lever.compile(20, parameters)))
        for lever in parse_scenario(text).levers
    ]
    assert [one.moves_rates(2027) for one in years_of] == [False, False]
    assert [one.moves_rates(2029) for one in years_of] == [True, False]
