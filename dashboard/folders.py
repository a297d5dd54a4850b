"""Folders of experiments that the dashboard was told of, by the name that addresses use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from simulator.problems import InputError
from simulator.results_folder import MANIFEST
from simulator.version import __version__

if TYPE_CHECKING:
    from experiments.report.blocks import Picture, Section
    from experiments.report.subject import Subject

# What reading a folder that was cut off, emptied or written by another version can raise.
UNREADABLE: Final = (
    InputError, OSError, KeyError, ValueError, TypeError, AttributeError, AssertionError,
    IndexError, pa.ArrowException,
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A folder of an experiment; `damaged` says why it cannot be read, where it cannot.

    `status`: see `experiments.store.status`.
    """

    name: str
    path: Path
    status: dict[str, Any]
    title: dict[str, str]
    question: dict[str, str]
    damaged: str = ""

    @property
    def version(self) -> str:
        """Version of the model that it was run on, where it is another one."""
        version = str(self.status.get("version", __version__))
        return "" if version == __version__ else version

    @property
    def stamp(self) -> float:
        """Changes when units are added."""
        return max((one.stat().st_mtime for one in (self.path, *self.path.glob("*"))), default=0.0)


def known_experiments(given: Sequence[Path]) -> dict[str, Known]:
    """Experiments of the folders given, and of the folders inside those that are none."""
    found: dict[str, Known] = {}
    for folder in given:
        inside = [folder] if (folder / MANIFEST).exists() else _children(folder)
        for path in inside:
            name, number = path.resolve().name, 2
            while name in found:
                name = f"{path.resolve().name}-{number}"
                number += 1
            one = _opened(name, path)
            if one is not None:
                found[name] = one
    return found


def subject_of(known: Known, language: str) -> Subject:
    """The experiment as its report tells it; raises one of UNREADABLE."""
    from experiments.report.subject import Subject
    from experiments.results import ExperimentResults

    return Subject(ExperimentResults.load(known.path, allow_incomplete=True), language)


@dataclass(frozen=True)
class Report:
    """What has to be known first, then the parts of the report."""

    warnings: tuple[str, ...]
    sections: tuple[Section, ...]


def report_of(known: Known, language: str) -> Report:
    """The report of an experiment; raises one of UNREADABLE. Analyses take seconds and are kept."""
    return _report(known.path, known.stamp, language)


def picture_of(known: Known, language: str, name: str) -> Picture | None:
    """The picture of a name among those of its report."""
    from experiments.report.pictures import pictures_of

    return pictures_of(report_of(known, language).sections).get(name)


@lru_cache(maxsize=8)
def _report(path: Path, stamp: float, language: str) -> Report:
    from experiments.report.sections import sections
    from experiments.report.write import warnings

    subject = subject_of(Known("", path, {}, {}, {}), language)
    return Report(tuple(warnings(subject)), tuple(sections(subject)))


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    except OSError:
        return []


def _opened(name: str, path: Path) -> Known | None:
    """The experiment of a folder, None where the folder holds something else."""
    from experiments.store.status import status

    nothing: dict[str, str] = {}
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return Known(name, path, {}, nothing, nothing, str(error))
    if not isinstance(manifest, dict) or "plan" not in manifest:
        return None
    try:
        found = status(path)
        plan = subject_of(Known(name, path, found, nothing, nothing), "fr").plan
        title = {"fr": plan.title.fr, "en": plan.title.en}
        question = {"fr": plan.question.fr, "en": plan.question.en}
    except UNREADABLE as error:
        return Known(name, path, {}, nothing, nothing, str(error))
    return Known(name, path, found, title, question)
