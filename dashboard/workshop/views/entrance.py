"""The doors of the workshop: home, joining a room, a room that is no more."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.contacts import shipped_contacts
from dashboard.language import Language, Texts, texts_in
from dashboard.workshop.seen import Seen
from dashboard.workshop.views.closing import contact_list
from dashboard.workshop.views.document import shell
from dashboard.workshop.views.elements import Child, el, joined, name_of, once
from dashboard.workshop.views.words import anyone_may_step_out, family_words, place

HOME = "/atelier"
GUIDE = "/atelier/guide"
ONE_PAGE = "/atelier/participer"


def home_page(
    language: Language, *, open_link: str | None = None, code: str = "", problem: str | None = None
) -> str:
    """The first page: a code leads into a room (`GET /atelier?code=…`).

    `open_link`: where rooms are opened, for whoever may; `code`, `problem`: what was typed, and why
    it led nowhere.
    """
    texts = texts_in(language)
    opening: Child = None
    if open_link is not None:
        opening = el(
            "section",
            el("h2", texts("Animer")),
            el("p", el("a", texts("Ouvrir une salle"), href=open_link, class_="button")),
        )
    content = joined([
        el("h1", texts("L'atelier Penser demain")),
        el("p", texts("Jouer ensemble l'avenir de l'économie sociale et solidaire, en une "
                      "demi-journée."), class_="lead"),
        el("section", el("h2", texts("Rejoindre une salle")), _code_form(code, problem, texts)),
        opening,
        guides(texts),
    ])  # fmt: skip
    return shell("home", language, texts("L'atelier"), {"main": str(content)})


def join_page(seen: Seen, problem: str | None = None, request: str | None = None) -> str:
    """Which table to sit down at: each is a button that posts its id as `table`.

    `request`: an id that no other page has; sent along, so that a double click sits down once.
    """
    room = seen.room
    texts = texts_in(room.settings.language)
    buttons = [_table_button(seen, index, texts) for index, _ in enumerate(room.playing)]
    closed = room.phase == "ended" or not room.joining_open
    content = joined([
        el("h1", name_of(room.settings.title)),
        el("p", place(room, texts), " · ", texts("code {code}", code=room.code), class_="lead"),
        el("p", problem, class_="problem", role="alert") if problem else None,
        el("p", texts("La salle n'accueille plus de nouveaux téléphones."), class_="problem")
        if closed
        else el("form", once(request),
                el("fieldset", el("legend", texts("À quelle table êtes-vous ?")), buttons),
                method="post", action=f"{HOME}/{room.code}", class_="choose-table"),
        el("p", texts("On ne vous demande ni votre nom ni votre adresse. Un seul téléphone par "
                      "table suffit."), class_="note"),
        el("p", anyone_may_step_out(texts), class_="note"),
    ])  # fmt: skip
    return shell("join", texts.language, room.settings.title, {"main": str(content)})


def gone_page(language: Language) -> str:
    """A link that leads nowhere: a wrong code, a room that was deleted or ended long ago."""
    texts = texts_in(language)
    content = joined([
        el("h1", texts("Cette salle n'est pas, ou plus, ouverte")),
        el("p", texts("Le lien est peut-être incomplet, ou la salle a été supprimée : une salle "
                      "est effacée quelque temps après sa fin. Demandez le code à la personne "
                      "qui anime."), class_="lead"),
        _code_form("", None, texts),
        contact_list(shipped_contacts(), texts),
    ])  # fmt: skip
    return shell("gone", language, texts("Salle introuvable"), {"main": str(content)})


def guides(texts: Texts) -> Markup:
    """Links to the guides, which print on A4."""
    return el("p", [
        el("a", texts("Guide d'animation"), href=f"{GUIDE}?lang={texts.language}"), " · ",
        el("a", texts("Fiche des participants"), href=f"{ONE_PAGE}?lang={texts.language}"),
    ], class_="guide-links")  # fmt: skip


def _code_form(code: str, problem: str | None, texts: Texts) -> Markup:
    return el(
        "form",
        el("label", el("span", texts("Code affiché à l'écran")),
           el("input", type="text", name="code", value=code or None, required=True, maxlength=12,
              autocomplete="off", autocapitalize="characters", spellcheck="false",
              class_="code-field", aria_describedby="code-problem" if problem else None),
           class_="field"),
        el("p", problem, class_="field-problem", id="code-problem", role="alert") if problem
        else None,
        el("button", texts("Entrer"), type="submit", class_="button primary large"),
        method="get", action=HOME, class_="code-form",
    )  # fmt: skip


def _table_button(seen: Seen, index: int, texts: Texts) -> Markup:
    room = seen.room
    table = room.playing[index]
    role, phones = room.role_of(table), seen.present.get(table.id, 0)
    here = (
        texts("personne encore")
        if phones == 0
        else texts("1 téléphone")
        if phones == 1
        else texts("{count} téléphones", count=phones)
    )
    return el(
        "button",
        el("strong", name_of(table.name)),
        el("span", None if table.name.startswith(role.name) else [name_of(role.name), " – "],
           family_words(role, texts)),
        el("em", here),
        type="submit", name="table", value=table.id, class_="table-button",
    )  # fmt: skip
