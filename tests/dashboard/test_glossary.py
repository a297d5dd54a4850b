"""Words are explained in both languages, once, and where sentences use them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.gloss import glossed
from dashboard.glossary import Glossary, glossary, marked
from dashboard.language import LANGUAGES, Language, texts_in
from dashboard.pages.registry import BY_PATH
from dashboard.reading import Library
from dashboard.routes import drawn
from simulator.problems import InputError
from simulator.strict_yaml import parse_yaml
from simulator.typed_document import validate_document

ASKED = (
    "CPO", "appel à projets", "commande publique", "Dailly", "fonds dédiés", "fonds propres",
    "redressement judiciaire", "liquidation judiciaire", "mandat ad hoc", "conciliation", "DLA",
    "ETP", "bloc communal", "tarification", "SCIC", "SCOP", "fonds associatifs",
    "quasi-fonds propres", "trésorerie en mois", "subvention d'investissement",
    "subvention de fonctionnement",
    "cofinancement", "paiement en différé", "bande", "intervalle", "ambigu", "robuste", "probable",
    "graine", "monde", "population synthétique", "pondération",
)  # fmt: skip


@pytest.mark.parametrize("word", ASKED)
def test_the_words_of_the_trade_are_known(word: str) -> None:
    assert [piece for piece in marked(f"Un {word}.", "fr") if not isinstance(piece, str)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_meanings_are_short_and_do_not_lean_on_the_word(language: Language) -> None:
    for term in glossary().terms:
        said = term.gloss.in_language(language)
        assert 30 <= len(said) <= 260, term.id
        assert said.endswith("."), term.id


FORMS = st.sampled_from(sorted({form for term in glossary().terms for form in term.forms.fr}))


@given(st.lists(st.one_of(FORMS, st.text(" ,;.'é–DLAx", max_size=6))).map(" ".join))
def test_a_sentence_keeps_its_words(sentence: str) -> None:
    pieces = marked(sentence, "fr")
    assert "".join(p if isinstance(p, str) else p[0] for p in pieces) == sentence
    told = [p[1].id for p in pieces if not isinstance(p, str)]
    assert len(told) == len(set(told))


def test_the_longest_form_is_taken_and_parts_of_words_are_not() -> None:
    pieces = marked("La convention pluriannuelle aide ; contrebande.", "fr")
    assert [p[0] for p in pieces if not isinstance(p, str)] == ["convention pluriannuelle"]


def test_a_word_and_its_meaning_stand_together() -> None:
    parts = glossed("Un ETP.", texts_in("fr"), "here")
    word, meaning, point = parts[1].children
    assert getattr(word, "aria-controls") == getattr(word, "aria-describedby") == meaning.id
    assert meaning.hidden and "deux mi-temps" in meaning.children
    assert point == ".", "no line begins with the point"


def test_quotes_and_brackets_stay_with_their_word() -> None:
    said = "Des «\xa0mondes\xa0» (ETP)."
    before, word, between, bracketed = glossed(said, texts_in("fr"), "here")[:4]
    assert (before, between) == ("Des ", " ")
    assert bracketed.children[0] == "(" and bracketed.children[-1] == ")."
    assert word.children[0] == "«\xa0" and word.children[-1] == "\xa0»"


def test_a_word_twice_in_the_file_is_refused() -> None:
    text = """format: 1
terms:
  - id: one
    name: {fr: Un, en: One}
    forms: {fr: [un], en: [one]}
    gloss: {fr: "a.", en: "a."}
  - id: two
    name: {fr: Deux, en: Two}
    forms: {fr: [un], en: [two]}
    gloss: {fr: "b.", en: "b."}
"""
    with pytest.raises(InputError, match=r"glossary\.yaml:9:.*stands in another term"):
        validate_document(parse_yaml(text, "glossary.yaml"), Glossary)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_word(library: Library, language: Language) -> None:
    content, _ = drawn(library, BY_PATH["/glossaire"], f"?lang={language}")
    shown = json.dumps(content.parts, default=lambda c: c.to_plotly_json(), ensure_ascii=False)
    for term in glossary().terms:
        assert json.dumps(term.id) in shown
        name = texts_in(language).spaced(term.name.in_language(language))
        assert json.dumps(name, ensure_ascii=False) in shown


def test_the_page_is_in_the_order_of_the_alphabet() -> None:
    names = [term.name.fr for term in glossary().sorted("fr")]
    assert names[:2] == ["Ambigu", "Appel à projets"]
