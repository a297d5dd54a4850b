"""From an id, a path or a text to a scenario: read, migrate, resolve `extends`, validate."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from simulator.codes import quarter_index
from simulator.formats import migrate
from simulator.problems import InputError, Problem, did_you_mean
from simulator.scenario.catalogue import list_scenarios, scenario_folder, scenario_path
from simulator.scenario.schema import Scenario
from simulator.strict_yaml import Node, parse_yaml, read_yaml
from simulator.typed_document import validate_document

OWN_KEYS = ("id", "title", "narrative", "family")
"""Keys that every file has itself, whatever it extends."""
MAXIMUM_CHAIN = 20


def load_scenario(id_or_path: str | os.PathLike[str]) -> Scenario:
    """The scenario of an id that ships or of a YAML file, `extends` resolved.

    Raises InputError with every fault found, each with file, line and column.
    """
    name = os.fspath(id_or_path)
    if _is_path(id_or_path):
        path = Path(name)
        return _built(read_yaml(path), [_key(path)], path.parent)
    path = scenario_path(name)
    return _built(read_yaml(path), [_key(path)], path.parent)


def scenario_of(given: object) -> Scenario:
    """A scenario as it is, or the one that an id or a path names; InputError for anything else."""
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | os.PathLike):
        return load_scenario(given)
    raise InputError.single(
        "scenario", f"{given!r} is no scenario", "an id, a path or what load_scenario gives"
    )


def parse_scenario(text: str, file: str = "text") -> Scenario:
    """The scenario of a text; it may extend scenarios that ship, and no file."""
    return _built(parse_yaml(text, file), [file], None)


def scenario_document(given: Node, folder: Path | None) -> Node:
    """Resolved document of the scenario that a value of another file names or holds in full.

    An id, the path of a file from `folder`, or the keys of a scenario themselves.
    """
    if isinstance(given.content, dict):
        return _resolved(given, [], folder)
    path = _named_path(given, folder)
    return _resolved(read_yaml(path), [_key(path)], path.parent)


def _is_path(given: str | os.PathLike[str]) -> bool:
    if not isinstance(given, str):
        return True
    return given.endswith((".yaml", ".yml")) or "/" in given or os.sep in given


def _key(path: Path) -> str:
    return str(path.absolute())


def _built(document: Node, chain: list[str], folder: Path | None) -> Scenario:
    return validate_document(_resolved(document, chain, folder), Scenario)


def _resolved(document: Node, chain: list[str], folder: Path | None) -> Node:
    """The document with what it extends merged in."""
    migrate(document, "scenario")
    parent = document.child("extends")
    own_missing = [_lacking(document, key) for key in OWN_KEYS if document.child(key) is None]
    if parent is None or parent.content is None:
        return document  # what is missing is found by the validation of the whole
    if own_missing:
        raise InputError(own_missing)
    path = _named_path(parent, folder)
    if _key(path) in chain:
        raise InputError(
            [parent.problem(f"{parent.content} extends this scenario in turn", "break the circle")]
        )
    if len(chain) > MAXIMUM_CHAIN:
        raise InputError(
            [parent.problem("the chain of extends is too long", f"at most {MAXIMUM_CHAIN} steps")]
        )
    base = _resolved(read_yaml(path), [*chain, _key(path)], path.parent)
    # A parent must stand alone, so that its faults are told in its own file.
    validate_document(base, Scenario)
    return _extended(base, document)


def _lacking(document: Node, key: str) -> Problem:
    problem = document.problem("is missing", "every scenario has its own, even if it extends")
    return replace(problem, field=key)


def _named_path(parent: Node, folder: Path | None) -> Path:
    name = parent.content
    if not isinstance(name, str):
        raise InputError([parent.problem("is not a scenario", "write an id, such as fil-de-l-eau")])
    known = list_scenarios()
    if _is_path(name):
        if folder is None:
            raise InputError(
                [parent.problem("a file cannot be named from here", "name an id that ships")]
            )
        path = folder / name
        if path.is_file():
            return path
        raise InputError([parent.problem(f"no such file: {name}", "check the path")])
    beside = None if folder is None else folder / f"{name}.yaml"
    if beside is not None and beside.is_file():
        return beside
    if name in known:
        return scenario_folder() / f"{name}.yaml"
    raise InputError([parent.problem(f"{name} is no scenario", did_you_mean(name, known))])


def _extended(base: Node, patch: Node) -> Node:
    """RFC 7386: keys of the patch replace, mappings merge, null removes; levers append."""
    merged = _merged(base, patch)
    for key in OWN_KEYS:  # a title in one language must not borrow the other from the parent
        merged.mapping()[key] = patch.mapping()[key]
    items, own = base.mapping().get("levers"), patch.mapping().get("levers")
    if (
        items is not None and own is not None
        and isinstance(items.content, list) and isinstance(own.content, list)
    ):  # fmt: skip
        merged.mapping()["levers"] = Node(
            [*items.content, *own.content], own.file, own.line, own.column, own.path,
            own.key_line, own.key_column,
        )  # fmt: skip
    if patch.child("horizon") is not None and patch.child("hypotheses") is None:
        _keep_within(merged)
    merged.mapping().pop("extends", None)
    for key in ("subtitle", "played"):  # they are about one scenario and no other
        if patch.child(key) is None:
            merged.mapping().pop(key, None)
    return merged


def _keep_within(merged: Node) -> None:
    """Leave out inherited hypotheses that a shorter horizon no longer reaches."""
    horizon, inherited = merged.child("horizon"), merged.child("hypotheses")
    quarters = None if horizon is None else horizon.child("quarters")
    if quarters is None or inherited is None or not isinstance(inherited.content, list):
        return
    last = quarters.content
    if isinstance(last, int):
        inherited.content = [one for one in inherited.content if _date(one) < last]


def _date(hypothesis: Node) -> int:
    at = hypothesis.child("at")
    return quarter_index(str(at.content).strip().upper()) if at is not None else 0


def _merged(base: Node, patch: Node) -> Node:
    if not isinstance(patch.content, dict) or not isinstance(base.content, dict):
        return patch
    items = dict(base.content)
    for key, child in patch.content.items():
        if child.content is None:
            items.pop(key, None)
        else:
            items[key] = _merged(items[key], child) if key in items else child
    return Node(
        items, patch.file, patch.line, patch.column, patch.path, patch.key_line, patch.key_column
    )
