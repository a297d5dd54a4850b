"""Elements as text say what they say."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from dashboard.markup import markup
from dashboard.page import Later


def test_attributes_have_the_names_of_html() -> None:
    part = html.Label(
        ["a & b", None, 3, html.Br(), html.Img(src="x?a=1&b=2", alt='"')],
        htmlFor="field",
        className="c",
        tabIndex="0",
        hidden=True,
        style={"minHeight": "3px", "color": "red"},
        **{"data-kind": "<x>", "aria-hidden": "false"},
    )
    assert markup(part) == (
        '<label aria-hidden="false" class="c" data-kind="&lt;x&gt;" hidden="" for="field" '
        'style="min-height:3px;color:red" tabindex="0">'
        'a &amp; b3<br><img alt=\'"\' src="x?a=1&amp;b=2"></label>'
    )


def test_what_is_false_or_nothing_is_left_out() -> None:
    assert markup(html.Details(html.Summary("s"), open=False, title=None)) == (
        "<details><summary>s</summary></details>"
    )


@given(st.text(), st.text() | st.text("\"'<>&; x"))
def test_no_text_becomes_an_element(text: str, attribute: str) -> None:
    seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, attrs))

    Reader().feed(markup(html.P(text, title=attribute)))
    assert seen == [("p", [("title", attribute)])]


def test_a_part_for_later_is_made_in_its_place() -> None:
    assert markup(["a", Later("b", lambda: html.B("b", id="b")), "c"]) == 'a<b id="b">b</b>c'


def test_text_that_is_html_already_stays() -> None:
    assert markup(html.P(Markup("<b>&amp;</b>"))) == "<p><b>&amp;</b></p>"


def test_a_component_that_is_not_html_is_refused() -> None:
    with pytest.raises(TypeError, match="Interval"):
        markup(html.Div([dcc.Interval(id="clock")]))
