"""From the folder of an experiment to one HTML file and its pictures."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup

from experiments.report.blocks import Block, Folded, Picture, Section
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
    allow_incomplete: bool = False,
) -> Path:
    """Write the report of an experiment, and return its path.

    out: the HTML file, `report.html` in the folder else; the pictures are written as SVG and PNG in
    `figures/` of the folder. allow_incomplete: report an unfinished experiment, as far as its
    replicates are whole. The same folder gives the same bytes. Raises InputError for an unknown
    language or a folder without an experiment, FolderError where the disk refuses the files.
    """
    if language not in LANGUAGES:
        raise InputError.single("language", f"{language!r} is not known", "fr or en")
    results = ExperimentResults.load(folder, allow_incomplete)
    target = results.folder / REPORT if out is None else Path(out)
    if target.is_dir():
        raise InputError.single("out", f"{target} is a folder", "name a file, such as report.html")
    subject = Subject(results, language)
    content = sections(subject)
    try:
        pictured = [
            replace(one, blocks=_pictured(one.blocks, results.folder / FIGURES, language))
            for one in content
        ]
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
        question=getattr(plan.question, language), sections=content, warnings=warnings(subject),
        style=Markup(style), version=subject.results.manifest["version"],
    )  # fmt: skip


def warnings(subject: Subject) -> list[str]:
    """What a reader has to know before all else."""
    say, told = subject.say, []
    results = subject.results
    if not results.complete:
        whole = len(subject.seen.replicates) if len(subject.outcomes) else 0
        told.append(say("incomplete", done=subject.count(len(subject.runs)),
                        units=subject.count(int(results.manifest["units"])),
                        replicates=subject.count(whole)))  # fmt: skip
    if len(subject.failed):
        told.append(say("some_failed", failed=subject.count(len(subject.failed))))
        told += _left_out(subject)
    return told


def _left_out(subject: Subject) -> list[str]:
    """What analyses leave out because units failed."""
    try:
        seen, say = subject.seen, subject.say
    except InputError:
        return []
    told = []
    if seen.failing_points:
        told.append(say("left_points", count=subject.count(seen.failing_points),
                        points=subject.count(len(subject.results.design))))  # fmt: skip
    if seen.failing_replicates:
        told.append(say("left_replicates", count=subject.count(seen.failing_replicates)))
    if seen.failing_points and subject.plan.design.kind in ("sobol", "morris"):
        told.append(say("left_blocks"))
    return told


def _pictured(blocks: list[Block], folder: Path, language: str) -> list[Block]:
    """The same blocks, their pictures drawn."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Picture):
            found.append(drawn(block, folder, language))
        elif isinstance(block, Folded):
            found.append(replace(block, blocks=_pictured(block.blocks, folder, language)))
        else:
            found.append(block)
    return found
