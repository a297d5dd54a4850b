"""The pictures of a report by name, with the numbers that they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from experiments.report.blocks import Block, Folded, Picture, Section

if TYPE_CHECKING:
    from experiments.results import ExperimentResults


def pictures(results: ExperimentResults, language: str = "fr") -> dict[str, Picture]:
    """Name → picture of the report, in its order; `table` holds what it shows, written in words.

    language: "fr" or "en". Raises InputError where the folder does not allow a report.
    """
    from experiments.report.sections import sections
    from experiments.report.subject import Subject

    return pictures_of(sections(Subject(results, language)))


def pictures_of(sections: Sequence[Section]) -> dict[str, Picture]:
    """Name → picture of some sections, folded ones included."""
    return {one.name: one for section in sections for one in _pictures(section.blocks)}


def _pictures(blocks: Sequence[Block]) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Folded):
            yield from _pictures(block.blocks)
