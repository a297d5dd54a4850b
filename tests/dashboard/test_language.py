"""Both languages say everything, with the same blanks to fill."""

from __future__ import annotations

import ast
import json
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

import dashboard
from dashboard.components.frame import page_frame
from dashboard.language import LANGUAGES, LOCALES, Language, catalogue, texts_in
from dashboard.page import Later
from dashboard.pages.registry import BY_PATH, PAGES
from dashboard.reading import Library
from dashboard.routes import drawn

SOURCES = Path(dashboard.__file__).parent


def messages() -> dict[str, str]:
    """Every French message of the source → where it stands; a message must be a plain string."""
    found = {}
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_texts(node.func, path):
                first = node.args[0]
                where = f"{path.name}:{node.lineno}"
                assert isinstance(first, ast.Constant), f"{where}: not a plain string"
                found[str(first.value)] = where
    return found


def _is_texts(called: ast.expr, path: Path) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "texts"
    if isinstance(called, ast.Name):
        return called.id == "texts" or (called.id == "self" and path.name == "language.py")
    return False


def blanks(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_every_message_has_an_english_text() -> None:
    assert len(messages()) > 100
    missing = {m: where for m, where in messages().items() if m not in catalogue("en")}
    assert missing == {}


def test_no_english_text_is_left_over() -> None:
    assert set(catalogue("en")) - set(messages()) == set()


def test_translations_fill_the_same_blanks() -> None:
    different = [m for m, e in catalogue("en").items() if blanks(m) != blanks(e)]
    assert different == []


def test_no_translation_is_marked_doubtful() -> None:
    for path in (LOCALES / "en" / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            assert [m.id for m in read_po(file, locale="en") if m.id and m.fuzzy] == []


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in (
                "id",
                "className",
                "href",
                "src",
                "hrefLang",
                "value",
                "data-address",
                "role",
            ):
                yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", BY_PATH)
def test_a_page_keeps_to_its_language(library: Library, path: str, language: str) -> None:
    page = BY_PATH[path]
    content, address = drawn(library, page, f"?lang={language}")
    shown = page_frame(page, PAGES, page.form(library, address), address, content)
    text = json.dumps(
        shown, default=lambda c: c.make() if isinstance(c, Later) else c.to_plotly_json()
    )
    written = set(_strings(json.loads(text)))
    other = {french: english for french, english in catalogue("en").items() if french != english}
    foreign = set(other) if language == "en" else set(other.values())
    same_in_both = set(other) & set(other.values())
    assert written & (foreign - same_in_both) == set()
    expected = other.values() if language == "en" else other
    assert len(written & set(expected)) > 5


def test_numbers_are_written_as_in_each_language() -> None:
    french, english = texts_in("fr"), texts_in("en")
    assert french.number(1234567.25, 1).replace("\N{NARROW NO-BREAK SPACE}", " ") == "1 234 567,2"
    assert english.number(1234567.25, 1) == "1,234,567.2"
    assert french.number(-0.04, 1, signed=True) == "0,0"
    assert english.number(-3.26, 1, signed=True) == "\N{MINUS SIGN}3.3"
    assert english.number(3.26, 1, signed=True) == "+3.3"
    assert french.quarter("2030Q4") == "fin 2030"
    assert french.quarter("2030Q1") == "T1 2030"
    assert english.quarter("2030Q1") == "Q1 2030"


def test_the_subtitle_of_the_reference_is_on_the_page(view: Callable[..., object]) -> None:
    assert "financement constant en euros réels, pas la tendance" in view("").reference_note  # type: ignore[attr-defined]


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_are_written_as_babel_writes_them(
    language: Language, value: float, decimals: int
) -> None:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    expected = format_decimal(round(abs(value), decimals), pattern, locale=language)
    assert texts_in(language).number(value, decimals).lstrip("\N{MINUS SIGN}") == expected
