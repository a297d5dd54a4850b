"""The fields of each lever's form, read from the lever's own class and nowhere else."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from simulator import codes
from simulator.levers import wording
from simulator.levers.base import MAXIMUM_RAMP, Lever
from simulator.levers.registry import LEVERS
from simulator.levers.selection import DIMENSIONS
from simulator.parameters import SPECS
from simulator.units import (
    parse_change,
    parse_factor,
    parse_moment,
    parse_money,
    parse_points,
    parse_rate,
    parse_share,
    parse_year,
)

Kind = Literal["text", "one", "many", "flag"]
_EXAMPLES: Final = {
    parse_change: "-10%",
    parse_share: "30%",
    parse_rate: "2.1%",
    parse_factor: "1.5x",
    parse_money: "100 M€",
    parse_points: "+10 pts",
    parse_moment: "2027",
    parse_year: "2026, 2027",
}
_WHERE: Final[dict[str, tuple[str, ...]]] = {
    "funder": codes.LEVELS,
    "region": codes.REGIONS,
    "sector": codes.SECTORS,
    "form": codes.FORMS,
    "size": codes.SIZES,
    "funding_profile": codes.FUNDING_PROFILES,
}
_OWN_LABELS: Final = {
    "mode": ("ce que dit la valeur", "what the value says"),
    "programme": ("sorte d'accompagnement", "kind of support"),
}
_OWN_EXAMPLES: Final = {
    "quarters": "2",
    "target_months": "9",
    "capacity": "500",
    "set": "0.6",
    "add": "0.1",
    "multiply": "2x",
}
_BY_YEAR: Final = "-10%  /  2026: -10%, 2027: -5%"


@dataclass(frozen=True)
class Field:
    """One field of a form: `text` is typed, `one` and `many` are chosen among `options`.

    `name`: path inside the lever, `where.region`. `described`: French and English.
    """

    name: str
    described: tuple[str, str]
    kind: Kind = "text"
    options: tuple[str, ...] = ()
    example: str = ""
    default: str = ""

    def label(self, language: str) -> str:
        """What the field is, in the words of the lever, without their example."""
        text = _OWN_LABELS.get(self.name, self.described)[language == "en"]
        what, _, example = text.rpartition(":")
        if what and any(character.isdigit() for character in example):
            text = what.rstrip()
        return text[:1].upper() + text[1:]

    def example_in(self, language: str) -> str:
        """What may be typed, as the language writes it: `T3 2027`, `Q3 2027`."""
        return self.example.replace("Q3", "T3") if language == "fr" else self.example


@cache
def lever_fields(name: str) -> tuple[Field, ...]:
    """Fields that are the lever's own, in the order of its class."""
    lever = LEVERS[name]
    own = [
        (key, described)
        for key, described in lever.model_fields.items()
        if key not in Lever.model_fields and key != "lever"
    ]
    return tuple(_field(described.alias or key, described) for key, described in own)


@cache
def where_fields(name: str) -> tuple[Field, ...]:
    """What the lever can be limited to."""
    lever = LEVERS[name]
    allowed = lever.selects if lever.selects or name != "parameter" else DIMENSIONS
    titles = {
        "funder": ("financeurs", "funders"),
        "region": ("régions", "régions"),
        "sector": ("secteurs", "sectors"),
        "form": ("formes juridiques", "legal forms"),
        "size": ("tailles (budget annuel)", "sizes (annual budget)"),
        "funding_profile": ("ressources principales", "main resources"),
    }
    found = [Field(f"where.{one}", titles[one], "many", _WHERE[one]) for one in allowed]
    if "size" in allowed and lever.reaches_a_share is Lever.reaches_a_share:
        about = ("part de ces organisations, tirée une fois", "share of them, drawn once")
        found.append(Field("where.share", about, "text", (), "30%"))
    return tuple(found)


@cache
def when_fields(name: str) -> tuple[Field, ...]:
    """When the lever acts, and whether it is a decision or a hypothesis."""
    common = Lever.model_fields
    found = [
        Field("from", _described(common["from_"]), "text", (), "2027  /  Q3 2027"),
        Field("until", _described(common["until"]), "text", (), "2028"),
    ]
    if LEVERS[name].ramps:
        example = f"0 – {MAXIMUM_RAMP}"
        found.append(Field("ramp", _described(common["ramp"]), "text", (), example, "0"))
    about = ("décision ou hypothèse", "decision or hypothesis")
    found.append(Field("nature", about, "one", ("decision", "hypothesis"), "", "decision"))
    return tuple(found)


