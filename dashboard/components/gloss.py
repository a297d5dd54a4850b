"""A word with its meaning at hand: shown on hover, on focus and on a tap, see `assets/gloss.js`."""

from __future__ import annotations

import re
from typing import Any

from dash import html

from dashboard.glossary import Term, marked
from dashboard.language import Texts


def glossed(sentence: str, texts: Texts, place: str) -> list[Any]:
    """The pieces of a sentence, known words with their meaning.

    place: what tells this sentence from the others of its page, for the ids.
    """
    return [
        # A button may start a line; the bracket before it may not end one.
        re.sub(r"(?<=\()$", "\N{WORD JOINER}", piece)
        if isinstance(piece, str)
        else gloss(piece[0], piece[1], texts, place)
        for piece in marked(sentence, texts.language)
    ]


def gloss(word: str, term: Term, texts: Texts, place: str) -> html.Span:
    """One word, as `word` is written, with the meaning of its term."""
    name = f"gloss-{place}-{term.id}"
    return html.Span(
        [
            html.Button(
                word,
                className="gloss-word",
                **{
                    "type": "button",
                    "aria-expanded": "false",
                    "aria-controls": name,
                    "aria-describedby": name,
                },
            ),
            html.Span(
                texts.spaced(term.gloss.in_language(texts.language)),
                id=name,
                className="gloss-text",
                hidden=True,
            ),
        ],
        className="gloss",
    )
