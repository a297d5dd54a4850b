"""The parts of an experiment's report as components of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.language import Texts

if TYPE_CHECKING:
    from experiments.report.blocks import Block, Picture, Section, Table

Address = Callable[[str, bool], str]
"""Address of a picture by its name, wide or narrow (True)."""


def report_section(section: Section, picture: Address, texts: Texts) -> html.Section:
    """A part of a report with its anchor."""
    title = f"{section.anchor}-title"
    return html.Section(
        [
            html.H2(section.title, id=title),
            *(_block(one, picture, texts) for one in section.blocks),
        ],
        id=section.anchor,
        **{"aria-labelledby": title},
    )


def _block(block: Block, picture: Address, texts: Texts) -> Any:
    from experiments.report import blocks

    match block:
        case blocks.Heading():
            return html.H3(block.text)
        case blocks.Paragraph():
            lead = [html.Strong(f"{block.lead}. ")] if block.lead else []
            tone = {"note": "note", "warning": "problem"}.get(block.tone, "reading")
            return html.P([*lead, block.text], className=tone)
        case blocks.Bullets():
            return html.Ul([html.Li(item) for item in block.items])
        case blocks.Code():
            return html.Pre(html.Code(block.text), tabIndex="0")
        case blocks.Table():
            return _table(block)
        case blocks.Folded():
            inside = [_block(one, picture, texts) for one in block.blocks]
            return html.Details([html.Summary(block.summary), *inside])
        case blocks.Picture():
            return _picture(block, picture, texts)


def _table(block: Table) -> Any:
    def attributes(column: int) -> dict[str, str]:
        numeric = block.numbers_from <= column < block.numbers_to
        english = {"lang": "en"} if column in block.in_english else {}
        return {"className": "number" if numeric else "words", **english}

    rows = [
        html.Tr(
            [
                html.Th(cell, scope="row") if column == 0 else html.Td(cell, **attributes(column))
                for column, cell in enumerate(row)
            ]
        )
        for row in block.rows
    ]
    head = [
        html.Th(column, scope="col", **attributes(position))
        for position, column in enumerate(block.columns)
    ]
    table = html.Div(
        html.Table([html.Caption(block.caption), html.Thead(html.Tr(head)), html.Tbody(rows)]),
        className="table-scroll report-table",
        tabIndex="0",
        role="region",
        **{"aria-label": block.caption},
    )
    if block.folded:
        return html.Details([html.Summary(block.caption), table])
    return html.Div([html.P(block.caption, className="table-caption"), table])


def _picture(block: Picture, address: Address, texts: Texts) -> html.Figure:
    title = f"picture-{block.name}"
    return html.Figure(
        [
            html.Figcaption(block.title, id=title, className="panel-title"),
            html.P(block.unit, className="panel-subtitle"),
            html.Picture(
                [
                    html.Source(srcSet=address(block.name, True), media="(max-width: 640px)"),
                    html.Img(
                        src=address(block.name, False),
                        alt=block.title,
                        className="report-picture",
                    ),
                ]
            ),
            html.P(block.alternative, className="reading"),
            html.P(block.source, className="note source"),
            _table(block.table),
            html.P(
                html.A(texts("Image (SVG)"), href=address(block.name, False), download=True),
                className="downloads",
            ),
        ],
        className="figure report-figure",
        role="group",
        **{"aria-labelledby": title},
    )
