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
    pieces = marked(sentence, texts.language)
    made: list[Any] = []
    for position, piece in enumerate(pieces):
        if isinstance(piece, str):
            made.append(piece)
            continue
        # A line may break beside a button: what clings to the word goes with it.
        before = _last(made[-1]) if made and isinstance(made[-1], str) else ""
        following = pieces[position + 1] if position + 1 < len(pieces) else ""
        after = _first(following) if isinstance(following, str) else ""
        if before:
            made[-1] = made[-1][: -len(before)]
        if after:
            pieces[position + 1] = str(following)[len(after) :]
        made.append(gloss(piece[0], piece[1], texts, place, before, after))
    return made


def _last(piece: str) -> str:
    found = re.search(r"(?:[«(\[]\N{NO-BREAK SPACE}?|[dlsnmjcq]['’])$", piece)
    return found[0] if found else ""


def _first(piece: str) -> str:
    found = re.match(r"(?:\N{NO-BREAK SPACE}[»:;!?%]|[)\],.;:»])+", piece)
    return found[0] if found else ""


def gloss(
    word: str, term: Term, texts: Texts, place: str, before: str = "", after: str = ""
) -> html.Span:
    """One word, as `word` is written, with the meaning of its term.

    before, after: quotes, brackets and points that stay on its line.
    """
    name = f"gloss-{place}-{term.id}"
    return html.Span(
        [
            *([before] if before else []),
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
            *([after] if after else []),
        ],
        className="gloss",
    )
