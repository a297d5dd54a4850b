"""A table that is fetched when it is unfolded: a page of many tables stays light."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.language import Texts


def folded_table(key: str, title: str, summary: Any, source: str, texts: Texts) -> html.Details:
    """Folded place of the table of a panel; `source` is the address of its HTML."""
    return html.Details(
        [
            html.Summary(summary),
            html.Div(
                html.P(texts("Chargement…"), className="note"),
                id=f"{key}-table",
                className="table-scroll",
                tabIndex="0",
                role="region",
                **{
                    "aria-label": title,
                    "data-place": "true",
                    "data-failed": texts(
                        "Le tableau n'a pas pu être chargé. Repliez-le et dépliez-le pour "
                        "réessayer."
                    ),
                },
            ),
        ],
        # Another view is another table: a new element, folded, forgets the old one.
        key=source,
        **{"data-table": source},
    )
