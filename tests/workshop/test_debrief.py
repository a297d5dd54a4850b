"""Reports and sheets: whole in both languages, equal to the outcome, and no secret in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.language import LANGUAGES, Language, Texts, catalogue, texts_in
from dashboard.workshop.debrief import Debrief, Neighbour, report, sheet, sheets
from dashboard.workshop.debrief.moments import moments
from dashboard.workshop.debrief.paper import paper
from dashboard.workshop.debrief.predictions import FEWEST
from dashboard.workshop.export import export
from dashboard.workshop.room import events
from dashboard.workshop.room.plays import hand
from dashboard.workshop.room.settings import PREDICTED, Role, Seat
from dashboard.workshop.views.quantities import at_the_end, difference, natural, unit_of
from tests.workshop.conftest import ROLES, opening
from tests.workshop.debriefed import Journal, debrief, journal, parsed, plain, read

FR, EN = texts_in("fr"), texts_in("en")
HOSTILE = "<script>alert(1)</script>"
Drawn = Callable[[Debrief, Texts], str]


@pytest.fixture(scope="module")
def whole() -> Debrief:
    return debrief(journal())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("drawn", [report, sheets])
def test_a_page_needs_nothing_beside_itself_and_runs_nothing(
    whole: Debrief, drawn: Drawn, language: Language
) -> None:
    page = parsed(drawn(whole, texts_in(language)))
    tags = {tag for tag, _ in page.seen}
    assert not tags & {"script", "img", "iframe", "object", "form"}
    for tag, given in page.seen:
        assert not any(name.startswith("on") for name in given)
        if "href" in given and tag == "link":
            assert (given["href"] or "").startswith("data:")
    assert not re.search(r"url\(|@import", drawn(whole, texts_in(language)))
    policy = next(given["content"] for tag, given in page.seen if "http-equiv" in given)
    assert "default-src 'none'" in (policy or "")


@pytest.mark.parametrize("drawn", [report, sheets])
def test_everything_that_is_typed_is_escaped(drawn: Drawn) -> None:
    name = HOSTILE[:40]
    made = Journal(
        opening(
            title=HOSTILE,
            roles=tuple(role.model_copy(update={"name": name}) for role in ROLES),
            tables=(
                Seat(id="table-1", name=name, role="culture"),
                *(Seat(id=f"table-{n}", name=f"T{n}", role="region") for n in (2, 3, 4)),
            ),
        )
    )
    made.round(0)
    overridden = events.Chose(
        table="table-1", round=0, cards=(), ready=True, by="facilitator", reason=HOSTILE
    )
    made.add("facilitator", overridden)
    page = drawn(debrief(made), FR)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    parsed(page)


def test_english_pages_hold_no_french_sentence(whole: Debrief) -> None:
    other = replace(journal(2).room, code="XYZ789")
    same = {k for k, v in catalogue("en").items() if k == v}
    english = read(report(debrief(journal(), other), EN)) + read(sheets(whole, EN))
    for french in catalogue("en"):
        if french not in same and "{" not in french and len(french) > 30:
            assert plain(french) not in english, french


def test_a_report_tells_every_round_as_the_outcome_has_it(whole: Debrief) -> None:
    said = read(report(whole, FR))
    for number in range(3):
        outcome = whole.seen.outcomes[number]
        for name in whole.room.settings.indicators:
            measured = outcome.indicators[name]
            unit = unit_of(name, measured, FR)
            for side in (measured.played, measured.reference):
                assert plain(at_the_end(name, side.low[-1], side.high[-1], unit, FR)) in said
            assert plain(difference(name, measured.difference, FR)) in said


def test_a_sheet_tells_what_its_role_brought_and_how_its_family_is(whole: Debrief) -> None:
    last = whole.seen.outcomes[2]
    culture = read(sheet(whole, "table-1", FR))
    for name in whole.room.settings.indicators:
        assert plain(difference(name, last.contributions[name]["culture"], FR)) in culture
    family = last.families["culture"].difference
    assert family is not None and plain(natural(family, FR)) in culture
    small = read(sheet(whole, "table-2", FR))  # its family has 12 rows
    assert "trop peu dans la simulation" in small
    funder = read(sheet(whole, "table-3", FR))
    assert "a payé de plus" in funder and "+31,0" in funder


def test_a_sheet_holds_no_other_tables_prediction_or_name(whole: Debrief) -> None:
    room = whole.room
    for table in room.tables:
        html = sheet(whole, table.id, FR)
        said = read(html)
        for other in room.tables:
            mine, theirs = (room.predictions[0, one.id].values for one in (table, other))
            guess = f"nous : {100 * theirs[PREDICTED[0]]:.0f} "
            assert (guess in said) == (mine == theirs), (table.id, other.id)
            if other.id != table.id:
                assert not re.search(rf"\b{other.name}\b", said)


def test_what_is_handed_out_does_not_say_what_a_table_predicted(whole: Debrief) -> None:
    """Only the table's own page has it; a facilitator has these from the first reveal on."""
    said = read(sheets(whole, FR))
    room = whole.room
    for (_, table), made in room.predictions.items():
        guess = f"nous : {100 * made.values[PREDICTED[0]]:.0f} "
        assert guess in read(sheet(whole, table, FR)) and guess not in said
    assert said.count("nous : …") == 2 * room.revealed * len(room.tables)
    assert said.count("recopiez-le ici") == len(room.tables)
    none_shown = read(sheets(debrief(Journal(opening())), FR))
    assert "recopiez" not in none_shown


