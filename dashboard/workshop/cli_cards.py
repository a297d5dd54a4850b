"""`penser-demain workshop cards`: the cards as sheets to print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.output import Language, console
from simulator.problems import InputError


def register_cards(app: typer.Typer) -> None:
    """Add the command `cards` to that of the workshop."""
    app.command("cards")(cards)


def cards(
    out: Annotated[Path, typer.Option(help="FILE.html, or FILE.pdf where a Chromium, Chrome or "
                                           "Edge is installed.")],
    language: Annotated[Language, typer.Option(help="Language of the cards.")] = Language.fr,
    folder: Annotated[
        Path | None,
        typer.Option("--cards", help="Folder of your own cards and shocks, instead of those that "
                                     "ship.", show_default=False),
    ] = None,
) -> None:  # fmt: skip
    """Write sheets of A4 to print on both sides and cut: nine cards of 63 × 88 mm to a page.

    Shocks, which the facilitator draws, stand on sheets of their own at the end.
    """
    from dashboard.workshop.pdf import write_pdf
    from dashboard.workshop.printing import cards_page, printed_cards

    if out.suffix.lower() not in (".html", ".pdf"):
        raise InputError.single("--out", f"{out} is neither a page nor a PDF",
                                "name a file that ends in .html or .pdf")  # fmt: skip
    page = cards_page(printed_cards(folder), language.value)
    if out.suffix.lower() == ".pdf":
        write_pdf(page, out)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
    console().print(str(out), markup=False, soft_wrap=True)
