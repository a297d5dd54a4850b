"""Faults that the loader found, in the words of the page.

The loader speaks English; what it says of the fields of a form is told in French here. What is not
known stands as it is: it names the field, the value and what is right all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.language import language_of_name, texts_in
from dashboard.scenarios.fields import lever_fields

if TYPE_CHECKING:
    from simulator.problems import InputError, Problem


@dataclass(frozen=True)
class Told:
    """One fault: its field, where it stands in the text, and what is said; `foreign`: English."""

    field: str
    line: int | None
    text: str
    foreign: bool


_IDLE: Final = re.compile(r"the lever (.+) changes nothing")
_FRENCH: Final[tuple[tuple[str, str], ...]] = (
    (r"is missing", "manque"),
    (r"is empty", "est vide"),
    (r"holds a line break or a control character",
     "contient un retour à la ligne ou un caractère de contrôle"),
    (r"has (\d+) characters", r"compte {0} caractères"),
    (r"unknown key", "ce champ n'existe pas ici"),
    (r"(.+) has no sign", r"{0} n'a pas de signe"),
    (r"(.+) has no unit", r"{0} n'a pas d'unité"),
    (r"(.+) is not a change", r"{0} n'est pas un changement"),
    (r"(.+) is not a share", r"{0} n'est pas une part"),
    (r"(.+) is not a rate", r"{0} n'est pas un taux"),
    (r"(.+) is not a factor", r"{0} n'est pas un facteur"),
    (r"(.+) is not an amount of money", r"{0} n'est pas une somme d'argent"),
    (r"(.+) is not a number of points", r"{0} n'est pas un nombre de points"),
    (r"(.+) is not a number", r"{0} n'est pas un nombre"),
    (r"(.+) is not a whole number", r"{0} n'est pas un nombre entier"),
    (r"(.+) is not a quarter", r"{0} n'est pas un trimestre"),
    (r"(.+) is not a year", r"{0} n'est pas une année"),
    (r"(.+) is neither a year nor a quarter", r"{0} n'est ni une année ni un trimestre"),
    (r"(.+) is not between 0% and 100%", r"{0} n'est pas entre 0 % et 100 %"),
    (r"(.+) cuts more than all there is", r"{0} enlève plus que tout"),
    (r"(.+) is out of reach", r"{0} est hors de portée"),
    (r"(.+) is out of bounds", r"{0} est hors des bornes"),
    (r"(.+) is outside the horizon", r"{0} est hors de la période simulée"),
    (r"(.+) is far from the horizon", r"{0} est loin de la période simulée"),
    (r"(.+) comes before the start", r"{0} vient avant le début"),
    (r"(.+) comes before from \((.+)\)", r"{0} vient avant le début ({1})"),
    (r"(.+) comes after until \((.+)\)", r"{0} vient après la fin ({1})"),
    (r"(.+) is unknown", r"{0} est inconnu"),
    (r"(.+) is no région", r"{0} n'est pas une région"),
    (r"(.+) is no (?:sector|size class|legal form|funder level|payer|instrument)",
     r"{0} n'est pas un code connu"),
    (r"(.+) is no lever", r"{0} n'est pas un levier"),
    (r"(.+) is no parameter", r"{0} n'est pas un paramètre"),
    (r"(.+) is no scenario", r"{0} n'est pas un scénario"),
    (r"(.+) is no id", r"{0} n'est pas un identifiant"),
    (r"(.+) is not a text", r"{0} n'est pas un texte"),
    (r"(.+) cannot be limited by (.+)", r"{0} ne peut pas être limité par {1}"),
    (r"(.+) takes no ramp", r"{0} ne peut pas être étalé"),
    (r"this would bring (.+) to (.+)", r"cela amènerait {0} à {1}"),
    (r"is not a mapping", "n'est pas une suite de clés"),
    (r"this key stands twice \(first on line (\d+)\)",
     r"cette clé est écrite deux fois (d'abord à la ligne {0})"),
    (r"aliases are not allowed (.+)", r"les renvois ne sont pas admis {0}"),
    (r"anchors are not allowed (.+)", r"les ancres ne sont pas admises {0}"),
    (r"tags are not allowed (.+)", r"les étiquettes ne sont pas admises {0}"),
    (r"is nested more than (\d+) levels deep", r"est emboîté sur plus de {0} niveaux"),
    (r"is larger than (.+)", r"dépasse {0}"),
    (r"a tab stands where spaces are wanted", "une tabulation est là où il faut des espaces"),
    (r"a second colon on the line", "un deuxième deux-points sur la ligne"),
    (r"the indentation does not match the lines above",
     "le retrait ne suit pas les lignes du dessus"),
    (r"a quote is never closed", "un guillemet n'est jamais fermé"),
    (r"a key without a colon", "une clé sans deux-points"),
    (r"the character (.+) is not allowed in YAML", r"le caractère {0} n'est pas admis"),
    (r"byte (.+) is not UTF-8 text", r"l'octet {0} n'est pas du texte UTF-8"),
    (r"a file cannot be named from here", "un fichier ne peut pas être nommé ici"),
    (r"holds no scenario: the address was cut off or changed",
     "l'adresse ne contient pas de scénario : elle a été coupée ou modifiée"),
    (r"holds more than 256 kB", "contient plus de 256 ko"),
    (r"(.+) is no scenario here", r"{0} n'est pas un scénario connu ici"),
    (r"(\d+) quarters are too many for a live run",
     r"{0} trimestres, c'est trop long pour un essai"),
    (r"(.+) is the reference itself", r"{0} est la ligne de référence elle-même"),
    (r"(.+) is not played live", r"{0} n'est pas simulé en direct"),
    (r"(.+) is not offered", r"{0} n'est pas proposé"),
    (r"(.+) is not known", r"{0} est inconnu"),
    (r"one future alone compares nothing", "un seul futur ne se compare à rien"),
    (r"(\d+) scenarios are too many for one live run",
     r"{0} futurs, c'est trop pour un seul essai"),
    (r"two different scenarios have the id (.+)", r"deux scénarios différents s'appellent {0}"),
    (r"scenarios last different times: (.+)", r"les scénarios n'ont pas la même durée : {0}"),
    (r"scenarios start in different quarters: (.+)",
     r"les scénarios ne commencent pas au même trimestre : {0}"),
)  # fmt: skip
_HINTS: Final[tuple[tuple[str, str], ...]] = (
    (r"write (\S+) to raise or (\S+) to cut", r"écrivez {0} pour augmenter ou {1} pour réduire"),
    (r"write a sign and %, such as (\S+) or (\S+), or a share.*",
     r"écrivez un signe et %, comme {0} ou {1}"),
    (r"write a share such as (\S+) or (\S+?)(?:; did you mean (.+)\?)?",
     r"écrivez une part, comme {0}"),
    (r"write a rate a year such as (\S+?)(?:; did you mean (.+)\?)?",
     r"écrivez un taux par an, comme {0}"),
    (r"write a factor that ends in x, such as (\S+) or (\S+?)(?:; did you mean (.+)\?)?",
     r"écrivez un facteur qui finit par x, comme {0} ou {1}"),
    (r"write money with its unit, such as (.+)", "écrivez une somme avec son unité, comme 120 M€, "
     "40 k€, 1.5 Md€ ou 500 €"),
    (r"write percentage points such as (.+) or (.+)", r"écrivez des points, comme {0} ou {1}"),
    (r"write a quarter such as (\S+)", r"écrivez un trimestre, comme {0}"),
    (r"write a year such as (\d+).*", r"écrivez une année, comme {0}"),
    (r"write (\d+) or (\S+)", r"écrivez {0} ou {1}"),
    (r"the horizon is (\S+) to (\S+)", r"la période va de {0} à {1}"),
    (r"the deepest cut is -100%", "la coupe la plus forte est -100%"),
    (r"the largest (?:rise|factor|amount) is (.+)", r"le plus grand possible est {0}"),
    (r"it must stay between (.+) and (.+)", r"il faut rester entre {0} et {1}"),
    (r"it may be limited by (.+)", r"il peut l'être par {0}"),
    (r"stay between (.+) and (.+)", r"restez entre {0} et {1}"),
    (r"did you mean (.+)\?", r"vouliez-vous dire {0} ?"),
    (r"known: (.+) or Insee codes, (.+)", r"valeurs connues : {0}, ou un code Insee, {1}"),
    (r"known: (.+)", r"valeurs connues : {0}"),
    (r"one of (.+)", r"au choix : {0}"),
    (r"at most (.+)", r"au plus {0}"),
    (r"the most is (.+)", r"au plus {0}"),
    (r"add it(?:: .*)?", "ajoutez-le"),
    (r"write it in one line", "écrivez-le sur une ligne"),
    (r"write a text(?:, in quotes if need be)?", "écrivez un texte"),
    (r"write at least one", "il en faut au moins un"),
    (r"leave it out", "laissez ce champ vide"),
    (r"drop it", "enlevez-le"),
    (r"give a later (?:end|date)", "donnez une date plus tardive"),
    (r"write a value of at least (.+)", r"écrivez au moins {0}"),
    (r"write a value of at most (.+)", r"écrivez au plus {0}"),
    (r"write small letters, digits and hyphens.*", "écrivez en minuscules, chiffres et tirets"),
    (r"repeat the value", "répétez la valeur"),
    (r"remove it", "enlevez-la"),
    (r"keep one of them", "gardez l'une des deux"),
    (r"indent with spaces", "mettez des espaces"),
    (r"save the file with the UTF-8 encoding", "enregistrez le fichier en UTF-8"),
    (r"simplify (?:it|the file)", "simplifiez le texte"),
    (r"shorten .+", "raccourcissez-le"),
    (r"ask for the link again", "redemandez le lien"),
    (r"choose one of the list", "choisissez dans la liste"),
    (r"add another scenario, under another id",
     "ajoutez un autre scénario, sous un autre identifiant"),
    (r"add (.+)", r"ajoutez {0}"),
    (r"choose two or more", "choisissez-en au moins deux"),
    (r"give one of them another id", "donnez à l'un un autre identifiant"),
    (r"give one length with --quarters", "donnez-leur la même durée"),
    (r"compare scenarios with one start", "choisissez-en qui commencent ensemble"),
    (r"give the scenario another id", "donnez un autre identifiant au scénario"),
    (r"write a number such as (.+)", r"écrivez un nombre, comme {0}"),
    (r"name an id that ships", "nommez un scénario fourni avec le modèle"),
)  # fmt: skip


def told(error: InputError, language: str) -> list[Told]:
    """Every fault, in the order of the text."""
    return [_told(problem, language) for problem in error.problems]


def _told(problem: Problem, language: str) -> Told:
    idle = _IDLE.fullmatch(problem.message)
    if idle is not None:
        return Told(problem.field, problem.line, _to_fill_in(idle[1], problem, language), False)
    parts, foreign = [], False
    for text, known in ((problem.message, _FRENCH), (problem.hint, _HINTS)):
        if not text:
            continue
        french = _translated(text, known) if language == "fr" else None
        foreign = foreign or (language == "fr" and french is None)
        parts.append(french or text)
    separator = " : " if language == "fr" else ": "
    return Told(problem.field, problem.line, separator.join(parts), foreign)


def _to_fill_in(lever: str, problem: Problem, language: str) -> str:
    """A lever that changes nothing, as one that was just added: the fields that it waits for."""
    texts = texts_in(language_of_name(language))
    labels = {field.name: field.label(language) for field in lever_fields(lever)}
    names = problem.hint.removeprefix("add ").split(" or ")
    fields = [texts.quoted(labels.get(name, name)) for name in names]
    if len(fields) == 1:
        return texts("Ce levier ne change encore rien : remplissez {field}.", field=fields[0])
    return texts(
        "Ce levier ne change encore rien : remplissez l'un de ces champs, {fields}.",
        fields=", ".join(fields),
    )


def _translated(text: str, known: tuple[tuple[str, str], ...]) -> str | None:
    for pattern, french in known:
        match = re.fullmatch(pattern, text)
        if match is not None:
            return french.format(*(group or "" for group in match.groups()))
    return None