def test_a_report_does_not_say_whose_a_prediction_is(whole: Debrief) -> None:
    html = report(whole, FR)
    chapter = html.partition("Prévoir, puis voir")[2].partition("</section><section")[0]
    assert "6 tables prévoyaient de 61 à 70." in read(f"<body>{html}")
    assert not re.search(r"Table \d", read(f"<body>{chapter}"))
    few = journal(1, tables=tuple(
        Seat(id=f"table-{n}", name=f"Table {n}", role="culture") for n in range(1, FEWEST)
    ))  # fmt: skip
    said = report(debrief(few), FR)
    assert "Trop peu de prévisions" in said and 'class="guess"' not in said


def test_nobody_is_ranked(whole: Debrief) -> None:
    for language in LANGUAGES:
        text = read(report(whole, texts_in(language))).lower()
        for word in ("classement de", "meilleure table :", "gagnant", "vainqueur", "winner",
                     "rank of", "points"):  # fmt: skip
            assert word not in text


def test_the_timeline_tells_overrides_with_their_reason_and_what_was_undone(
    whole: Debrief,
) -> None:
    told = moments(whole, FR)
    undone = [one for one in told if one.undone]
    assert len(undone) == 3 and all(one.said.startswith("Choc tiré") for one in undone)
    overridden = [one for one in told if one.said.endswith("(erreur de saisie)")]
    assert [one.who for one in overridden] == ["animation"] * 3
    # What the table itself had chosen before stays to be read, once.
    own = [one for one in told if one.who == "Table 2" and one.round == 0]
    assert len(own) == 1
    assert [one.at for one in told] == sorted(one.at for one in told)
    html = report(whole, FR)
    assert html.count("<s>") == 3
    assert "m1" not in read(html)  # whose phone it was is told nowhere


def test_hypotheses_stand_apart_from_decisions(whole: Debrief) -> None:
    assert not any("ypothèse" in one.said for one in moments(whole, FR))
    html = report(whole, FR)
    assert html.count('class="supposed"') == 3
    tried = whole.supposed[2].outcome.indicators["survival"].difference
    assert plain(difference("survival", tried, FR)) in read(html)
    without = report(replace(whole, supposed=()), FR)
    assert "n'est plus en mémoire" in read(without)


def test_rooms_are_compared_on_the_same_axes_each_with_its_own_reference() -> None:
    titled = journal(2, title="La salle du fond").room
    other = replace(titled, code="XYZ789")
    html = report(debrief(journal(), other), FR)
    rows = html.split('class="row-of-rooms"')[1:]
    assert len(rows) == 4
    for row in rows:
        small = row.partition("</section>")[0].split("<figure")[1:]
        assert len(small) == 2 and "La salle du fond" in small[1]
        ticks = [re.findall(r'<text [^>]*text-anchor="end"[^>]*>([^<]+)<', one) for one in small]
        assert ticks[0] == ticks[1] and ticks[0]
        assert all('class="median reference"' in one for one in small)
    assert "Les salles côte à côte" not in report(debrief(journal()), FR)
    alone = debrief(journal())
    unknown = replace(alone, neighbours=(Neighbour(other, {}),))
    assert "la console de La salle du fond." in read(report(unknown, FR))
    elsewhere = replace(journal(2, region="53", title="Ailleurs").room, code="QRS456")
    text = report(debrief(journal(), elsewhere), FR)
    assert 'class="row-of-rooms"' not in text and "Ailleurs (" in read(text)


def test_rooms_that_were_not_set_up_alike_are_told_apart() -> None:
    same = replace(journal(2, title="Pareille").room, code="XYZ789")
    other = replace(journal(2, title="Une autre", scenario="rabot-10", seed=11, worlds=7,
                            source="default", rounds=("2028Q4", "2031Q4")).room,
                    code="QRS456")  # fmt: skip
    alike = read(report(debrief(journal(), same), FR))
    assert "Toutes partent du même futur" in alike and "pas réglées comme" not in alike
    told = read(report(debrief(journal(), same, other), FR))
    title = plain(other.start.title.fr)
    line = told.partition("jamais les niveaux")[2].partition("C Une autre –")[2][:300]
    for said in (title, "graine 11", "fin 2031", "seul le hasard varie", "7 mondes simulés"):
        assert said in line, said
    assert "B Pareille –" not in told  # of a room that is alike there is nothing to say
    english = read(report(debrief(journal(), other), EN))
    assert "another chance (seed 11)" in english and "never the levels of one room" in english


def test_a_report_says_how_to_play_it_again(whole: Debrief) -> None:
    said = read(report(whole, FR))
    assert export(whole.room).command in said
    assert f"Graine {whole.room.settings.seed}" in said


