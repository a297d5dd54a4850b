"""From the form that a browser sends to the text of a scenario."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dashboard.scenarios.fields import Field, all_fields
from dashboard.scenarios.typed import read_typed
from simulator.levers.registry import LEVERS
from simulator.problems import InputError
from simulator.scenario.writing import write_yaml
from simulator.strict_yaml import parse_yaml

if TYPE_CHECKING:
    from simulator.scenario import Scenario

MOST_LEVERS: Final = 40
OWN_PREFIX: Final = "essai-"
Posted = Mapping[str, Sequence[str]]
_INDEX: Final = re.compile(r"levers\[(\d{1,3})\]\.lever")


def document_of(text: str) -> dict[str, Any] | None:
    """The keys of a text, None where it is no mapping that a form can show."""
    try:
        document = parse_yaml(text).plain()
    except (InputError, RecursionError):
        return None
    levers = document.get("levers")
    if levers is not None and not (
        isinstance(levers, list)
        and all(isinstance(one, dict) and one.get("lever") in LEVERS for one in levers)
    ):
        return None
    return dict(document)


def posted_text(form: Posted, before: str) -> str:
    """Text of the scenario after a change of its form; what has no field stays as it was."""
    document = document_of(before) or {}
    levers = [_lever(form, index, document.get("levers") or []) for index in _indices(form)]
    action = _one(form, "action")
    if action == "add" and _one(form, "new_lever") in LEVERS and len(levers) < MOST_LEVERS:
        levers.append({"lever": _one(form, "new_lever")})
    if action.startswith("remove:") and action[7:].isdigit() and int(action[7:]) < len(levers):
        del levers[int(action[7:])]
    title, narrative = _both(form, "title"), _both(form, "narrative")
    extends = _one(form, "extends")
    own_id = str(document.get("id") or OWN_PREFIX)
    written: dict[str, Any] = {
        "format": 1,
        "id": _identifier(title["fr"]) if own_id.startswith(OWN_PREFIX) else own_id,
        "title": title,
    }
    written |= {key: document[key] for key in ("subtitle",) if key in document}
    written |= {"narrative": narrative, "family": _one(form, "family")}
    if extends:
        written["extends"] = extends
        if "horizon" in document and document.get("extends"):
            written["horizon"] = document["horizon"]
    else:
        horizon = document.get("horizon")
        start = horizon.get("start", "2026Q1") if isinstance(horizon, dict) else "2026Q1"
        written["horizon"] = {"start": start, "quarters": read_typed(_one(form, "quarters"))}
    written["levers"] = levers
    known = {*written, "extends", "horizon"}
    return write_yaml(written | {k: v for k, v in document.items() if k not in known})


def copy_text(scenario: Scenario) -> str:
    """Text to start from: the levers of a scenario, not what was expected of it."""
    written = scenario.resolved()
    for key in ("hypotheses", "sources", "uncertainty", "subtitle"):
        written.pop(key, None)
    title = {
        "fr": f"{scenario.title.fr}, ma variante",
        "en": f"{scenario.title.en}, my version",
    }
    return write_yaml({**written, "id": _identifier(title["fr"]), "title": title})


def _indices(form: Posted) -> list[int]:
    found = [match[1] for name in form if (match := _INDEX.fullmatch(name))]
    return sorted(int(index) for index in found)[:MOST_LEVERS]


def _lever(form: Posted, index: int, before: Sequence[Any]) -> dict[str, Any]:
    name = _one(form, f"levers[{index}].lever")
    if name not in LEVERS:
        return {"lever": name}
    old = before[index] if index < len(before) and before[index].get("lever") == name else {}
    written: dict[str, Any] = {"lever": name}
    shown = {field.name for field in all_fields(name)}
    for key, value in old.items():  # a label, a draw: nothing that has no field is lost
        if key not in shown and key not in ("lever", "where"):
            written[key] = value
    where = old.get("where")
    kept = {k: v for k, v in where.items() if f"where.{k}" not in shown} if (
        isinstance(where, dict)) else {}  # fmt: skip
    for field in all_fields(name):
        value = _value(form, f"levers[{index}].{field.name}", field)
        if value is None or value == field.default or write_default(field) == value:
            continue
        if field.name.startswith("where."):
            kept[field.name[6:]] = value
        else:
            written[field.name] = value
    if kept:
        written["where"] = kept
    return written


def write_default(field: Field) -> Any:
    """The default of a field as a value of a file."""
    return read_typed(field.default) if field.default else None


def _value(form: Posted, name: str, field: Field) -> Any:
    given = [one for one in form.get(name, ()) if one.strip()]
    if not given:
        return None
    if field.kind == "many":
        return given
    if field.kind == "flag":
        return True
    return given[0] if field.kind == "one" else read_typed(given[0])


def _one(form: Posted, name: str) -> str:
    values = form.get(name) or [""]
    return values[0].strip()


def _both(form: Posted, name: str) -> dict[str, str]:
    french, english = _one(form, f"{name}.fr"), _one(form, f"{name}.en")
    return {"fr": french or english, "en": english or french}


def _identifier(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return OWN_PREFIX + (words or "mon-scenario")
