"""Scenarios in addresses, in forms and in the store: nothing is lost, nothing gets through."""

from __future__ import annotations

import base64
import zlib
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

import simulator
from dashboard.address import LONGEST, read
from dashboard.language import texts_in
from dashboard.live import store as stores
from dashboard.live.store import LARGEST_TEXT, Store, StoreFull
from dashboard.pages.scenarios import page_content
from dashboard.reading import Library
from dashboard.scenarios import outcomes
from dashboard.scenarios.draft import packed, unpacked
from dashboard.scenarios.faults import told
from dashboard.scenarios.form import form_html
from dashboard.scenarios.posted import copy_text, document_of, posted_text
from dashboard.scenarios.sought import BLANK, read_text, sought
from dashboard.scenarios.typed import read_typed
from simulator.levers.registry import LEVERS
from simulator.problems import InputError
from simulator.scenario import list_scenarios, load_scenario, parse_scenario


class Fields(HTMLParser):
    """What a browser would send of a form."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = defaultdict(list)
        self._select, self._area = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name:
            if given.get("type") != "checkbox" or "checked" in given:
                self.sent[name].append(given.get("value") or "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given:
                self.sent[self._select] = [given.get("value") or ""]
            else:
                self.sent.setdefault(self._select, [given.get("value") or ""])
        elif tag == "textarea" and name:
            self._area = name

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area].append(data)

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select


def posted_unchanged(text: str) -> str:
    sent = Fields(form_html(read_text(text), texts_in("fr"))).sent
    return posted_text({name: ["".join(v)] if name.startswith("narrative") else v
                        for name, v in sent.items()}, text)  # fmt: skip


@pytest.mark.parametrize("name", list_scenarios())
def test_a_form_that_is_sent_unchanged_is_the_same_scenario(name: str) -> None:
    text = copy_text(load_scenario(name))
    before, after = parse_scenario(text), parse_scenario(posted_unchanged(text))
    assert after.levers == before.levers
    assert after.digest == before.digest


def test_what_has_no_field_survives_a_change_of_the_form() -> None:
    text = (Path(__file__).parents[2] / "scenarios" / "rabot-10.yaml").read_text(encoding="utf-8")
    before, after = parse_scenario(text), parse_scenario(posted_unchanged(text))
    assert (after.hypotheses, after.sources) == (before.hypotheses, before.sources)
    assert (after.id, after.subtitle) == (before.id, before.subtitle)


def test_every_lever_can_be_added_and_taken_away() -> None:
    texts = texts_in("fr")
    for name, lever in LEVERS.items():
        sent = dict(Fields(form_html(read_text(BLANK), texts)).sent)
        added = posted_text({**sent, "action": ["add"], "new_lever": [name]}, BLANK)
        document = document_of(added)
        assert document is not None and document["levers"] == [{"lever": name}]
        html = form_html(read_text(added), texts)
        fields = Fields(html).sent
        own = {one for one in fields if one.startswith("levers[0].")}
        known = {d.alias or n for n, d in lever.model_fields.items()} | {"where"}
        assert {one[10:].partition(".")[0] for one in own} <= known
        removed = posted_text({**fields, "action": ["remove:0"]}, added)
        assert document_of(removed) == document_of(posted_text(sent, BLANK))


@pytest.mark.parametrize(
    "typed, value",
    [
        ("−10 %", "-10%"),
        ("2,1 %", "2.1%"),
        ("T3 2027", "2027Q3"),
        ("Q3 2027", "2027Q3"),
        ("2027", 2027),
        ("2026 : −10 %, 2027 : +5%", {2026: "-10%", 2027: "+5%"}),
        ("2026, 2027", [2026, 2027]),
        ("100 M€", "100 M€"),
        ("dix", "dix"),
        ("2026: -1%, 2026: -2%", "2026: -1%, 2026: -2%"),
    ],
)
def test_people_may_type_as_they_write(typed: str, value: object) -> None:
    assert read_typed(typed) == value


LEVER = BLANK.replace("levers: []", "levers:\n  - {lever: public_funding, %s}")


@pytest.mark.parametrize(
    "given, field, words",
    [
        ("change: 10%", "levers[0].change", ["10%", "pas de signe", "+10%"]),
        ("change: -300%", "levers[0].change", ["-300%", "-100%"]),
        ("change: -10%, from: 2050", "levers[0].from", ["2050", "hors de la période", "2026Q1"]),
        ("change: -10%, from: 2030, until: 2028", "levers[0].until", ["2028", "2030"]),
        ("change: -10%, where: {region: [XX]}", "levers[0].where.region[0]", ["XX", "région"]),
        ("chnge: -10%", "levers[0].chnge", ["n'existe pas", "change"]),
        ("instrument: subvention", "levers[0]", ["ne change encore rien", "Changement"]),
    ],
)
def test_faults_name_field_value_and_what_is_right(
    given: str, field: str, words: list[str]
) -> None:
    found = read_text(LEVER % given)
    assert found.scenario is None and found.faults is not None
    fault = next(one for one in told(found.faults, "fr") if one.field.startswith(field))
    assert not fault.foreign
    assert all(word in fault.text for word in words), fault.text
    assert str(escape(fault.text)) in form_html(found, texts_in("fr"))


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: [*a, *a]\n",  # how a YAML bomb begins
        "[" * 100_000,
        "id: x\nid: y\n",
        "id: !!python/object:os.system x\n",
        "extends: ../../etc/passwd\nid: a\ntitle: {fr: a, en: a}\nnarrative: {fr: a, en: a}\n"
        "family: combined\n",
        "- a list\n",
        "",
        "id: \x00\n",
    ],
)
def test_hostile_texts_are_told_and_stay(text: str) -> None:
    found = read_text(text)
    assert found.scenario is None and found.faults is not None
    html = form_html(found, texts_in("fr"))
    assert 'data-part="faults"' in html and "<script" not in html
    assert found.text == text


def test_markup_in_a_title_is_text() -> None:
    evil = BLANK.replace("Mon scénario", "'<img src=x onerror=alert(1)>'")
    assert "<img" not in form_html(read_text(evil), texts_in("fr"))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=2_000))
def test_an_address_gives_its_text_back(text: str) -> None:
    part = packed(text)
    if part is None:
        assert len(text) > 500
        return
    kept = text.encode("utf-8", "replace").decode()
    assert unpacked(part) == kept
    assert len(read("/scenarios", "").query(y=part)) < LONGEST


@pytest.mark.parametrize(
    "part",
    ["", "a", "!!!!", "é", packed(BLANK)[:-9] or "",  # type: ignore[index]
     base64.urlsafe_b64encode(zlib.compress(b"x" * 50_000_000)).decode().rstrip("=")],
)  # fmt: skip
def test_a_broken_address_is_told(library: Library, part: str) -> None:
    with pytest.raises(InputError):
        unpacked(part)
    content = page_content(library, read("/scenarios", f"?v=2&y={part}"))
    assert content.parts


def test_the_store_keeps_texts_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    digest = store.keep_text(BLANK)
    assert store.keep_text(BLANK) == digest
    assert store.text(digest) == BLANK
    (tmp_path / "secret.yaml").write_text("x", encoding="utf-8")
    for name in ("../../secret", "a/b", "", "x" * 20, digest.upper(), digest[:-1], "é" * 20):
        assert store.text(name) is None
        assert store.run(f"essai-{name}") is None
    with pytest.raises(InputError):
        store.keep_text("x" * (LARGEST_TEXT + 1))
    monkeypatch.setattr(stores, "MOST_TEXTS", 1)
    with pytest.raises(StoreFull):
        store.keep_text(BLANK + "# other\n")
    assert store.keep_text(BLANK) == digest, "what is there stays"


def test_an_address_names_what_ships_and_what_was_run(library: Library) -> None:
    for name in ("rabot-10", "choc-regional"):
        found = sought(library, read("/scenarios", f"?s={name}"))
        assert found is not None and found.scenario is not None and found.scenario.id == name
    with pytest.raises(InputError):
        sought(library, read("/scenarios", "?s=nothing-like-it"))


def test_outcomes_are_those_of_the_results_that_ran_it() -> None:
    results = simulator.simulate(
        "choc-regional", population="demo", draws=2, parameters="accepted", quarters=12, workers=1
    )
    library = Library({"essai": results})
    table = results.hypotheses()
    scenario = parse_scenario(results.scenario_text("choc-regional"))
    rows = table[(table["scenario"] == "choc-regional") & (table["outcome"] != "not_run")]
    found = outcomes.lines(library, scenario, texts_in("en"))
    said = [line.outcome for line in found if line.place == "essai"]
    assert said == rows["outcome"].tolist() and said


def test_weaker_results_do_not_take_the_place_of_the_check() -> None:
    """A run on one région with chance alone, or a live one, says less than the check."""
    scenario, texts, live = load_scenario("rabot-40"), texts_in("fr"), "essai-" + "6" * 20
    options = {"population": "demo", "quarters": scenario.horizon.quarters, "workers": 1}
    chance = simulator.simulate([scenario], replicates=1, **options)
    varied = simulator.simulate([scenario], draws=2, parameters="accepted", **options)

    def places(library: Library, named: str | None = None) -> set[str]:
        return {line.place for line in outcomes.lines(library, scenario, texts, named)}

    library = Library({"hasard": chance})
    library.add(live, varied, listed=False)
    assert places(library) == places(library, live) == {"check"}
    assert "calibres" in places(Library({"hasard": chance, "calibres": varied}))


def test_a_live_run_judges_what_the_check_does_not_hold() -> None:
    text = load_scenario("rabot-40").to_yaml().replace("id: rabot-40", "id: essai-rabot")
    own, live = parse_scenario(text), "essai-" + "7" * 20
    library = Library({})
    made = simulator.simulate([own], population="demo", replicates=1, workers=1)
    library.add(live, made, listed=False)
    for named, place in ((live, live), (None, "")):
        found = outcomes.lines(library, own, texts_in("fr"), named)
        assert place in {line.place for line in found}
        assert "check" not in {line.place for line in found}


def test_other_outcomes_are_those_of_the_check_of_all_scenarios() -> None:
    page = outcomes.PAGE.read_text(encoding="utf-8")
    for name in ("rabot-10", "fusionner", "austerite-sous-convention"):
        rows = [
            line
            for line in page.splitlines()
            if line.startswith(f"| `{name}` |") and line.count(" | ") == 6
        ]
        found = [outcomes._stored_check()[key] for key in outcomes._stored_check()
                 if key[0] == name]  # fmt: skip
        assert len(found) == len(rows) == len(load_scenario(name).hypotheses)
        assert all(row.endswith(f"| {_words(code)} |") for row, (code, *_) in
                   zip(rows, found, strict=True))  # fmt: skip


def test_expectations_are_told_without_codes_and_with_why_they_were_not_found(
    library: Library,
) -> None:
    scenario = load_scenario("contrat-de-confiance")
    for language, unit, end in (("fr", "mois", "fin 2028"), ("en", "months", "late 2028")):
        found = outcomes.lines(library, scenario, texts_in(language))
        by_key = dict(zip((h.indicator for h in scenario.hypotheses), found, strict=False))
        cash, exits = by_key["cash_months_median"], by_key["exits"]
        assert f"\u202f{unit} [" in cash.measured and not cash.least
        assert end in cash.expected and "Q4" not in cash.expected and "T4" not in cash.expected
        assert exits.outcome == "not_found" and exits.least.startswith("5"), "−3.4 % of 5 %"
        page = str(page_content(library, read("/scenarios", f"?s={scenario.id}&lang={language}")))
        assert {"fr": "trop petit pour compter", "en": "too small to count"}[language] in page


def _words(code: str) -> str:
    from simulator.hypotheses import WORDS

    return WORDS[code]["en"]
