"""The parts of an experiment's report as components of a page."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboard.components.badge import badge
from dashboard.language import MINUS, Texts
from dashboard.panels.panel import as_text

if TYPE_CHECKING:
    from experiments.report.blocks import Block, Picture, Section, Table

Address = Callable[..., str]
"""Address of something of a picture: its name, the ending of the file, parts of the query."""
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3})")
_SPACES: Final = re.compile(r"(?<=\d)[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}](?=\d)")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?")


def table_csv(table: Table, for_spreadsheet: bool) -> bytes:
    """The table of a picture as CSV: as French spreadsheets open it, or plain.

    A plain one takes a table in English: numbers are then read as numbers by any program.
    """
    written = io.StringIO()
    if for_spreadsheet:
        lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
        lines.writerows([[_cell(cell) for cell in row] for row in (table.columns, *table.rows)])
        return written.getvalue().encode("utf-8-sig")
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(table.columns)
    for row in table.rows:
        lines.writerow([_THOUSANDS.sub("", cell).replace(MINUS, "-") for cell in row])
    return written.getvalue().encode()


def _cell(cell: str) -> str:
    """A number as spreadsheets read one; any other text is never a formula."""
    number = _SPACES.sub("", cell).replace(MINUS, "-")
    return number if _NUMBER.fullmatch(number) else str(as_text(cell))


def report_section(section: Section, picture: Address, folder: str, texts: Texts) -> html.Section:
    """A part of a report with its anchor; `folder`: name of the experiment's folder."""
    title = f"{section.anchor}-title"
    return html.Section(
        [
            html.H2(section.title, id=title),
            *(_block(one, picture, folder, texts) for one in section.blocks),
        ],
        id=section.anchor,
        **{"aria-labelledby": title},
    )


def _block(block: Block, picture: Address, folder: str, texts: Texts) -> Any:
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
            inside = [_block(one, picture, folder, texts) for one in block.blocks]
            return html.Details([html.Summary(block.summary), *inside])
        case blocks.Picture():
            return _picture(block, picture, folder, texts)


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


def _picture(block: Picture, address: Address, folder: str, texts: Texts) -> html.Figure:
    title = f"picture-{block.name}"
    return html.Figure(
        [
            html.Figcaption(block.title, id=title, className="panel-title"),
            html.P(block.unit, className="panel-subtitle"),
            html.Picture(
                [
                    html.Source(srcSet=address(block.name, narrow="1"), media="(max-width: 640px)"),
                    html.Img(
                        src=address(block.name),
                        alt=block.title,
                        className="report-picture",
                    ),
                ]
            ),
            html.P(block.alternative, className="reading"),
            html.P([badge("simulation", texts), " ", block.source], className="note source"),
            _table(block.table),
            _in_python(block.name, folder, texts),
            html.P(
                [
                    html.A(words, href=href, **({"download": True} if image else {}))
                    for words, href, image in (
                        (
                            texts("CSV pour tableur (; et virgule)"),
                            address(block.name, "csv", format="tableur"),
                            False,
                        ),
                        (texts("CSV simple"), address(block.name, "csv"), False),
                        (texts("Image PNG"), address(block.name, "png"), True),
                        (texts("Image SVG"), address(block.name), True),
                    )
                ],
                className="downloads",
            ),
        ],
        className="figure report-figure",
        role="group",
        **{"aria-labelledby": title},
    )


def python_of(name: str, folder: str, language: str) -> str:
    """Code that leaves the numbers of a picture in `table`, where the experiment's folder is."""
    return "\n".join(
        [
            "import pandas as pd",
            "from experiments.report.pictures import pictures",
            "from experiments.results import ExperimentResults",
            "",
            f"results = ExperimentResults.load({json.dumps(folder)}, allow_incomplete=True)",
            f"shown = pictures(results, {json.dumps(language)})[{json.dumps(name)}].table",
            "table = pd.DataFrame(shown.rows, columns=shown.columns)",
            "print(table)",
        ]
    )


def _in_python(name: str, folder: str, texts: Texts) -> html.Details:
    return html.Details(
        [
            html.Summary(texts("Comment obtenir ces nombres en Python")),
            html.P(
                texts(
                    "À lancer là où le paquet est installé, à côté du dossier de l'expérience. "
                    "Les nombres de chaque monde sont dans ses fichiers Parquet."
                ),
                className="note",
            ),
            html.Pre(html.Code(python_of(name, folder, texts.language)), tabIndex="0"),
        ]
    )
