"""The generated part of docs/scenarios-check.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.cli.generated_part import marks
from simulator.cli.hypothesis_words import expected, measured, smallest
from simulator.cli.scenario_check import heading, tally

if TYPE_CHECKING:
    from simulator.scenario_check import ScenarioCheck

NAME = "scenarios-check"
_ROW = re.compile(r"^\| `(?P<scenario>[^`]+)` \| `(?P<key>[^`]+)` \|.*\| (?P<outcome>[^|]+) \|$")


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
    begin, end = marks(NAME)
    part = page.partition(begin)[2].partition(end)[0]
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
