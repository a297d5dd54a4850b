"""The generated part of docs/scenarios-check.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.cli.hypothesis_words import expected, measured, smallest
from simulator.cli.scenario_check import heading, tally
from simulator.problems import InputError

if TYPE_CHECKING:
    from simulator.scenario_check import ScenarioCheck

NAME = "scenarios-check"
_MARKS = f"<!-- generated: {NAME} -->", f"<!-- end: {NAME} -->"
_ROW = re.compile(r"^\| `(?P<scenario>[^`]+)` \| `(?P<key>[^`]+)` \|.*\| (?P<outcome>[^|]+) \|$")


def page_text(path: Path) -> str:
    """The page; InputError where it cannot be read or has no generated part."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.single("write", f"{path} cannot be read: {error}", "name a page") from None
    if not all(mark in text for mark in _MARKS):
        raise InputError.single("write", f"{path} has no generated part", f"write {_MARKS[0]}")
    return text


def rewritten(page: str, found: ScenarioCheck) -> str:
    """The page with its generated part as the check has it."""
    before, _, rest = page.partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    return f"{before}{_MARKS[0]}\n{generated(found)}\n{_MARKS[1]}{after}"


def generated(found: ScenarioCheck) -> str:
    """What was run, then a table of the hypotheses to test and one of those built in."""
    entries, rows = found.manifest["scenarios"], found.table.to_dict("records")

    def title(scenario: str) -> str:
        return str(entries[scenario]["title"]["en"])

    parts = [heading(found, "en"), tally(found, "en")]
    for built_in in (False, True):
        lines = [_line(row, title) for row in rows if bool(row["built_in"]) == built_in]
        name = "Built in" if built_in else "To test"
        header = "| scenario | key | expected | measured | smallest effect | source | outcome |"
        parts.append("\n".join([f"**{name}**", "", header, "|---" * 7 + "|", *lines]))
    return "\n\n".join(parts)


def surprises(page: str) -> list[tuple[str, str]]:
    """Scenario and key of every line of the page's tables that is not found or ambiguous."""
    part = page.partition(_MARKS[0])[2].partition(_MARKS[1])[0]
    rows = [match for line in part.splitlines() if (match := _ROW.match(line))]
    return [(row["scenario"], row["key"]) for row in rows
            if row["outcome"] in ("not found", "ambiguous")]  # fmt: skip


def _line(row: dict[Any, Any], title: Any) -> str:
    cells = [
        f"`{row['scenario']}`", f"`{row['key']}`", expected(row, title, "en"),
        measured(row, "en"), smallest(row, "en"), row["source"], row["outcome_en"],
    ]  # fmt: skip
    # A bar would end the cell; a group of two dimensions has one in its key.
    return "| " + " | ".join(str(cell).replace("|", "·") for cell in cells) + " |"
