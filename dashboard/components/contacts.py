"""Whom to turn to, in short and in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from dash import html

from dashboard.contacts import Contact
from dashboard.language import Texts


def kind_names(texts: Texts) -> dict[str, str]:
    """Kind of contact → the need that it answers, in the order of the page."""
    return {
        "first_contact": texts("Faire le point rapidement"),
        "court": texts("Négocier avec l'appui du tribunal"),
        "debts": texts("Étaler des dettes, obtenir un crédit"),
        "support": texts("Être accompagné"),
        "network": texts("Ne pas rester seul"),
        "psychological_support": texts("Parler à quelqu'un, pour soi"),
    }


def contacts_in_short(contacts: Sequence[Contact], texts: Texts) -> html.Dl:
    """Names by need."""
    lines: list[Any] = []
    for kind, need in kind_names(texts).items():
        names = [_name(contact, texts) for contact in contacts if contact.kind == kind]
        if names:
            lines.append(html.Div([html.Dt(need), *(html.Dd(name) for name in names)]))
    return html.Dl(lines, className="contacts-short")


def contacts_in_full(contacts: Sequence[Contact], texts: Texts) -> list[Any]:
    """What each does, how to reach them, sources and the day when these were read."""
    order = list(kind_names(texts))
    cards = [
        html.Li(_card(contact, texts))
        for contact in sorted(contacts, key=lambda one: order.index(one.kind))
    ]
    return [
        html.Ul(cards, className="contacts"),
        html.P(
            texts(
                "Chaque contact est décrit d'après les pages citées ; aucun numéro n'a été appelé. "
                "Qui héberge ces pages peut remplacer cette liste par la sienne."
            ),
            className="note",
        ),
    ]


def _card(contact: Contact, texts: Texts) -> list[Any]:
    does, reach = (
        texts.spaced(t.in_language(texts.language)) for t in (contact.does, contact.reach)
    )
    checked = format_date(date.fromisoformat(contact.checked), format="long", locale=texts.language)
    return [
        html.P(_name(contact, texts), className="contact-name"),
        html.P(does),
        html.P(texts.said(texts("Comment"), reach)),
        html.Details(
            [
                html.Summary(texts("Sources, lues le {day}", day=checked)),
                html.Ul(
                    [
                        html.Li(html.A(s.title, href=s.url, rel="noreferrer", lang="fr"))
                        for s in contact.sources
                    ]
                ),
            ],
            className="note",
        ),
    ]


def _name(contact: Contact, texts: Texts) -> Any:
    name = texts.spaced(contact.name.in_language(texts.language))
    if contact.url is None:
        return html.Strong(name)
    return html.A(name, href=contact.url, rel="noreferrer")
