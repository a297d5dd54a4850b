"""What a facilitator takes home: scenarios that run again, the results folder, the debrief."""

from __future__ import annotations

import secrets
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.workshop.engine import Engine
from dashboard.workshop.export import export
from dashboard.workshop.room.state import Room


class NotThere(Exception):
    """Nothing of this name can be given of this room."""


@dataclass(frozen=True)
class Download:
    """A file as a browser saves it: a text, or a file on the disk."""

    name: str
    media_type: str
    content: str | Path


def download(name: str, room: Room, engine: Engine | None) -> Download:
    """The file of a name; may take as long as a simulation. Raises NotThere.

    Raises what `Engine.keep` raises where the results cannot be made.
    """
    make = _FILES.get(name)
    if make is None or (engine is None and name == "resultats.zip"):
        raise NotThere(name)
    return make(room, engine)


def _played(room: Room, engine: Engine | None) -> Download:
    return _yaml(room, "")


def _reference(room: Room, engine: Engine | None) -> Download:
    return _yaml(room, "-reference")


def _yaml(room: Room, ending: str) -> Download:
    name = f"salle-{room.code.lower()}{ending}.yaml"
    text = export(room).files[name]
    return Download(name, "application/yaml; charset=utf-8", text)


def _results(room: Room, engine: Engine | None) -> Download:
    """The results folder with the files that make it again and the command that does."""
    assert engine is not None
    folder, made = engine.keep(room), export(room)
    stem = f"salle-{room.code.lower()}"
    packed = folder.with_name(f"{folder.name}.zip")
    if not packed.is_file():
        partial = packed.with_suffix(f".{secrets.token_hex(4)}")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as writing:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                writing.write(path, Path(stem, path.relative_to(folder)).as_posix())
            for name, text in made.files.items():
                writing.writestr(name, text)
            writing.writestr(f"{stem}.txt", f"{made.command}\n")
        partial.replace(packed)
    return Download(f"{stem}.zip", "application/zip", packed)


_FILES: Final[Mapping[str, Callable[[Room, Engine | None], Download]]] = {
    "scenario.yaml": _played,
    "reference.yaml": _reference,
    "resultats.zip": _results,
}
