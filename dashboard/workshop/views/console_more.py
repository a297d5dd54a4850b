"""Less frequent things of a facilitator's page: tables, events, hypotheses, links, the end."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.room.assumptions import ASSUMPTIONS
from dashboard.workshop.room.settings import LONGEST_NAME, MOST_TABLES
from dashboard.workshop.room.state import Room
from dashboard.workshop.seen import Seen
from dashboard.workshop.views.assumption_words import questions
from dashboard.workshop.views.debating import proposals_list, supposed_part
from dashboard.workshop.views.elements import Child, button, command, el, joined
from dashboard.workshop.views.entrance import guides
from dashboard.workshop.views.trace import told
from dashboard.workshop.views.words import card_named, card_title, phones_can_enter


def seat(room: Room, texts: Texts) -> Markup | None:
    """Another table."""
    if room.phase == "ended" or len(room.tables) >= MOST_TABLES:
        return None
    form = el(
        "form", *seat_fields(room, texts),
        el("button", texts("Ajouter la table"), type="submit", class_="button"),
        data_do=command(do="seat", retired=False), data_clear=True,
    )  # fmt: skip
    return _folded("seat", texts("Ajouter une table"), form)


def seat_fields(room: Room, texts: Texts, name: str = "", role: str = "") -> list[Markup]:
    """Name and role of a table; one that has its role keeps it once the session has begun."""
    kept = bool(role) and room.phase != "lobby"
    roles = [
        el("option", one.name, value=one.id, selected=one.id == role)
        for one in room.settings.roles if one.id == role or not kept
    ]  # fmt: skip
    named = el("input", type="text", data_key="name", required=True, maxlength=LONGEST_NAME,
               autocomplete="off", value=name or None)  # fmt: skip
    return [
        _field(texts("Nom de la table"), named),
        _field(texts("Son rôle"), el("select", roles, data_key="role")),
    ]


def shocks(room: Room, texts: Texts) -> Markup | None:
    """Events of the world that the facilitator may draw for the round."""
    drawn = {shock for _, shock in room.shocks}
    here = [card_named(room, shock, texts) for at, shock in room.shocks if at == room.round]
    said = [el("li", name) for name in here] if room.phase != "lobby" else []
    left = [card for name, card in room.deck.shocks.items() if name not in drawn]
    if room.phase not in ("predict", "decide") or not left:
        return None if not said else _folded("shocks", texts("Chocs de ce tour"),
                                             el("ul", said))  # fmt: skip
    do = {"do": "strike", "round": room.round, "drawn": len(room.shocks)}
    choices = [
        el("li", el("p", el("strong", card_title(card, texts))),
           el("p", texts.spaced(card.text.in_language(texts.language)), class_="note"),
           button(texts("Tirer celui-ci"), {**do, "shock": card.id}))
        for card in left
    ]  # fmt: skip
    inside = joined([
        el("ul", said) if said else None,
        el("p", texts("Un choc frappe dès le début du tour, avec et sans les décisions de la "
                      "salle : il n'est la faute d'aucune table."), class_="note"),
        button(texts("Tirer au hasard"), {**do, "shock": None}, kind="primary"),
        el("ul", choices, class_="plain"),
    ])  # fmt: skip
    return _folded("shocks", texts("Tirer un choc"), inside)


def suppose(seen: Seen, texts: Texts) -> Markup | None:
    """Proposals of the tables, and the room played again under one of them."""
    room = seen.room
    if room.phase not in ("reveal", "debate", "debrief") or not room.revealed:
        return None
    asked = questions(texts)
    do = {"do": "suppose", "round": room.round}
    wanted: dict[tuple[str, str], int] = {}
    for proposal in room.proposals:
        if proposal.round == room.round:
            key = (proposal.parameter, proposal.toward)
            wanted[key] = wanted.get(key, 0) + 1
    proposed = [
        el("li", button(joined([texts("Essayer :"), " ", asked[name].changed(name, way)]),
                        {**do, "parameter": name, "toward": way}))
        for name, way in wanted
    ]  # fmt: skip
    options = [
        el("option", asked[name].changed(name, way),
           value=command(parameter=name, toward=way))
        for name in ASSUMPTIONS for way in ("low", "high")
    ]  # fmt: skip
    form = el(
        "form",
        _field(texts("Une autre hypothèse"), el("select", options, data_set_from="value")),
        el("button", texts("Rejouer avec elle"), type="submit", class_="button"),
        data_do=command(**do),
    )  # fmt: skip
    back = (
        button(texts("Revenir à l'hypothèse du modèle"), {**do, "parameter": None, "toward": None})
        if room.hypothesis
        else None
    )
    inside = joined([
        proposals_list(room, texts), el("ul", proposed, class_="plain"), form, back,
        supposed_part(seen, texts),
    ])  # fmt: skip
    return _folded("suppose", texts("Essayer une autre hypothèse"), inside,
                   opened=room.phase == "debate")  # fmt: skip


def switches(room: Room, texts: Texts) -> Markup | None:
    """Pause, decisions, joining, undoing, going to the end."""
    if room.phase == "ended":
        return el("div", _undo(room, texts), class_="buttons")
    buttons: list[Child] = [
        _switch("paused", room.paused, texts("Reprendre"), texts("Mettre en pause")),
        _switch("decisions_open", room.decisions_open, texts("Fermer les décisions"),
                texts("Rouvrir les décisions")) if room.phase == "decide" else None,
        _switch("joining_open", room.joining_open, texts("Ne plus accueillir de téléphones"),
                texts("Accueillir de nouveau")),
        _undo(room, texts),
    ]  # fmt: skip
    if room.phase not in ("lobby", "debrief"):
        buttons.append(button(
            texts("Passer tout de suite au débat final"), {"do": "finish"},
            confirm=texts("Laisser les tours qui restent et passer au débat final ?"),
        ))  # fmt: skip
    return el("section", el("h2", texts("Réglages en cours de route")),
              el("div", buttons, class_="buttons"))  # fmt: skip


def _undo(room: Room, texts: Texts) -> Child:
    """Takes back one step, which it names: what was done since by phones stays."""
    if not room.steps:
        return None
    line, event = room.steps[-1]
    step = texts.quoted((told(event, room, texts) or "").rstrip("."))
    sure = texts("Annuler {step} ? Ce pas reste noté, et les choix des tables sont gardés.",
                 step=step)  # fmt: skip
    return joined([
        button(texts("Annuler la dernière action"), {"do": "undo", "of": line}, confirm=sure,
               aria_describedby="undo-step"),
        el("p", texts("Dernière action : {step}", step=step), class_="note", id="undo-step"),
    ])  # fmt: skip


def links(seen: Seen, texts: Texts) -> Markup:
    """How people join, and the page of the projector."""
    room, known = seen.room, seen.links
    lines: list[Child] = [el("p", texts("Code de la salle :"), " ",
                             el("strong", room.code, class_="code"))]  # fmt: skip
    if "join" in known:
        lines.append(el("p", texts("Pour rejoindre :"), " ", _link(known["join"])))
    if "join" in known and not phones_can_enter(known):
        lines.append(el("p", texts("Cette adresse ne marche que sur cet ordinateur. Pour que des "
                                   "téléphones entrent, relancez l'atelier avec --host 0.0.0.0."),
                        class_="note"))  # fmt: skip
    elif "qr" in known:
        alt = texts("QR code de l'adresse pour rejoindre")
        lines.append(el("img", src=known["qr"], alt=alt, class_="qr", width=200, height=200))
    if "screen" in known:
        lines.append(el("p", texts("Page à projeter :"), " ", _link(known["screen"])))
    if "console" in known:
        lines.append(el("p", texts("Cette page, à garder pour vous :"), " ",
                        _link(known["console"])))  # fmt: skip
    lines.append(guides(texts))
    return _folded("links", texts("Adresses et QR code"), joined(lines),
                   opened=room.phase == "lobby")  # fmt: skip


def downloads(seen: Seen, texts: Texts) -> Markup | None:
    """Files of what was played so far."""
    base, over = seen.links.get("export"), seen.room.phase in ("debrief", "ended")
    if base is None or not (seen.room.revealed or over):
        return None
    pdf = "print" in seen.links
    files = [
        ("bilan.html", texts("Le bilan de la séance (page)")),
        ("bilan.pdf", texts("Le bilan de la séance (PDF)")) if pdf else None,
        ("fiches.html", texts("Les fiches des tables (page)")),
        ("fiches.pdf", texts("Les fiches des tables (PDF)")) if pdf else None,
        ("scenario.yaml", texts("Ce qui a été joué, à rejouer (scénario, YAML)")),
        ("reference.yaml", texts("La même chose sans vos décisions (référence, YAML)")),
        ("resultats.zip", texts("Tous les nombres (dossier compressé)")),
    ]
    listed = [
        el("li", el("a", file[1], href=f"{base}/{file[0]}?lang={texts.language}", download=True))
        for file in files if file is not None
    ]  # fmt: skip
    how = None if pdf else el("p", texts("Pour un PDF : ouvrez la page et imprimez-la."),
                              class_="note")  # fmt: skip
    return _folded("downloads", texts("Télécharger"), joined([el("ul", listed), how]), opened=over)


def stop(seen: Seen, texts: Texts) -> Markup:
    """The end of the session, and of the room."""
    room, inside = seen.room, list[Child]()
    if room.phase != "ended":
        inside.append(button(
            texts("Terminer la séance maintenant"), {"do": "end"}, kind="danger",
            confirm=texts("Terminer la séance ? Les tables ne pourront plus rien changer."),
        ))  # fmt: skip
    if "delete" in seen.links:
        inside.append(el(
            "form",
            el("p", texts("Supprimer la salle efface tout ce qui s'y est joué, pour tout le monde "
                          "et pour toujours."), class_="note"),
            _field(joined([texts("Pour confirmer, écrivez le code de la salle :"), " ",
                           el("strong", room.code)]),
                   el("input", type="text", name="code", required=True, autocomplete="off",
                      pattern=room.code, maxlength=12)),
            el("button", texts("Supprimer la salle"), type="submit", class_="button danger"),
            method="post", action=seen.links["delete"],
        ))  # fmt: skip
    return _folded("stop", texts("Terminer, supprimer"), joined(inside))


def _switch(what: str, on: bool, when_on: str, when_off: str) -> Markup:
    return button(when_on if on else when_off, {"do": "switch", "what": what, "on": not on})


def _link(address: str) -> Markup:
    return el("a", address, href=address, class_="address", target="_blank", rel="noreferrer")


def _field(label: Child, control: Markup) -> Markup:
    return el("label", el("span", label), control, class_="field")


def _folded(key: str, title: str, inside: Child, *, opened: bool = False) -> Markup:
    # Another element where it is to open by itself: pages keep as it is what a person folded.
    name = f"fold-{key}-now" if opened else f"fold-{key}"
    return el("details", el("summary", title), inside, id=name, open=opened, class_="folded")
