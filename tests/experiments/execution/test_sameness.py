"""Nothing that shapes results is forgotten by the hash that a folder is gone on with."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from experiments.execution.sameness import ROOT, SHAPING_NOTHING, shaping


def named(file: str) -> Iterator[str]:
    """Modules of `experiments` that a file imports anywhere in it, as dotted names below it."""
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def imported(file: str) -> set[str]:
    """Files of `experiments` that a file imports."""
    found = set()
    for name in named(file):
        package, _, rest = name.partition(".")
        stem = rest.replace(".", "/")
        found |= {
            path for path in (f"{stem}.py", f"{stem}/__init__.py")
            if package == "experiments" and rest and (ROOT / path).is_file()
        }  # fmt: skip
    return found


def test_all_that_a_run_imports_is_hashed_or_said_to_shape_nothing() -> None:
    reached, waiting = set[str](), {"runner.py"}
    while waiting:
        reached |= waiting
        # Modules that shape nothing are not followed: what they import is theirs.
        waiting = {
            file for one in waiting - SHAPING_NOTHING for file in imported(one)
        } - reached  # fmt: skip
    assert {"store/folder.py", "execution/worlds.py", "design/sobol.py"} <= reached
    assert reached <= {*shaping(), *SHAPING_NOTHING}


def test_what_shapes_nothing_is_there_and_the_rest_is_hashed() -> None:
    assert all((ROOT / file).is_file() for file in SHAPING_NOTHING)
    assert not SHAPING_NOTHING & set(shaping())
    for folder in ("design", "plan", "execution", "store"):
        files = {f"{folder}/{file.name}" for file in (ROOT / folder).glob("*.py")}
        assert files - SHAPING_NOTHING <= set(shaping())
