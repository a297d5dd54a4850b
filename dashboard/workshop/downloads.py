"""What a facilitator takes home: scenarios that run again, the results folder, the debrief."""

from __future__ import annotations

import logging
import secrets
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.language import Texts
from dashboard.workshop.debrief import report, sheet, sheets
from dashboard.workshop.debrief.gathering import gathered
from dashboard.workshop.debrief.material import Debrief
from dashboard.workshop.export import export
from dashboard.workshop.pdf import write_pdf
from dashboard.workshop.room.state import Room
from dashboard.workshop.venue import Venue
from simulator.problems import InputError

log = logging.getLogger(__name__)
AT_ONCE: Final = ("scenario.yaml", "reference.yaml")  # nothing is simulated for them


class NotThere(Exception):
    """Nothing of this name can be given of this room."""


class NotMade(Exception):
    """What is asked for cannot be made now: a world failed, a disk is full, the room is gone."""


@dataclass(frozen=True)
class Download:
    """A file as a browser saves it: a text, or a file on the disk."""

    name: str
    media_type: str
    content: str | bytes | Path


@dataclass(frozen=True)
class _Asked:
    """Of which room, and in which language."""

    venue: Venue
    code: str
    texts: Texts

    @property
    def room(self) -> Room:
        return self.venue.hall.room(self.code).room

    @property
    def stem(self) -> str:
        return f"salle-{self.code.lower()}"


def download(name: str, venue: Venue, code: str, texts: Texts) -> Download:
    """The file of a name; may take as long as a simulation.

    Raises NotThere, NotMade, NoSuchRoom.
    """
    make = _FILES.get(name)
    if make is None or (venue.engine is None and name == "resultats.zip"):
        raise NotThere(name)
    try:
        return make(_Asked(venue, code, texts))
    except (RuntimeError, InputError, OSError) as error:
        log.exception("room %s: %s cannot be made", code, name)
        raise NotMade(name) from error


def own_sheet(venue: Venue, code: str, table: str, texts: Texts) -> str:
    """The sheet of one table as it stands now; waits for nothing. Raises NoSuchRoom."""
    return sheet(gathered(venue, code, patience=0.0), table, texts)


def _played(asked: _Asked) -> Download:
    return _yaml(asked, "")


def _reference(asked: _Asked) -> Download:
    return _yaml(asked, "-reference")


def _yaml(asked: _Asked, ending: str) -> Download:
    name = f"{asked.stem}{ending}.yaml"
    return Download(name, "application/yaml; charset=utf-8", export(asked.room).files[name])


def _results(asked: _Asked) -> Download:
    """The results folder with the files that make it again and the command that does."""
    engine = asked.venue.engine
    assert engine is not None
    room, stem = asked.room, asked.stem
    folder, made = engine.keep(room), export(room)
    packed = folder.with_name(f"{folder.name}.zip")
    if not zipfile.is_zipfile(packed):  # not there, or cut where the power was
        partial = packed.with_suffix(f".{secrets.token_hex(4)}")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as writing:
                for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                    writing.write(path, Path(stem, path.relative_to(folder)).as_posix())
                for name, text in made.files.items():
                    writing.writestr(name, text)
                writing.writestr(f"{stem}.txt", f"{made.command}\n")
            partial.replace(packed)
        finally:
            partial.unlink(missing_ok=True)
    return Download(f"{stem}.zip", "application/zip", packed)


def _page(name: str, drawn: Callable[[Debrief, Texts], str]) -> Callable[[_Asked], Download]:
    def make(asked: _Asked) -> Download:
        html = drawn(gathered(asked.venue, asked.code), asked.texts)
        return Download(f"{asked.stem}-{name}.html", "text/html; charset=utf-8", html)

    return make


def _printed(name: str, drawn: Callable[[Debrief, Texts], str]) -> Callable[[_Asked], Download]:
    """The page as a PDF; NotThere on a machine without a browser that prints."""

    def make(asked: _Asked) -> Download:
        page = _page(name, drawn)(asked)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "page.pdf")
            try:
                write_pdf(str(page.content), path)
            except InputError as error:
                raise NotThere(str(error)) from error
            return Download(f"{asked.stem}-{name}.pdf", "application/pdf", path.read_bytes())

    return make


_FILES: Final[Mapping[str, Callable[[_Asked], Download]]] = {
    "scenario.yaml": _played,
    "reference.yaml": _reference,
    "resultats.zip": _results,
    "bilan.html": _page("bilan", report),
    "bilan.pdf": _printed("bilan", report),
    "fiches.html": _page("fiches", sheets),
    "fiches.pdf": _printed("fiches", sheets),
}
