"""From the folder of an experiment to one HTML file and its pictures."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup

from experiments.report.blocks import Picture, Section
from experiments.report.figures.drawing import drawn
from experiments.report.sections import sections
from experiments.report.subject import Subject
from experiments.results import ExperimentResults
from simulator.problems import InputError
from simulator.results_folder import FolderError

LANGUAGES: Final = ("fr", "en")
FIGURES: Final = "figures"
REPORT: Final = "report.html"


def write_report(
    folder: str | os.PathLike[str],
    language: str = "fr",
    out: str | os.PathLike[str] | None = None,
) -> Path:
    """Write the report of an experiment, finished or not, and return its path.

    out: the HTML file, `report.html` in the folder else; the pictures are written as SVG and PNG in
    `figures/` of the folder. The same folder gives the same bytes. Raises InputError for an unknown
    language or a folder without an experiment, FolderError where the disk refuses the files.
    """
    if language not in LANGUAGES:
        raise InputError.single("language", f"{language!r} is not known", "fr or en")
    results = ExperimentResults.load(folder, allow_incomplete=True)
    target = results.folder / REPORT if out is None else Path(out)
    if target.is_dir():
        raise InputError.single("out", f"{target} is a folder", "name a file, such as report.html")
    subject = Subject(results, language)
    content = sections(subject)
    try:
        pictured = [_pictured(one, results.folder / FIGURES, language) for one in content]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page(subject, pictured), encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"the report could not be written: {error.strerror or error}"
        raise FolderError(error.errno or 0, message) from error
    return target


def page(subject: Subject, content: list[Section]) -> str:
    """The HTML of sections whose pictures are drawn."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments.report"), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    language, plan = subject.language, subject.plan
    style = environment.loader.get_source(environment, "report.css")[0]  # type: ignore[union-attr]
    return environment.get_template("report.html").render(
        language=language, say=subject.say, title=getattr(plan.title, language),
        question=getattr(plan.question, language), sections=content, warnings=_warnings(subject),
        style=Markup(style), version=subject.results.manifest["version"],
    )  # fmt: skip


def _warnings(subject: Subject) -> list[str]:
    """What a reader has to know before all else."""
    say, told = subject.say, []
    if not subject.results.complete:
        told.append(say("incomplete", done=subject.count(len(subject.runs)),
                        units=subject.count(int(subject.results.manifest["units"]))))  # fmt: skip
    if len(subject.failed):
        told.append(say("some_failed", failed=subject.count(len(subject.failed))))
    return told


def _pictured(section: Section, folder: Path, language: str) -> Section:
    blocks = [
        drawn(block, folder, language) if isinstance(block, Picture) else block
        for block in section.blocks
    ]
    return replace(section, blocks=blocks)
