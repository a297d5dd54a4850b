"""From a strict YAML document to a model, with every fault told at its line and column.

Pydantic finds the faults; this module tells them in the words of the file: the dotted path, what is
wrong, what would be right, and what was probably meant.
"""

from __future__ import annotations

import re
import typing
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.problems import InputError, Problem, did_you_mean
from simulator.strict_yaml import Node, Step, extend_path
from simulator.units import shown

Model = TypeVar("Model", bound=BaseModel)


def validate_document(document: Node, model: type[Model]) -> Model:
    """The model that a document describes; InputError with all its faults otherwise."""
    try:
        return model.model_validate(document.plain())
    except ValidationError as error:
        raise InputError(document_problems(error, document, model)) from None


def document_problems(
    error: ValidationError, document: Node, model: type[BaseModel]
) -> list[Problem]:
    """The faults of a validation in the order of the text, without repeats."""
    problems: list[Problem] = []
    for detail in error.errors():
        for found in _told(detail, document, model):
            if found not in problems:
                problems.append(found)
    return sorted(problems, key=lambda found: (found.file, found.line or 0, found.column or 0))


def _told(detail: ErrorDetails, document: Node, model: type[BaseModel]) -> list[Problem]:
    kind, context = detail["type"], detail.get("ctx", {})
    location = detail["loc"]
    if kind == "faults":
        return [
            _below(document, location, path, message, hint)
            for path, message, hint in context["faults"]
        ]
    if kind == "fault":
        return [_at(document, location, context["message"], context["hint"])]
    if kind == "missing":
        return [_missing(document, location, model)]
    if kind == "extra_forbidden":
        return [_unknown_key(document, location, model)]
    message, hint = _in_words(kind, context, detail)
    return [_at(document, location, message, hint)]


def locate(document: Node, location: tuple[Step, ...]) -> tuple[Node, tuple[Step, ...]]:
    """The deepest node on the way to a location, and what could not be followed.

    Pydantic puts names of its own among the steps (the branch of a union, `[key]`); steps that are
    not in the document are passed over as long as a later one is.
    """
    node, rest = document, location
    while rest:
        for skipped in range(len(rest)):
            child = node.child(rest[skipped])
            if child is not None:
                node, rest = child, rest[skipped + 1 :]
                break
        else:
            break
    return node, rest


def _at(document: Node, location: tuple[Step, ...], message: str, hint: str) -> Problem:
    node, rest = locate(document, location)
    at_key = bool(rest) and rest[-1] == "[key]"
    return node.problem(message, hint, at_key=at_key)


def _below(
    document: Node, location: tuple[Step, ...], path: tuple[Step, ...], message: str, hint: str
) -> Problem:
    """A fault told by one of our own checks: all its path is in the words of the file."""
    checked, _ = locate(document, location)
    node, rest = locate(checked, path)
    field = node.path
    for step in rest[-1:]:
        field = extend_path(field, step, isinstance(step, int))
    return replace(node.problem(message, hint), field=field)


def _missing(document: Node, location: tuple[Step, ...], model: type[BaseModel]) -> Problem:
    parent, _ = locate(document, location[:-1])
    name = str(location[-1])
    owner = _model_at(model, document, location[:-1])
    example = ""
    if owner is not None:
        described = _field(owner, name)
        example = described.description or "" if described is not None else ""
    problem = parent.problem("is missing", f"add it: {example}" if example else "add it")
    return replace(problem, field=extend_path(parent.path, name, False))


def _unknown_key(document: Node, location: tuple[Step, ...], model: type[BaseModel]) -> Problem:
    node, _ = locate(document, location)
    owner = _model_at(model, document, location[:-1])
    known = [] if owner is None else key_names(owner)
    return node.problem("unknown key", did_you_mean(location[-1], known), at_key=True)


def key_names(model: type[BaseModel]) -> list[str]:
    """The keys that a model reads, as they are written in files."""
    return [described.alias or name for name, described in model.model_fields.items()]


def _field(model: type[BaseModel], key: str) -> Any:
    for name, described in model.model_fields.items():
        if (described.alias or name) == key:
            return described
    return None


def _model_at(
    model: type[BaseModel], document: Node, location: tuple[Step, ...]
) -> type[BaseModel] | None:
    """The model that reads the mapping at a location."""
    annotation: Any = model
    node = document
    for step in location:
        child = node.child(step)
        if child is None:
            continue
        if isinstance(node.content, dict):
            owner = _chosen(annotation, node)
            described = None if owner is None else _field(owner, str(step))
            if described is None:
                return None
            annotation = described.annotation
        node = child
    return _chosen(annotation, node)


def _chosen(annotation: Any, node: Node) -> type[BaseModel] | None:
    """The one model of an annotation that fits a node: by its fixed fields where there are many."""
    candidates = _models_in(annotation)
    if len(candidates) == 1:
        return candidates[0]
    for candidate in candidates:
        for name, described in candidate.model_fields.items():
            fixed = typing.get_args(described.annotation)
            if typing.get_origin(described.annotation) is typing.Literal and len(fixed) == 1:
                child = node.child(name)
                if child is not None and child.content == fixed[0]:
                    return candidate
    return None


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if typing.get_origin(annotation) is None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return [annotation]
        return []
    return [model for part in typing.get_args(annotation) for model in _models_in(part)]


def _in_words(kind: str, context: dict[str, Any], detail: ErrorDetails) -> tuple[str, str]:
    given = shown(detail.get("input"))
    if kind == "literal_error":
        expected = [name.strip("' ") for name in _listed(str(context["expected"]))]
        return f"{given} is unknown", did_you_mean(given, expected)
    if kind == "union_tag_invalid":
        expected = [name.strip("' ") for name in _listed(context["expected_tags"])]
        return f"{shown(context['tag'])} is unknown", did_you_mean(context["tag"], expected)
    if kind == "union_tag_not_found":
        name = context["discriminator"].strip("'")
        return f"has no {name}", f"write it first: {name}"
    if kind in _WANTED:
        if kind in ("int_type", "float_type") and _is_quoted_number(detail.get("input")):
            return f'"{given}" is a text', f"write {_WANTED[kind]}, without quotes"
        return f"{given} is not {_WANTED[kind]}", f"write {_WANTED[kind]}"
    if kind in _BOUNDS:
        symbol, name = _BOUNDS[kind]
        return f"{given} is out of bounds", f"write a value {symbol} {context[name]}"
    if kind in ("too_short", "string_too_short"):
        return "is empty", "write at least one"
    if kind in ("too_long", "string_too_long"):
        return "is too long", f"the most is {context.get('max_length')}"
    return str(detail["msg"]), ""


def _is_quoted_number(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9.]+\s*", value) is not None


def _listed(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "finite_number": "a finite number",
}
_BOUNDS = {
    "greater_than_equal": ("of at least", "ge"),
    "greater_than": ("above", "gt"),
    "less_than_equal": ("of at most", "le"),
    "less_than": ("below", "lt"),
}