def test_contacts_are_those_of_the_host_or_those_that_ship(whole: Debrief) -> None:
    from dashboard.contacts import shipped_contacts

    one = shipped_contacts()[0]
    mine = replace(whole, seen=replace(whole.seen, contacts=(one,)))
    for drawn in (report, sheets):
        assert "3114" in read(drawn(whole, FR))
        assert "3114" not in read(drawn(mine, FR))
        assert plain(one.name.fr) in read(drawn(mine, FR))


# -- sessions that did not go to their end --------------------------------------------------


def _nothing_decided() -> Journal:
    made = Journal(opening())
    made.went("debrief", 0)
    made.went("ended", 0)
    return made


def _stopped_while_deciding() -> Journal:
    made = Journal(opening())
    made.round(0)
    made.round(1, until="decide")
    made.went("debrief", 1)
    return made


def _a_table_left() -> Journal:
    made = Journal(opening())
    made.round(0)
    gone = made.room.tables[3]
    made.add("facilitator", events.Seated(
        table=gone.id, name=gone.name, role=gone.role, retired=True))  # fmt: skip
    made.round(1)
    made.went("debrief", 1)
    made.went("ended", 1)
    return made


def _no_table() -> Journal:
    made = Journal(opening(tables=()))
    made.went("predict", 0)
    made.went("decide", 0)
    made.went("reveal", 0)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [True, False], ids=["known", "missing"])
@pytest.mark.parametrize(
    "made", [_nothing_decided, _stopped_while_deciding, _a_table_left, _no_table, journal]
)
def test_a_partial_session_gives_a_whole_report(
    made: Callable[[], Journal], known: bool, language: Language
) -> None:
    found, texts = debrief(made(), known=known), texts_in(language)
    for drawn in (report, sheets):
        page = drawn(found, texts)
        parsed(page)
        assert not re.search(r"\b(None|nan|inf)\b", read(page))


def test_a_partial_session_says_what_is_missing() -> None:
    assert "Aucun tour n'a été révélé" in read(report(debrief(_nothing_decided()), FR))
    stopped = debrief(_stopped_while_deciding())
    said = read(report(stopped, FR))
    assert "Tours joués avant la fin de la séance : 1 sur 3." in said
    assert "jamais révélé" in said
    card = stopped.room.choice(1, "table-1").cards[0]
    left = said.partition("jamais révélé")[2].partition("Les deux futurs")[0]
    assert plain(stopped.room.deck.cards[card].title.fr) in left
    assert "ne sont pas calculés" in read(report(debrief(journal(1), known=False), FR))
    left_room = debrief(_a_table_left())
    gone = left_room.room.tables[3].name
    assert f"{gone} (a quitté la salle)" in read(report(left_room, FR))
    assert f"<h1><bdi>{gone}</bdi></h1>" in sheets(left_room, FR)


def test_a_card_without_its_agreement_is_said_to_have_no_effect() -> None:
    made = Journal(opening())
    made.went("predict", 0)
    made.went("decide", 0)
    room = made.room
    table, card = next(
        (table, name) for table in room.tables for name in room.deck.cards
        if room.deck.cards[name].requires.agreement and name in hand(room, table.role, 0)
    )  # fmt: skip
    made.add("member/m1", events.Chose(table=table.id, round=0, cards=(card,), ready=True))
    made.went("reveal", 0)
    for said in (read(report(debrief(made), FR)), read(sheet(debrief(made), table.id, FR))):
        assert "sans l'accord demandé" in said


def test_a_title_is_escaped_in_its_document() -> None:
    assert "<title>a &lt;b&gt;" in paper("report", "a <b>", None, FR)


def test_long_names_and_many_rounds_are_all_there() -> None:
    long = "Une table au nom bien long pour l'écran"
    made = journal(
        8,
        rounds=tuple(f"{2026 + n}Q4" for n in range(8)),
        roles=tuple(Role(**{**role.model_dump(), "name": long}) for role in ROLES),
        tables=tuple(Seat(id=f"table-{n}", name=long, role="culture") for n in range(1, 5)),
    )
    page = sheets(debrief(made), FR)
    assert page.count('<article class="sheet') == 4
    assert read(page).count("8, fin 2033") == 4


def test_a_funders_card_without_a_majority_is_said_to_have_no_effect() -> None:
    made = Journal(opening())
    made.went("predict", 0)
    made.went("decide", 0)
    card = hand(made.room, "region", 0)[0]
    chosen = events.Chose(table="table-3", round=0, cards=(card,), ready=True)
    made.add("member/m3", chosen)  # table 6 is of the same role, and plays nothing
    made.went("reveal", 0)
    assert "sans la majorité des tables du rôle" in read(report(debrief(made), FR))
    made = Journal(opening())
    made.went("predict", 0)
    made.went("decide", 0)
    for table in ("table-3", "table-6"):
        made.add("facilitator", chosen.model_copy(update={"table": table}))
    made.went("reveal", 0)
    assert "sans effet" not in read(report(debrief(made), FR))


def test_a_phone_reads_what_each_number_is(whole: Debrief) -> None:
    html = report(whole, FR)
    assert html.count('data-head="Comme joué"') == 4 * 3
