"""What a table reads while it decides: its hand, its budget, agreements, shocks."""

from __future__ import annotations

from dataclasses import replace

from dashboard.workshop.room import events
from dashboard.workshop.room.evolve import evolve
from dashboard.workshop.room.plays import hand
from tests.workshop.sample_rooms import NOW, seen_at
from tests.workshop.test_views import FRENCH, Checked, parts_of, plain


def test_a_card_that_goes_beyond_the_budget_cannot_be_ticked_and_says_why() -> None:
    # 0.2% is chosen of 5.2%: what costs 5% still fits, until 0.5% more is.
    seen = seen_at("decide", budget_organisations=0.052)
    free = parts_of("table", seen)["hand"]
    cards = ("o1-plan-de-tresorerie", "o11-campagne-d-adhesion")
    assert {*cards, "o6-activite-marchande"} <= set(hand(seen.room, "culture", 0))
    chosen = events.Chose(table="table-1", round=0, cards=cards, ready=False)
    full = parts_of("table", replace(seen, room=evolve(seen.room, chosen, NOW)))["hand"]
    said = FRENCH("Avec vos autres cartes, elle dépasse ce que vous pouvez engager.")
    assert said not in Checked(free).text and said in Checked(full).text
    assert full.count(" disabled") == free.count(" disabled") + 1


def test_a_table_without_cards_can_say_that_it_is_ready() -> None:
    seen = seen_at("decide")
    nothing = seen.room.settings.model_copy(update={"hand": 0})  # as where all cards are spent
    seen = replace(seen, room=replace(seen.room, settings=nothing))
    parts = parts_of("table", seen, at="table-2")
    assert "Aucune carte ne peut" in parts["hand"] and 'form="choose"' in parts["budget"]
    assert '<form id="choose"' in parts["hand"]


def test_a_table_reads_why_the_facilitator_entered_other_cards() -> None:
    seen = seen_at("decide")
    entered = events.Chose(
        table="table-1", round=0, cards=(), ready=True, by="facilitator", reason="Le <b>vote</b>"
    )
    shown = parts_of("table", replace(seen, room=evolve(seen.room, entered, NOW)))["budget"]
    assert "Raison : Le <b>vote</b>" in Checked(shown).text.replace("\N{NO-BREAK SPACE}", " ")
    unsaid = entered.model_copy(update={"reason": ""})
    shown = parts_of("table", replace(seen, room=evolve(seen.room, unsaid, NOW)))["budget"]
    assert "saisies par l'animation" in Checked(shown).text and "Raison" not in Checked(shown).text


def test_an_agreement_is_asked_for_given_and_taken_back() -> None:
    seen = seen_at("decide")
    room = evolve(seen.room, events.Chose(table="table-2", round=0, cards=("o8-mutualiser",),
                                          ready=False), NOW)  # fmt: skip
    asked = parts_of("table", replace(seen, room=room))["asked"]
    assert "Nous sommes d&#39;accord" in asked and "&#34;yes&#34;:true" in asked
    agreed = events.Agreed(round=0, player="table-2", card="o8-mutualiser", partner="table-1",
                           yes=True)  # fmt: skip
    given = replace(seen, room=evolve(room, agreed, NOW))
    assert "&#34;yes&#34;:false" in parts_of("table", given)["asked"]
    assert "Table 1" in parts_of("table", given, at="table-2")["budget"]
    assert parts_of("table", given, at="table-3")["asked"] == ""  # a funder is not asked


def test_a_shock_is_told_on_phones_before_people_decide() -> None:
    seen = seen_at("decide")
    ((_, shock),) = seen.room.shocks
    card = seen.room.deck.shocks[shock]
    for kind in ("table", "screen"):
        assert card.text.fr.split(".")[0] in plain(parts_of(kind, seen)["events"])
    assert parts_of("table", seen_at("debate"))["events"] == ""


def test_a_cost_that_the_budget_does_not_count_is_said_beside_it() -> None:
    seen = seen_at("decide")
    said = "Hors de cette limite"
    for cards, outside in ((("o1-plan-de-tresorerie",), False), (("o9-fusionner",), True)):
        chosen = events.Chose(table="table-1", round=0, cards=cards, ready=False)
        shown = replace(seen, room=evolve(seen.room, chosen, NOW))
        assert (said in parts_of("table", shown)["budget"]) is outside
