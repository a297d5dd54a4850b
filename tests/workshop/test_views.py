"""What the pages of a room show, and what they never show."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dashboard.language import LANGUAGES, Language, catalogue, texts_in
from dashboard.workshop.room import events
from dashboard.workshop.room.evolve import Dated, evolve, replayed
from dashboard.workshop.room.plays import hand
from dashboard.workshop.room.settings import Seat
from dashboard.workshop.room.state import Phase, Prediction
from dashboard.workshop.seen import Seen
from dashboard.workshop.views import (
    console_parts,
    gone_page,
    home_page,
    join_page,
    screen_parts,
    shell,
    table_parts,
)
from dashboard.workshop.views.document import ASSETS
from dashboard.workshop.views.elements import VOID, el, name_of
from dashboard.workshop.views.screen import PARTS as SCREEN_PARTS
from tests.workshop.conftest import SEATED, opening
from tests.workshop.sample_rooms import NOW, PHASES, outcome_of, partial, seen_at

KINDS = ("table", "console", "screen")
FRENCH = texts_in("fr")
HOSTILE = "<script>alert(1)</script>\"'& 🧑‍🌾 مرحبا"


def parts_of(
    kind: str, seen: Seen, language: Language = "fr", at: str = "table-1"
) -> dict[str, str]:
    texts = texts_in(language)
    if kind == "table":
        return table_parts(seen, at, "member", texts)
    return console_parts(seen, texts) if kind == "console" else screen_parts(seen, texts)


def page_of(kind: str, seen: Seen, language: Language = "fr") -> str:
    parts = parts_of(kind, seen, language)
    return shell(kind, language, "Essai", parts, token="jeton", now=NOW)  # type: ignore[arg-type]


def plain(html: str) -> str:
    """The text of a part, with ordinary spaces."""
    return re.sub(r"[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}]", " ", Checked(html).text)


class Checked(HTMLParser):
    """Elements closed in their order, ids, handlers and scripts inside the page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.opened: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.text = ""
        self.feed(html)
        self.faults += [f"{tag} is not closed" for tag in self.opened]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.faults += [f"{tag} {name}" for name in given if name.startswith("on")]
        if tag == "script" and "src" not in given:
            self.faults.append("a script inside the page")
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.opened or self.opened.pop() != tag:
            self.faults.append(f"{tag} closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_every_phase_is_a_sound_document(phase: Phase, language: Language) -> None:
    seen = seen_at(phase, language=language)
    for kind in KINDS:
        html = page_of(kind, seen, language)
        page = Checked(html)
        assert page.faults == []
        assert len(page.ids) == len(set(page.ids))
        assert f'<html lang="{language}">' in html
        conditional = {"fr": "pas une prévision", "en": "not a forecast"}[language]
        assert conditional in page.text


def test_a_page_says_to_its_own_server_where_a_form_comes_from() -> None:
    """The server's `no-referrer` would make browsers post as from nowhere, which it refuses."""
    assert '<meta name="referrer" content="same-origin"/>' in page_of("console", seen_at("lobby"))


@pytest.mark.parametrize("kind", KINDS)
def test_parts_have_the_same_names_in_every_phase(kind: str) -> None:
    """Containers are made once, with the page."""
    names = {tuple(parts_of(kind, seen_at(phase))) for phase in PHASES}
    assert len(names) == 1


@pytest.mark.parametrize("phase", PHASES)
def test_english_screens_hold_no_french_sentence(phase: Phase) -> None:
    seen = seen_at(phase, language="en")
    french = {
        FRENCH(message) for message, english in catalogue("en").items()
        if english != message and "{" not in message and len(message) > 16
    }  # fmt: skip
    for kind in KINDS:
        text = Checked(page_of(kind, seen, "en")).text
        assert [sentence for sentence in french if sentence in text] == []


# -- names are only names ------------------------------------------------------------------------


def hostile_room(phase: Phase) -> Seen:
    tables = tuple(
        Seat(id=f"table-{n}", name=HOSTILE[:34] + str(n), role=role)
        for n, role in enumerate(SEATED, 1)
    )
    seen = seen_at(phase, title=f"Titre {HOSTILE}", tables=tables)
    return replace(seen, trace=((NOW, HOSTILE, HOSTILE),))


@pytest.mark.parametrize("phase", PHASES)
def test_names_with_markup_are_shown_as_they_are_typed(phase: Phase) -> None:
    seen = hostile_room(phase)
    for kind in KINDS:
        html = page_of(kind, seen)
        assert "<script>" not in html
        assert Checked(html).faults == []
    assert "&lt;script&gt;alert(1)" in page_of("console", seen)
    assert Checked(join_page(seen)).faults == []


def test_an_element_escapes_whatever_it_is_given() -> None:
    hostile = "\"><b onclick='x'>&"
    made = el("p", hostile, ["<i>", 3, None, el("b", hostile)], title=hostile, hidden=False)
    page = Checked(str(made))
    assert page.faults == [] and page.text == f"{hostile}<i>3{hostile}"
    assert "hidden" not in made
    assert str(name_of("a & b")) == "<bdi>a &amp; b</bdi>"


# -- what a table predicts is its own ------------------------------------------------------------


def other_predictions(seen: Seen, value: float) -> Seen:
    """The same room had another table than the first predicted something else."""
    changed = {
        key: Prediction({name: value * (100 if name != "survival" else 1) for name in made.values})
        if key[1] == "table-2" else made
        for key, made in seen.room.predictions.items()
    }  # fmt: skip
    return replace(seen, room=replace(seen.room, predictions=changed))


@pytest.mark.parametrize("phase", PHASES)
def test_what_a_table_predicts_changes_no_other_screen(phase: Phase) -> None:
    seen = seen_at(phase)
    one, other = other_predictions(seen, 0.31), other_predictions(seen, 0.47)
    for at in ("table-1", "table-3"):
        assert parts_of("table", one, at=at) == parts_of("table", other, at=at)
    assert parts_of("console", one) == parts_of("console", other)
    told_together = {"indicators"} if phase == "reveal" else set()  # lowest and highest of all
    one_screen, other_screen = parts_of("screen", one), parts_of("screen", other)
    assert {n for n in SCREEN_PARTS if one_screen[n] != other_screen[n]} <= told_together
    if phase == "predict":
        assert parts_of("table", one, at="table-2") != parts_of("table", other, at="table-2")


# -- what others do redraws nothing that is being filled in ---------------------------------------


def deeds(seen: Seen) -> list[events.Event]:
    """What other tables and the facilitator can do in the phase of the room."""
    room = seen.room
    number = room.round
    timed = events.Timed(seconds=60, ends=NOW + 60_000)
    joined = events.Joined(member="late", table="table-2")
    if room.phase == "predict":
        values = {"survival": 0.5, "quality_adjusted_service_index": 70.0}
        return [timed, joined, events.Predicted(table="table-6", round=number, values=values)]
    if room.phase == "decide":
        dealt = hand(room, "social", number)
        agreed = events.Agreed(round=number, player="table-2", card="o8-mutualiser",
                               partner="table-5", yes=True)  # fmt: skip
        return [
            timed, joined, agreed,
            events.Chose(table="table-2", round=number, cards=dealt[:2], ready=True),
            events.Chose(table="table-5", round=number, cards=dealt[:1], ready=False, by="kept"),
        ]  # fmt: skip
    proposed = events.Proposed(round=number, table="table-2", parameter="entry_rate", toward="low")
    supposed = events.Supposed(round=number, parameter="inertia", toward="high")
    return [timed, joined, proposed, supposed]


@pytest.mark.parametrize("phase", ["predict", "decide", "debate"])
def test_forms_stay_while_others_act(phase: Phase) -> None:
    seen = seen_at(phase)
    for deed in deeds(seen):
        after = replace(seen, room=evolve(seen.room, deed, NOW + 1), present={"table-2": 9})
        before_parts, after_parts = parts_of("table", seen), parts_of("table", after)
        forms = [name for name, html in before_parts.items() if "<input" in html]
        assert forms
        assert [name for name in forms if before_parts[name] != after_parts[name]] == []
        before_console, after_console = parts_of("console", seen), parts_of("console", after)
        assert before_console["entry-1"] == after_console["entry-1"] != ""


def test_only_an_address_that_phones_reach_is_projected() -> None:
    seen = seen_at("lobby")
    assert "192.168.1.20:8050/atelier<" in parts_of("screen", seen)["join"]
    alone = replace(seen, links={**seen.links, "join": "http://127.0.0.1:8050/atelier/ABC234"})
    shown = parts_of("screen", alone)["join"]
    assert "127.0.0.1" not in shown and "<img" not in shown and "ABC234" in shown
    assert "--host 0.0.0.0" in parts_of("console", alone)["links"]


# -- results -----------------------------------------------------------------------------------


def test_a_result_is_never_one_line_alone_and_says_its_word() -> None:
    seen = seen_at("reveal")
    figures = parts_of("screen", seen)["indicators"].split("<figure")[1:]
    assert len(figures) == len(seen.room.settings.indicators)
    for figure in figures:
        assert 'class="median played"' in figure and 'class="median reference"' in figure
        assert 'role="img"' in figure and "<table>" in figure
        assert "robuste" in figure or "pas de mot" in figure


def test_the_projector_shows_what_the_facilitator_chose() -> None:
    seen = seen_at("reveal")
    for what, name in (("roles", "contributions"), ("payers", "payers"), ("results", "indicators")):
        room = evolve(seen.room, events.Showed(what=what), NOW)  # type: ignore[arg-type]
        shown = parts_of("screen", replace(seen, room=room))
        figures = [part for part, html in shown.items() if "<figure" in html]
        assert figures == [name]
        buttons = parts_of("console", replace(seen, room=room))["projected"]
        pressed = re.findall(r'what&#34;:&#34;(\w+)&#34;}" aria-pressed="true"', buttons)
        assert pressed == [what]


def test_a_card_that_did_not_act_says_why() -> None:
    """Table 2 played a card that nobody agreed to; tables 3 and 6 are one funder, and one is not
    more than half."""
    parts = parts_of("table", seen_at("reveal"), at="table-2")["own"]
    assert "aucune autre table n'a donné son accord" in Checked(parts).text
    decide = seen_at("decide").room
    alone = events.Chose(table="table-6", round=0, cards=(), ready=True)
    room = evolve(evolve(decide, alone, NOW), events.Went(phase="reveal", round=0), NOW)
    text = Checked(parts_of("table", Seen(room, NOW), at="table-3")["own"]).text
    assert "les autres tables de ce rôle ne l'ont pas jouée" in text


def test_what_is_provisional_says_so() -> None:
    seen = seen_at("reveal")
    assert "4 mondes sur 20" in Checked(page_of("screen", partial(seen))).text
    assert "4 mondes sur 20" in Checked(page_of("table", partial(seen))).text
    waiting = replace(seen, outcomes={}, progress=None)
    for kind in ("table", "screen"):
        assert "Le modèle calcule" in Checked(page_of(kind, waiting)).text


def test_an_assumption_is_told_apart_from_decisions() -> None:
    seen = seen_at("debate")
    told_parts = parts_of("screen", seen)
    assert "Autre hypothèse" in told_parts["supposed"]
    assert "Autre hypothèse" not in told_parts["indicators"]
    other = replace(seen, supposed=None)
    assert "Autre hypothèse" not in parts_of("screen", other)["supposed"]


# -- the rest ------------------------------------------------------------------------------------


def test_a_table_that_left_can_do_nothing() -> None:
    seen = seen_at("decide")
    left = events.Seated(table="table-1", name="Table 1", role="culture", retired=True)
    parts = parts_of("table", replace(seen, room=evolve(seen.room, left, NOW)))
    assert all("<button" not in html and "<input" not in html for html in parts.values())


def test_the_projected_page_has_no_controls() -> None:
    for phase in PHASES:
        assert not re.search(r"<(button|input|select|form)", "".join(
            parts_of("screen", seen_at(phase)).values()
        ))  # fmt: skip


def test_the_end_says_whom_to_talk_to() -> None:
    for kind in ("table", "screen"):
        assert "3114" in page_of(kind, seen_at("ended"))
    assert "3114" in gone_page("fr")


@pytest.mark.parametrize("phase", PHASES)
def test_a_phone_loads_little(phase: Phase) -> None:
    """All that it asks for, uncompressed."""
    seen = seen_at(phase)
    assets = ("theme.css", "workshop.css", "workshop.js")
    weight = sum((ASSETS / name).stat().st_size for name in assets)
    assert weight + len(page_of("table", seen).encode()) < 150_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_doors_are_sound_documents(language: Language) -> None:
    for html in (home_page(language, open_link="/x?a=1&b=2", code="<b>", problem="<i>"),
                 home_page(language), gone_page(language)):  # fmt: skip
        assert Checked(html).faults == []
    assert "<i>" not in home_page(language, code="<b>", problem="<i>")


def test_an_outcome_of_fifty_worlds_is_read_as_bands() -> None:
    seen = seen_at("reveal")
    found = outcome_of(seen.room, 0)
    many = {}
    for name, measured in found.indicators.items():
        played, reference = (
            replace(bands, paths=()) for bands in (measured.played, measured.reference)
        )
        many[name] = replace(measured, played=played, reference=reference)
    seen = replace(seen, outcomes={0: replace(found, indicators=many)})
    assert "9 mondes sur 10" in Checked(page_of("screen", seen)).text


def test_a_table_is_made_free_where_phones_sit_at_it() -> None:
    journal: list[Dated] = [(0, opening()), (1, events.Joined(member="m1", table="table-2"))]
    parts = console_parts(Seen(replayed(journal), 0), FRENCH)
    assert [name for name, html in parts.items() if "Rendre la table libre" in html] == ["entry-2"]
    journal.append((2, events.Released(table="table-2")))
    parts = console_parts(Seen(replayed(journal), 0), FRENCH)
    assert not any("Rendre la table libre" in html for html in parts.values())
