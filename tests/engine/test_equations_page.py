"""docs/equations.md names files, functions, tests and simplifications that exist, none missing."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

from simulator.model import SCHEDULE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "equations.md").read_text(encoding="utf-8")
ODD = (ROOT / "docs" / "ODD.md").read_text(encoding="utf-8")
_BAR = re.compile(r"(?<!\\)\|")


def table_rows(text: str) -> list[list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in _BAR.split(row)[1:-1]] for row in rows]


LINES = [row for row in table_rows(PAGE) if row[0] != "line"]
CHOICES = ODD.partition("# Simplifications and choices")[2].partition("\n# ")[0]
SIMPLIFICATIONS = [(row[0], row[1]) for row in table_rows(CHOICES) if row[0] != "process"]


@functools.cache
def defined(path: str) -> set[str]:
    """Functions, classes and methods of a Python file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = (item for item in node.body if isinstance(item, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}" for method in methods}
    return found


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", LINES, ids=[row[0] for row in LINES])
def test_a_line_names_code_tests_and_design_that_exist(row: list[str]) -> None:
    line, equation, code, tests, design = row
    assert equation and named(code) and named(tests), line
    for place in named(code):
        path, _, name = place.partition(":")
        assert name in defined(f"simulator/{path}"), place
    for place in named(tests):
        path, _, name = place.partition("::")
        assert (ROOT / "tests" / path).is_file(), place
        assert name in defined(f"tests/{path}"), place
    if design != "as designed":
        process, _, opening = design.partition(": ")
        texts = [text for of, text in SIMPLIFICATIONS if of == process]
        assert any(text.startswith(opening) for text in texts), design


def test_every_simplification_of_a_process_belongs_to_a_line() -> None:
    cited = [design.partition(": ")[::2] for *_, design in LINES if design != "as designed"]
    left_out = [
        (process, text[:60])
        for process, text in SIMPLIFICATIONS
        if process != "all"
        and not any(of == process and text.startswith(start) for of, start in cited)
    ]
    assert left_out == []


def test_lines_are_numbered_without_gap() -> None:
    numbers: dict[str, list[int]] = {}
    for line, *_ in LINES:
        process, _, number = line.partition(".")
        numbers.setdefault(process, []).append(int(number or process[2:]))
    processes = {f"P{i}" for i in range(17)} | {"P9b", "P10b", "P14b"}
    assert processes <= set(numbers)
    assert {p: n for p, n in numbers.items() if p in processes
            and n != list(range(1, len(n) + 1))} == {}  # fmt: skip


def test_every_process_of_a_quarter_has_a_line() -> None:
    files = {place.partition(":")[0] for row in LINES for place in named(row[2])}
    modules = {process.__module__.removeprefix("simulator.").replace(".", "/") + ".py"
               for process in SCHEDULE}  # fmt: skip
    assert sorted(modules - files - {"model.py"}) == []