def all_fields(name: str) -> tuple[Field, ...]:
    """Every field of a lever's form."""
    return (*lever_fields(name), *where_fields(name), *when_fields(name))


def option_label(code: str, language: str) -> str:
    """A code in words."""
    own = _OPTIONS.get(code)
    if own is not None:
        return own[language == "en"]
    if code in SPECS:
        return f"{SPECS[code].label(language)} ({code})"
    if code in codes.PAYERS:
        words = wording.payer(code, language)
        return words[0].upper() + words[1:]
    try:
        return codes.label(code, language)
    except (KeyError, ValueError):
        return code


_OPTIONS: Final = {
    "decision": ("Décision : quelqu'un la prend", "Decision: somebody takes it"),
    "hypothesis": ("Hypothèse : ce que fait le monde", "Hypothesis: what the world does"),
    "level": ("Changement du niveau", "Change of the level"),
    "nominal_growth": (
        "Toute la croissance de l'année, en euros courants",
        "The whole growth of the year, in current euros",
    ),
    "subvention": ("Subventions", "Grants"),
    "commande": ("Commandes publiques", "Procurement"),
    "tarification": ("Tarifs", "Tariffs"),
    "consolidation": ("Consolidation", "Consolidation"),
    "rethinking": ("Repenser l'organisation", "Rethinking the organisation"),
    "crisis_anticipation": ("Anticiper les crises", "Anticipating crises"),
    "leaders_health": ("Santé des dirigeants", "Leaders' health"),
    "orderly_closure": ("Parler de la fermeture", "Speaking about closing"),
    "governance": ("Gouvernance renouvelée", "Renewed governance"),
    "alliances": ("Alliances stratégiques", "Strategic alliances"),
    "dla": ("Conseil de type DLA", "Advice such as the DLA"),
}


def _field(name: str, described: FieldInfo) -> Field:
    about = _described(described)
    default = "" if described.default is None or described.is_required() else described.default
    literal = _literal(described.annotation)
    if literal:
        return Field(name, about, "one", literal, "", default if isinstance(default, str) else "")
    if described.annotation in (bool, bool | None):
        return Field(name, about, "flag")
    parsers = list(_parsers((described.annotation, *described.metadata)))
    coded = _codes(described)
    if coded is not None:
        return Field(name, about, coded[0], coded[1])
    example = next((_EXAMPLES[p] for p in parsers if p in _EXAMPLES), "")
    if _has_years(described.annotation):
        example = _BY_YEAR if parse_change in parsers else "2%  /  2026: 2%, 2027: 3%"
    return Field(name, about, "text", (), example or _OWN_EXAMPLES.get(name, ""))


def _described(described: FieldInfo) -> tuple[str, str]:
    extra = described.json_schema_extra
    french = str(extra.get("description_fr", "")) if isinstance(extra, dict) else ""
    return french, described.description or ""


def _literal(annotation: Any) -> tuple[str, ...]:
    if typing.get_origin(annotation) is Literal:
        return tuple(str(one) for one in typing.get_args(annotation))
    for part in typing.get_args(annotation):
        if typing.get_origin(part) is Literal:
            return tuple(str(one) for one in typing.get_args(part))
    return ()


def _parsers(annotation: Any) -> typing.Iterator[Any]:
    if isinstance(annotation, BeforeValidator):
        yield annotation.func
    parts = annotation if isinstance(annotation, tuple) else typing.get_args(annotation)
    for part in parts:
        yield from _parsers(part)
    for part in getattr(annotation, "__metadata__", ()):
        yield from _parsers(part)


def _has_years(annotation: Any) -> bool:
    return typing.get_origin(annotation) is dict or any(
        _has_years(part) for part in typing.get_args(annotation)
    )


def _codes(described: FieldInfo) -> tuple[Kind, tuple[str, ...]] | None:
    """How codes of a field are chosen, and which there are; None for a field that holds none."""
    for owner in LEVERS.values():
        for key, one in owner.model_fields.items():
            if one is described:
                return _codes_of_schema(owner, one.alias or key)
    return None


def _codes_of_schema(owner: type[Lever], name: str) -> tuple[Kind, tuple[str, ...]] | None:
    schema = owner.model_json_schema(by_alias=True)["properties"][name]
    branches = schema.get("anyOf", [schema])
    listed = any(branch.get("type") == "array" for branch in branches)
    found = tuple(dict.fromkeys(_enums(schema)))
    return (("many" if listed else "one"), found) if found else None


def _enums(schema: Any) -> typing.Iterator[str]:
    if isinstance(schema, dict):
        yield from (str(one) for one in schema.get("enum", ()))
        for part in schema.values():
            yield from _enums(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _enums(part)
