"""Where the numbers of a figure come from, and what an image of it says on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.figures.theme import LETTERS
from dashboard.population_names import population_name
from dashboard.view import BASELINE, View

# What a number rests on; all but the first are the kinds of the model's parameters.
KINDS: Final = ("simulation", "published", "microdata", "foreign", "judgement", "tuned")


@dataclass(frozen=True)
class Line:
    """A line of a figure: rank of its colour, dash and letter; `note` stands behind the title."""

    rank: int
    title: str
    note: str = ""

    @property
    def letter(self) -> str:
        return LETTERS[self.rank]


@dataclass(frozen=True)
class Origin:
    """Source of a panel.

    kind: one of `KINDS`. sentence: the source in words. lines: what the lines of its drawings
    are, as the key above them says. caption: what an image says as well, such as the group, the
    reference and what the bands are.
    """

    kind: str
    sentence: str
    lines: tuple[Line, ...] = ()
    caption: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is not one of {KINDS}")


def simulated(view: View, spread: str = "", start: int = 0) -> Origin:
    """Origin of a panel of simulated results.

    spread: what the bands or intervals are. start: 1 where the reference is the zero line.
    """
    reference = view.texts(
        "Référence : {reference} ({note})",
        reference=view.quoted(view.selection.reference),
        note=view.reference_note,
    )
    place = view.place[:1].upper() + view.place[1:]
    caption = tuple(said for said in (place, reference, spread) if said)
    return Origin("simulation", results_sentence(view), scenario_lines(view, start), caption)


def results_sentence(view: View) -> str:
    """Results, population, worlds, seed and version behind a view."""
    manifest = view.comparison.results.manifest
    population = manifest.get("population", "")
    name = population.get("name", "") if isinstance(population, dict) else population
    return view.texts(
        "Population « {population} », {count} mondes simulés, graine {seed}, version {version} du "
        "modèle ; dossier de résultats « {results} ».",
        results=view.selection.results,
        population=population_name(name, view.texts),
        count=len(view.comparison.units),
        seed=manifest.get("seed", "?"),
        version=manifest.get("version", "?"),
    )


def scenario_lines(view: View, start: int = 0) -> tuple[Line, ...]:
    """The scenarios in the order of their letters from `start`; the first is the reference."""
    return tuple(
        Line(rank, view.title(scenario), _note(view, rank))
        for rank, scenario in enumerate(view.selection.scenarios)
        if rank >= start
    )


def _note(view: View, rank: int) -> str:
    """What stands behind the title of the reference line, and of constant funding anywhere."""
    if rank == 0:
        return view.texts("référence : {note}", note=view.reference_note)
    constant = view.selection.scenarios[rank] == BASELINE
    return view.subtitle(BASELINE) if constant else ""
