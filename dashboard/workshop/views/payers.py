"""Who pays what was decided: euros a year more than in the reference."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.account_names import GATHERED, payer_name
from dashboard.language import Texts
from dashboard.money import CASH
from dashboard.units import display_unit
from dashboard.workshop.outcome import Outcome
from dashboard.workshop.views.elements import el
from dashboard.workshop.views.shares import Line, how_to_read_bars, shares_figure


def payers_figure(outcome: Outcome, texts: Texts) -> Markup:
    """Who pays more or less, in the order of all pages; those that move least as one, the last."""
    title = el("h2", texts("Qui paie"))
    if not outcome.payers:
        return el("section", title, el("p", texts("Le calcul continue."), class_="note"))
    others = outcome.other_payers
    alone = [code for code in outcome.payers if others is None or code not in others.payers]
    lines = [Line(payer_name(code, texts), outcome.payers[code]) for code in alone]
    if others is not None:
        lines.append(Line(payer_name(GATHERED, texts), others.together, whole=True))
    largest = max(max(abs(one.interval.low), abs(one.interval.high)) for one in lines)
    unit = display_unit("eur", largest, texts)
    said = texts(
        "Chaque année du tour, par rapport à la référence : à droite, qui paie plus ; à gauche, "
        "qui paie moins."
    )
    caption = unit.name[:1].upper() + unit.name[1:]
    meant = [said for code, said in _meanings(texts).items() if code in outcome.payers]
    if others is not None:
        names = texts.listing([payer_name(code, texts) for code in others.payers])
        meant.insert(0, texts("Autres : {names}, ensemble.", names=names))
    note = el("p", " ".join([how_to_read_bars(texts), *meant]), class_="note")
    figure = shares_figure(lines, unit, caption, texts("Qui paie"), texts)
    return el("section", title, el("p", said), el("div", figure, class_="figures one"), note)


def _meanings(texts: Texts) -> dict[str, str]:
    """Payers whose name does not say what they pay with."""
    return {
        "suppliers_and_taxes": texts("Fournisseurs, impôts : ce qui leur est payé plus tard, ou "
                                     "jamais."),
        CASH: texts("Trésorerie puisée : les réserves des organisations."),
    }  # fmt: skip
