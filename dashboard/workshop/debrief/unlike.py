"""In what rooms side by side were not set up alike: none of it is what their tables decided."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.elements import Child, el, joined, name_of


def set_up(here: Room, others: Sequence[tuple[str, Room]], texts: Texts) -> Markup:
    """How other rooms, each with its letter, differ from this one before anybody decided."""
    unlike = [(letter, room, found) for letter, room in others if (found := _unlike(room, here))]
    if not unlike:
        return el("p", texts("Toutes partent du même futur, avec le même hasard et le même "
                             "horizon."), class_="note")  # fmt: skip
    lines = [
        el("li", el("span", letter, class_="dimmed"), " ", name_of(room.settings.title), " – ",
           texts.series([_told(name, room, texts) for name in found]))
        for letter, room, found in unlike
    ]  # fmt: skip
    warning: Child = texts(
        "Ces salles n'étaient pas réglées comme celle-ci. Comparez seulement l'écart de chacune à "
        "sa propre référence, jamais les niveaux d'une salle à ceux d'une autre :"
    )
    return joined([el("p", warning), el("ul", lines)])


def _unlike(room: Room, here: Room) -> list[str]:
    own, other = here.settings, room.settings
    found = {
        "start": room.start.digest != here.start.digest,
        "seed": other.seed != own.seed,
        "end": other.rounds[-1] != own.rounds[-1],
        "source": other.source != own.source,
        "worlds": other.worlds != own.worlds,
    }
    return [name for name, differs in found.items() if differs]


def _told(name: str, room: Room, texts: Texts) -> str:
    settings = room.settings
    return {
        "start": texts("part d'un autre futur, {title}",
                       title=texts.quoted(room.start.title.in_language(texts.language))),
        "seed": texts("un autre hasard (graine {seed})", seed=settings.seed),
        "end": texts("un autre horizon, {end}", end=texts.quarter(settings.rounds[-1])),
        "source": texts("paramètres et hasard varient d'un monde à l'autre")
        if settings.source == "accepted"
        else texts("seul le hasard varie d'un monde à l'autre"),
        "worlds": texts("{count} mondes simulés", count=settings.worlds),
    }[name]  # fmt: skip
