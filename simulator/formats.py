"""Formats of files: what `format: 1` means for each kind, and how old files become new ones.

Every kind of file carries `format`; absent means the current one of the first release, 1. A file
of an older format is migrated step by step before it is validated, on the tree of nodes, so that
messages still point at the line that was written. A file of a newer format is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from simulator.problems import InputError
from simulator.strict_yaml import Node

Migration = Callable[[Node], None]


def _rename(node: Node, old: str, new: str) -> None:
    """Give a key its new name, in its place; a file that already has the new one keeps both."""
    items = node.mapping()
    if old not in items or new in items:
        return
    renamed = {new if key == old else key: child for key, child in items.items()}
    items.clear()
    items.update(renamed)


def _scenario_0_to_1(node: Node) -> None:
    """Drafts before the first release: `quarters` at the top, `type` in levers, `vote` lever."""
    items = node.mapping()
    quarters = items.pop("quarters", None)
    if quarters is not None and "horizon" not in items:
        start = Node("2026Q1", quarters.file, quarters.line, quarters.column, "quarters")
        horizon: dict[str | int, Node] = {"start": start, "quarters": quarters}
        items["horizon"] = Node(
            horizon, quarters.file, quarters.line, quarters.column, "quarters",
            quarters.key_line, quarters.key_column,
        )  # fmt: skip
    levers = node.child("levers")
    for lever in levers.content if levers is not None and isinstance(levers.content, list) else ():
        _rename(lever, "type", "lever")
        name = lever.child("lever")
        if name is not None and name.content == "vote":
            name.content = "public_funding"


CURRENT: Final[Mapping[str, int]] = {"scenario": 1, "population": 1, "plan": 1, "card": 1}
MIGRATIONS: Final[Mapping[str, Mapping[int, Migration]]] = {"scenario": {0: _scenario_0_to_1}}
"""By kind of file: the step from a format to the next one."""


def migrate(document: Node, kind: str) -> Node:
    """Bring a document to the current format of its kind, in place; InputError if impossible."""
    current = CURRENT[kind]
    node = document.child("format")
    if node is None:
        return document
    given = node.content
    if not isinstance(given, int) or isinstance(given, bool):
        raise InputError([node.problem(f"{given} is no format", f"write format: {current}")])
    if given > current:
        hint = f"this version reads up to format {current}: update penser-demain"
        raise InputError([node.problem(f"format {given} is newer than this version", hint)])
    steps = MIGRATIONS.get(kind, {})
    for step in range(given, current):
        if step not in steps:
            raise InputError([node.problem(f"{given} is no format", f"write format: {current}")])
        steps[step](document)
    node.content = current
    return document
