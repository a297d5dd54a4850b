"""Whom to turn to, in short and in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.contacts import Contact
from dashboard.language import Texts


def kind_names(texts: Texts) -> dict[str, str]:
    """Kind of contact → the need that it answers, in the order of urgency."""
    return {
        "psychological_support": texts("Parler à quelqu'un"),
        "first_contact": texts("Faire le point rapidement"),
        "court": texts("Négocier avec l'appui du tribunal"),
        "debts": texts("Étaler des dettes, obtenir un crédit"),
        "support": texts("Être accompagné"),
        "network": texts("Ne pas rester seul"),
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
                "« Vérifié » dit le jour où les pages citées ont été lues ; aucun numéro n'a été "
                "appelé. Qui héberge ces pages peut remplacer cette liste par la sienne."
            ),
            className="note",
        ),
    ]


def _card(contact: Contact, texts: Texts) -> list[Any]:
    sources: list[Any] = []
    for source in contact.sources:
        sources += [" · ", html.A(source.title, href=source.url, rel="noreferrer", lang="fr")]
    return [
        html.P(_name(contact, texts), className="contact-name"),
        html.P(contact.does.in_language(texts.language)),
        html.P(
            texts.said(texts("Comment"), contact.reach.in_language(texts.language)),
            className="contact-reach",
        ),
        html.P(
            [texts("Vérifié le {day}, d'après :", day=contact.checked), " ", *sources[1:]],
            className="note",
        ),
    ]


def _name(contact: Contact, texts: Texts) -> Any:
    name = contact.name.in_language(texts.language)
    if contact.url is None:
        return html.Strong(name)
    return html.A(name, href=contact.url, rel="noreferrer")
