"""What a calibration leaves in its folder: the accepted set, its summary, tables for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from experiments.calibration import tables
from experiments.calibration.calibrate import Calibration
from experiments.calibration.manifest import as_json, identity, write_text
from experiments.calibration.summary import summarised
from simulator import accepted_set

SUMMARY_FILE: Final = "summary.json"
REPORT_FILE: Final = "report.md"
_HEADINGS: Final = {
    "calibration-acceptance": "Acceptance",
    "calibration-waves": "Waves",
    "calibration-emulators": "Emulators after the last wave",
    "calibration-facts": "Facts that draws were accepted on",
    "calibration-watched": "Other facts of the same runs",
    "calibration-misses": "Facts that are missed",
    "calibration-parameters": "Parameters that the facts identify or shift",
    "calibration-together": "Parameters that the facts tie together",
    "calibration-not-identified": "Parameters that the facts do not identify",
}


def write(calibration: Calibration, folder: Path) -> dict[str, Any]:
    """Write the accepted set and the report of a finished calibration; returns the summary."""
    summary = summarised(calibration)
    problem = calibration.problem
    provenance = {**identity(calibration.settings, problem), "calibration": summary}
    accepted_set.write(
        folder, problem.names, problem.numbers(calibration.accepted.points), provenance
    )
    write_text(folder / SUMMARY_FILE, as_json(summary))
    write_text(folder / "parameters.csv", _csv(summary["parameters"]))
    write_text(folder / "facts.csv", _csv([_flat(fact) for fact in summary["facts"]]))
    write_text(folder / "emulators.csv", _csv(_emulators(summary)))
    write_text(folder / REPORT_FILE, as_markdown(summary))
    return summary


def as_markdown(summary: Mapping[str, Any]) -> str:
    """The whole report as one page."""
    parts = ["# Calibration"]
    parts += [
        f"## {_HEADINGS[name]}\n\n{section(summary)}" for name, section in tables.SECTIONS.items()
    ]
    return "\n\n".join(parts) + "\n"


def _flat(fact: Mapping[str, Any]) -> dict[str, Any]:
    row = {key: value for key, value in fact.items() if key not in ("before", "after")}
    for moment in ("before", "after"):
        row |= {f"{key}_{moment}": value for key, value in fact[moment].items()}
    return row


def _emulators(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "wave": wave["number"],
            "fact": id_,
            **{**one, "inputs": " ".join(one["inputs"])},
            "foretold": wave["foretold"].get(id_),
        }
        for wave in summary["waves"]
        for id_, one in wave["emulators"].items()
    ]


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
