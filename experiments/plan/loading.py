"""From an id, a path or a text to a plan: read, migrate, bring in what it names, validate."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from experiments.plan.catalogue import plan_path
from experiments.plan.outcome import GROUPS
from experiments.plan.schema import Plan
from simulator.formats import migrate
from simulator.population.loading import population_document
from simulator.scenario.loading import scenario_document
from simulator.strict_yaml import Key, Node, parse_yaml, read_yaml
from simulator.typed_document import validate_document


def load_plan(path_or_id: str | os.PathLike[str]) -> Plan:
    """The plan of an id that ships or of a YAML file; paths in it start from its folder.

    Raises InputError with every fault found, each with file, line and column.
    """
    name = os.fspath(path_or_id)
    is_path = not isinstance(path_or_id, str) or (
        name.endswith((".yaml", ".yml")) or "/" in name or os.sep in name
    )
    path = Path(name) if is_path else plan_path(name)
    return _built(read_yaml(path), path.parent)


def parse_plan(text: str, file: str = "text") -> Plan:
    """The plan of a text; it may name scenarios and populations that ship, and no file."""
    return _built(parse_yaml(text, file), None)


def _built(document: Node, folder: Path | None) -> Plan:
    migrate(document, "plan")
    _bring_in_policies(document, folder)
    population = document.child("population")
    if population is not None:
        document.mapping()["population"] = _in_place(
            population_document(population, folder), population
        )
    _one_outcome_a_group(document)
    return validate_document(document, Plan)


def _in_place(found: Node, of: Node) -> Node:
    """What a value names, standing where the value stands; its own children keep their file."""
    if found is of:
        return found
    return replace(found, file=of.file, line=of.line, column=of.column, path=of.path,
                   key_line=of.key_line, key_column=of.key_column)  # fmt: skip


def _bring_in_policies(document: Node, folder: Path | None) -> None:
    levers = document.child("levers")
    policies = None if levers is None else levers.child("policies")
    if policies is None or not isinstance(policies.content, list):
        return
    policies.content = [
        _in_place(scenario_document(policy, folder), policy) for policy in policies.content
    ]


def _one_outcome_a_group(document: Node) -> None:
    """`by: sector` alone stands for an outcome of each sector."""
    outcomes = document.child("outcomes")
    if outcomes is None or not isinstance(outcomes.content, list):
        return
    listed: list[Node] = []
    for outcome in outcomes.content:
        by, group = outcome.child("by"), outcome.child("group")
        groups = GROUPS.get(str(by.content).lower()) if by is not None else None
        if by is None or group is not None or groups is None:
            listed.append(outcome)
            continue
        for code in groups:
            items: dict[Key, Node] = {**outcome.mapping(), "group": replace(by, content=code)}
            name = outcome.child("name")
            if name is not None and isinstance(name.content, str):
                items["name"] = replace(name, content=f"{name.content}_{code}")
            listed.append(replace(outcome, content=items))
    outcomes.content = listed
