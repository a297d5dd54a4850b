"""What stands at the end of a report: limits, next steps, where it comes from, whom to turn to."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.contacts import shipped_contacts
from dashboard.language import Texts
from dashboard.workshop.debrief.material import Debrief
from dashboard.workshop.export import export
from dashboard.workshop.views.closing import contact_list, debrief_questions
from dashboard.workshop.views.elements import Child, el, joined
from dashboard.workshop.views.words import place
from simulator.problems import InputError


def limits(texts: Texts) -> Markup:
    """What must not be read into it; `docs/limits.md` says it at length."""
    said = [
        texts("Aucune prévision. Ni date, ni niveau futur : seulement des écarts entre des futurs "
              "dont les hypothèses sont écrites."),
        texts("Le sort de personne. Ni d'une organisation, ni d'une commune, ni d'un financeur "
              "réels : les organisations du modèle sont artificielles."),
        texts("Rien des prochains mois. Le modèle raisonne en années : il ne dit pas si une "
              "organisation passera l'hiver."),
        texts("Pas de meilleure décision, ni de meilleure table. Aucun score, aucun classement : "
              "survivre peut coûter cher, fermer peut être juste."),
        texts("Pas de preuve qu'un accompagnement marche. L'outil est construit pour un réseau qui "
              "accompagne : ce qu'il en dit est supposé, et aucun mot de verdict n'est donné."),
        texts("Beaucoup de jugements. La plupart des paramètres tirés ne sont pas fixés par des "
              "chiffres publiés : si une plage est fausse, ou si un mécanisme manque, le mot "
              "« robuste » l'est aussi."),
        texts("Pas de réaction du dehors. Les budgets publics sont donnés : ni réponse politique, "
              "ni effet sur l'économie, ni dépense sociale évitée."),
        texts("Rien sur les associations sans salarié, environ neuf sur dix, ni sur les mutuelles "
              "d'assurance et les banques coopératives."),
    ]  # fmt: skip
    return el("ul", (el("li", one) for one in said), class_="not-said")


def next_steps(texts: Texts) -> Markup:
    """The five questions of the debrief, with room to write."""
    lines = el("div", [el("div")] * 3, class_="lines")
    return el(
        "ol",
        (el("li", el("p", one), lines) for one in debrief_questions(texts)),
        class_="questions",
    )


def provenance(debrief: Debrief, texts: Texts) -> Markup:
    """Version, seed and all else that it takes to play it again, with the command."""
    settings = debrief.room.settings
    scenario = debrief.room.start.title.in_language(texts.language)
    varied = {
        "accepted": texts("paramètres (ensemble calibré) et hasard"),
        "default": texts("hasard seul"),
    }[settings.source]
    population = texts("une ligne par organisation de la région") if settings.region else (
        settings.population)  # fmt: skip
    facts = [
        (texts("Salle"), debrief.room.code),
        (texts("Version du simulateur"), debrief.version),
        (texts("Scénario de départ"), f"{texts.spaced(scenario)} ({settings.scenario})"),
        (texts("Territoire"), place(debrief.room, texts)),
        (texts("Population"), population),
        (texts("Mondes simulés"), str(settings.worlds)),
        (texts("Ce qui varie entre eux"), varied),
        (texts("Graine"), str(settings.seed)),
    ]
    return joined([
        el("dl", (el("div", el("dt", name), el("dd", said)) for name, said in facts),
           class_="facts"),
        _again(debrief, texts),
    ])  # fmt: skip


def contacts(debrief: Debrief, texts: Texts) -> Markup:
    """Whom to turn to, from the file that the host may edit."""
    return contact_list(debrief.seen.contacts or shipped_contacts(), texts)


def _again(debrief: Debrief, texts: Texts) -> Child:
    try:
        made = export(debrief.room)
    except InputError as error:
        return el("p", error.problems[0].message, class_="problem")
    names = texts.listing(sorted(made.files))
    return [
        el("p", texts("Pour rejouer à l'identique, à côté des fichiers {names} que l'animation "
                      "peut télécharger :", names=names)),
        # An option that is cut at its hyphens could not be copied.
        el("pre", el("code", ([el("span", word), " "] for word in made.command.split()))),
    ]  # fmt: skip
