"""The parts of docs/ODD.md and docs/TRACE.md that the code writes.

`python -m simulator.odd` prints them all; with pages as arguments it rewrites in place those that
they hold, between the marks `<!-- generated: NAME -->` and `<!-- end: NAME -->`. A test compares
the pages with the code, so that neither drifts.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from simulator.codes import LEVELS
from simulator.facts import Fact, facts
from simulator.model import SCHEDULE
from simulator.open_accounts import DUE_COLUMNS
from simulator.organisations import columns
from simulator.parameters import SPECS, ParameterSpec, process_groups
from simulator.process_names import NAMES
from simulator.structures import STRUCTURES

PACKAGE: Final = Path(__file__).parent
# Modules whose constants are assumptions of the model rather than names or sizes of arrays.
_ASSUMING: Final = ("processes/*.py", "initial.py")
_COLUMNS_SHOWN: Final = 16
_HEADING = re.compile(r"^    # (?P<title>[A-Z][^.]*)$")
_MARK = re.compile(r"^<!-- generated: (?P<name>[a-z-]+) -->$", re.MULTILINE)
_ANNOTATION = re.compile(r"^    (?P<name>[a-z_]+): ")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"
                     for line in lines)  # fmt: skip


def state_variables() -> str:
    """ODD element 2: every column of the organisations, under the headings of its class."""
    known = columns()
    source = (PACKAGE / "organisations.py").read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(source) if line.startswith("class Organisations"))
    parts: list[tuple[str, list[list[str]]]] = []
    for line in source[start:]:
        if heading := _HEADING.match(line):
            parts.append((heading["title"], []))
        elif (found := _ANNOTATION.match(line)) and found["name"] in known and parts:
            column = known[found["name"]]
            shape = "6 levels" if column.levels else ""
            parts[-1][1].append([f"`{found['name']}`", column.unit, column.meaning, shape])
    blocks = [
        f"**{title}**\n\n" + table(("column", "unit", "meaning", "per"), rows)
        for title, rows in parts
        if rows
    ]
    header = ("column of `PublicAccounts.due`", "unit", "meaning", "per")
    kept = [[f"`{name}`", one.unit, one.meaning, "6 levels"] for name, one in DUE_COLUMNS.items()]
    blocks.append("**Promises of public funders, kept with their debts**\n\n" + table(header, kept))
    return "\n\n".join(blocks)


def schedule() -> str:
    """ODD element 3: the processes of a quarter in order, plain name, first line of docstring."""
    rows = []
    for number, process in enumerate(SCHEDULE, start=1):
        module = process.__module__.removeprefix("simulator.").replace(".", "/")
        plain, function = NAMES[process.__name__][0], process.__name__
        rows.append([str(number), f"`{function}`", plain, f"`{module}.py`", first_line(process)])
    return table(("", "process", "plain name", "file", "what it does"), rows)


def structures() -> str:
    """ODD element 4: mechanisms that could have been written otherwise."""
    rows = [
        [f"`{name}`", one.definition_en, ", ".join(f"`{p}` = {v:g}" for p, v in one.pinned.items())]
        for name, one in STRUCTURES.items()
    ]
    return table(("structure", "what it does", "parameters pinned"), rows)


def first_line(thing: Callable[..., object]) -> str:
    """First line of a docstring."""
    return (thing.__doc__ or "").strip().splitlines()[0]


def constants() -> str:
    """Numbers that stand in the code of the processes, with the comment beside them."""
    rows = []
    for pattern in _ASSUMING:
        for path in sorted(PACKAGE.glob(pattern)):
            lines = path.read_text(encoding="utf-8").splitlines()
            for node in ast.parse("\n".join(lines)).body:
                rows += _constant_rows(node, lines, path)
    return table(("constant", "value", "file", "meaning"), rows)


def _constant_rows(node: ast.stmt, lines: Sequence[str], path: Path) -> list[list[str]]:
    """Rows of an assignment of numbers to upper-case names; none for any other statement."""
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target, value = node.target, node.value
    else:
        return []
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    if not all(isinstance(name, ast.Name) and name.id.strip("_").isupper() for name in names):
        return []
    if len(names) != len(values):
        return []
    comment = lines[node.lineno - 1].partition("  # ")[2].strip()
    rows = []
    for name, number in zip(names, values, strict=True):
        text = ast.unparse(number)
        if isinstance(name, ast.Name) and re.fullmatch(r"[-\d./_e ]+", text):
            rows.append([f"`{name.id}`", text, f"`{path.relative_to(PACKAGE)}`", comment])
    return rows


def parameters() -> str:
    """Every parameter by process, with its default, its range in ensembles and its kind."""
    blocks = []
    for group in process_groups():
        rows = [
            [
                f"`{name}`", SPECS[name].symbol, SPECS[name].label_en, default_text(SPECS[name]),
                range_text(SPECS[name]), SPECS[name].unit, SPECS[name].kind,
            ]
            for name in group.parameters
        ]  # fmt: skip
        header = ("parameter", "symbol", "meaning", "default", "range", "unit", "kind")
        blocks.append(f"**{group.label_en}**\n\n" + table(header, rows))
    return "\n\n".join(blocks)


def default_text(spec: ParameterSpec) -> str:
    """Default value; a table gives the usual value, then the codes that differ from it."""
    values = np.asarray(spec.default, dtype=float)
    if values.ndim == 0:
        return number_text(float(values))
    if spec.axis == "kernel":
        rows = np.atleast_2d(values)
        named = zip(LEVELS if len(rows) == len(LEVELS) else ("all",), rows, strict=True)
        return "; ".join(f"{code} " + "/".join(map(number_text, np.trim_zeros(row, "b")))
                         for code, row in named)  # fmt: skip
    found, counts = np.unique(values, return_counts=True)
    usual = found[counts.argmax()] if counts.max() > 1 else None
    others = [
        f"{code} {number_text(value)}"
        for code, value in zip(spec.codes(), values, strict=True)
        if value != usual
    ]
    return "; ".join(others if usual is None else [number_text(usual), *others])


def range_text(spec: ParameterSpec) -> str:
    """What ensembles draw from: values, a common factor (×) or a common shift."""
    if spec.range is None:
        return "–"
    low, high = spec.range
    mark = {"value": "", "factor": "× ", "shift": "shift "}[spec.range_mode]
    return f"{mark}{number_text(low)} to {number_text(high)}"


def number_text(value: float) -> str:
    """A number as people write it: 0.018, 23,000; a true minus sign."""
    return f"{value:,.10g}".replace("-", "−")


def input_data() -> str:
    """ODD element 6: the files that a run reads, with their lines and columns or entries."""
    rows = []
    for path in sorted((PACKAGE / "data").rglob("*.*")):
        name = path.relative_to(PACKAGE).as_posix()
        if path.suffix == ".csv":
            lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
            columns_ = ", ".join(lines[0][:_COLUMNS_SHOWN])
            more = len(lines[0]) - _COLUMNS_SHOWN
            rows.append([f"`{name}`", str(len(lines) - 1),
                         columns_ + (f" and {more} more" if more > 0 else "")])  # fmt: skip
    rows.append(["`data/facts.yaml`", str(len(facts())), "fact, range, role, figures, measure"])
    count = str(len(SPECS))
    rows.append(
        ["`data/parameters.yaml`", count, "parameter, unit, default, range, domain, source"]
    )
    return table(("file", "lines", "columns"), rows)


def facts_by_role() -> str:
    """Every published fact that the model is held against, under its role."""
    headings = {
        "input": "Input: the population is built from it",
        "tuned": "Tuned: parameters were set to reach it",
        "held_out": "Held out: nothing was set on it; only these can validate",
    }
    blocks = []
    for role, heading in headings.items():
        rows = [_fact_row(code, fact) for code, fact in facts().items() if fact.role == role]
        blocks.append(f"**{heading}**\n\n" + table(_FACT_HEADER, rows))
    return "\n\n".join(blocks)


_FACT_HEADER: Final = ("fact", "what", "accepted", "evidence", "figures", "measured on")


def _fact_row(code: str, fact: Fact) -> list[str]:
    ends = ["…" if end is None else number_text(end) for end in (fact.low, fact.high)]
    accepted = "–" if ends == ["…", "…"] else " to ".join(ends) + f" ({fact.unit})"
    measured = fact.measure if fact.reason is None else f"not measured: {fact.reason.en}"
    return [
        f"`{code}`", fact.label.en, accepted, fact.source, ", ".join(fact.facts), measured.strip(),
    ]  # fmt: skip


def tuned_parameters() -> str:
    """Parameters set so that the model reaches a fact, and what is said of it."""
    rows = [
        [f"`{spec.name}`", default_text(spec), spec.source.strip(), ", ".join(spec.facts)]
        for spec in SPECS.values()
        if spec.kind == "tuned"
    ]
    return table(("parameter", "default", "set on", "figures"), rows)


def kinds_of_parameters() -> str:
    """How many parameters rest on what."""
    meaning = {
        "published": "a published figure",
        "microdata": "data on single grants or organisations",
        "foreign": "evidence of other countries",
        "tuned": "set so that the model reaches a published fact",
        "judgement": "modelling judgement",
    }
    rows = [
        [f"`{kind}`", text, str(sum(spec.kind == kind for spec in SPECS.values()))]
        for kind, text in meaning.items()
    ]
    return table(("kind", "rests on", "parameters"), rows)


SECTIONS: Final[Mapping[str, Callable[[], str]]] = {
    "state-variables": state_variables,
    "schedule": schedule,
    "structures": structures,
    "input-data": input_data,
    "constants": constants,
    "parameters": parameters,
    "facts": facts_by_role,
    "tuned-parameters": tuned_parameters,
    "kinds": kinds_of_parameters,
}


def refreshed(page: str, sections: Mapping[str, Callable[[], str]] | None = None) -> str:
    """The page with its generated sections as the code has them now; KeyError for unknown ones."""
    known = SECTIONS if sections is None else sections
    for name in _MARK.findall(page):
        opening, closing = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        before, _, rest = page.partition(opening)
        _, ended, after = rest.partition(closing)
        if not ended:
            raise KeyError(f"section {name} has no end: write {closing}")
        page = f"{before}{opening}\n{known[name]()}\n{closing}{after}"
    return page


def main(arguments: Sequence[str]) -> None:
    """Print the sections, or rewrite them in the pages named."""
    if not arguments:
        for name, write in SECTIONS.items():
            print(f"## {name}\n\n{write()}\n")
        return
    for name in arguments:
        path = Path(name)
        path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
