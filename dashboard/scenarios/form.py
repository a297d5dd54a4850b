"""The form of a draft as HTML, made again by the server after each change."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import jinja2

from dashboard.scenarios.faults import Told, told
from dashboard.scenarios.fields import (
    Field,
    lever_fields,
    option_label,
    when_fields,
    where_fields,
)
from dashboard.scenarios.posted import document_of
from dashboard.scenarios.typed import chosen, write_typed
from simulator.levers.registry import FAMILIES, LEVERS
from simulator.scenario import list_scenarios, load_scenario

if TYPE_CHECKING:
    from dashboard.language import Texts
    from dashboard.scenarios.sought import Sought
    from simulator.strict_model import Bilingual

ACTION: Final = "/scenarios/atelier"


@dataclass(frozen=True)
class LeverForm:
    """One lever: its fields in three groups."""

    path: str
    place: str
    name: str
    title: str
    about: str
    sentence: str
    own: tuple[Field, ...]
    when: tuple[Field, ...]
    where: tuple[Field, ...]


def family_names(texts: Texts) -> dict[str, str]:
    """Families of scenarios and of levers in words."""
    return {
        "funding_cuts": texts("Coupes et gels"),
        "mergers": texts("Fusions et mutualisations"),
        "new_revenue": texts("Nouvelles ressources"),
        "contracts_and_cash": texts("Contrats et trésorerie"),
        "demand_and_costs": texts("Demande et coûts"),
        "support": texts("Soutien et accompagnement"),
        "combined": texts("Combinaisons"),
        "any": texts("Pour experts du modèle"),
    }


def form_html(draft: Sought, texts: Texts) -> str:
    """The form of a draft; its text alone where that is nothing that a form can show."""
    document = document_of(draft.text)
    if document is None:
        return _environment().get_template("text.html").render(
            text=draft.text, words=_words(texts), other_faults=text_faults(draft, texts.language),
            all_faults=True, form_shown=False,
        )  # fmt: skip
    language = texts.language
    names = family_names(texts)
    levers = _levers(document, draft, language)
    faults, other = _placed(text_faults(draft, language), _names(levers))
    template = _environment().get_template("builder.html")
    return template.render(
        language=language,
        action=ACTION,
        text=draft.text,
        words=_words(texts),
        shape=" ".join(lever.name for lever in levers) + (" +" if document.get("extends") else ""),
        levers=levers,
        values=lambda name: write_typed(_at(document, name)),
        chosen=lambda name: chosen(_at(document, name)),
        faults=faults,
        other_faults=other,
        all_faults=draft.faults is not None,
        extends=bool(document.get("extends")),
        option_label=option_label,
        bases=[(name, title.in_language(language)) for name, title in _bases()],
        families=[(code, names[code]) for code in names if code != "any"],
        choices=[
            (names[family], [(one, LEVERS[one].names[language]) for one in some])
            for family, some in FAMILIES.items()
        ],
    )


def text_faults(draft: Sought, language: str) -> list[Told]:
    """Every fault of a draft, for a page without its form."""
    return [] if draft.faults is None else told(draft.faults, language)


@cache
def _bases() -> list[tuple[str, Bilingual]]:
    return [(name, load_scenario(name).title) for name in list_scenarios()]


def _levers(document: dict[str, Any], draft: Sought, language: str) -> list[LeverForm]:
    listed = document.get("levers") or []
    # Inherited levers come first among those of a scenario that extends another.
    sentences = [] if draft.scenario is None else draft.scenario.sentences(language)
    own = sentences[len(sentences) - len(listed) :] if listed else []
    return [
        LeverForm(
            f"levers[{index}].",
            f"levers[{index}]",
            one["lever"],
            LEVERS[one["lever"]].names[language],
            LEVERS[one["lever"]].about[language],
            own[index] if index < len(own) else "",
            lever_fields(one["lever"]),
            when_fields(one["lever"]),
            where_fields(one["lever"]),
        )
        for index, one in enumerate(listed)
    ]


def _names(levers: list[LeverForm]) -> set[str]:
    """Paths that have a place for their fault in the form."""
    found = {"title.fr", "title.en", "narrative.fr", "narrative.en", "extends", "family"}
    found.add("horizon.quarters")
    for lever in levers:
        found.add(lever.place)
        fields = (*lever.own, *lever.when, *lever.where)
        found |= {lever.path + field.name for field in fields}
    return found


def _placed(faults: list[Told], shown: set[str]) -> tuple[dict[str, list[Told]], list[Told]]:
    """Faults by the field of the form that they stand under, and those that have none."""
    placed: dict[str, list[Told]] = defaultdict(list)
    other = []
    for one in faults:
        steps = re.split(r"(?=[.\[])", one.field)
        paths = ("".join(steps[:length]) for length in range(len(steps), 0, -1))
        place = next((path for path in paths if path in shown), None)
        if place is None:
            other.append(one)
        else:
            placed[place].append(one)
    return dict(placed), other


def _at(document: Any, path: str) -> Any:
    value = document
    for step in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("dashboard.scenarios"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _words(texts: Texts) -> dict[str, str]:
    return {
        "title_fr": texts("Titre en français"),
        "title_en": texts("Titre en anglais (facultatif)"),
        "narrative_fr": texts("Ce que ce scénario suppose, en quelques phrases"),
        "narrative_en": texts("Le même texte en anglais (facultatif)"),
        "extends": texts("Partir de"),
        "from_nothing": texts("rien : le financement constant"),
        "family": texts("Famille"),
        "quarters": texts("Durée en trimestres (40 : dix ans)"),
        "levers": texts("Leviers"),
        "when": texts("Quand"),
        "where": texts("Où et qui : tout, ou seulement ce qui est coché"),
        "remove": texts("Enlever ce levier"),
        "no_lever": texts("Aucun levier encore : choisissez-en un ci-dessous."),
        "new_lever": texts("Nouveau levier"),
        "add": texts("Ajouter ce levier"),
        "none": texts("pas précisé"),
        "example": texts("Exemple :"),
        "faults": texts("À corriger avant de simuler"),
        "some_faults": texts(
            "À corriger avant de simuler : voyez les remarques près des champs. Rien de ce que "
            "vous avez écrit n'est perdu."
        ),
        "valid": texts("Ce scénario peut être simulé."),
        "line": texts("à la ligne"),
        "colon": texts.said("", ""),
        "text": texts("Le texte du scénario (YAML)"),
        "read": texts("Lire ce texte"),
        "file": texts("Ou lire un fichier (.yaml, 256 ko au plus)"),
        "not_a_form": texts(
            "Ce texte ne peut pas être montré en formulaire. Corrigez-le ici : il reste tel que "
            "vous l'avez écrit."
        ),
    }
