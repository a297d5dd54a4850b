"""The calibrated set: draws of the parameters that history matching and acceptance kept.

`data/accepted_draws.csv` has a line for each draw and a column for each drawn parameter, with the
number that was drawn: the value, or the common factor or shift of a table. `accepted_draws.json`
says where the set comes from and describes every parameter as it was then, so that a set is never
read with another list of parameters than its own. `penser-demain calibrate` writes both.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.parameter_draws import drawn_names, moved
from simulator.parameter_file import ParameterSpec, Value, load_specs
from simulator.problems import InputError

Floats = NDArray[np.float64]

DRAWS_FILE: Final = "accepted_draws.csv"
MANIFEST_FILE: Final = "accepted_draws.json"
_DRAW: Final = "draw"
# Keeps the order of the draws apart from every other use of the same seed.
_STREAM: Final = 0x61636370
_NAMED: Final = 5
_REMEDY: Final = "make one with penser-demain calibrate, or use --parameters ranges or default"


@dataclass(frozen=True)
class AcceptedSet:
    """Accepted draws; `numbers` has shape (draws, parameters), in the order of `names`."""

    names: tuple[str, ...]
    numbers: Floats
    manifest: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.numbers)

    def row(self, index: int, seed: int) -> int:
        """Line of the set, from 0, that draw `index` (from 1) of `seed` takes.

        Every seed goes through the set in an order of its own, each line once; the draws do not
        depend on how many are asked.
        """
        if not 1 <= index <= len(self):
            raise ValueError(f"draw {index} is not between 1 and {len(self)}, the accepted draws")
        order = np.random.default_rng([_STREAM, seed]).permutation(len(self))
        return int(order[index - 1])

    def values(self, index: int, seed: int) -> dict[str, Value]:
        """Values of the drawn parameters in draw `index` of `seed`."""
        specs = load_specs()[0]
        line = self.numbers[self.row(index, seed)]
        return {
            name: moved(specs[name], float(number))
            for name, number in zip(self.names, line, strict=True)
        }


def signature(spec: ParameterSpec) -> str:
    """Digest of what a draw of a parameter means: its default, range, shape of the draw."""
    state = hashlib.sha256(np.asarray(spec.default, dtype="<f8").tobytes())
    state.update(repr((spec.axis, spec.range, spec.range_mode, spec.distribution)).encode())
    state.update(b"drawn" if spec.is_drawn else b"fixed")
    return state.hexdigest()[:16]


def signatures() -> dict[str, str]:
    """Signature of every parameter that is not there for levers only."""
    return {name: signature(spec) for name, spec in load_specs()[0].items() if not spec.lever_only}


def folder() -> Traversable:
    """Where the set that ships lies."""
    return files("simulator") / "data"


@cache
def shipped() -> AcceptedSet:
    """The set that ships; InputError where there is none, or where it belongs to other parameters.

    Read once.
    """
    if not is_shipped():
        raise InputError.single(
            "parameters", "no calibrated set of parameters ships with this version", _REMEDY
        )
    return read(folder())


def is_shipped() -> bool:
    """True where a calibrated set ships."""
    return (folder() / DRAWS_FILE).is_file()


def read(where: Traversable) -> AcceptedSet:
    """The set in a folder, checked against the parameters of today."""
    manifest = json.loads((where / MANIFEST_FILE).read_text(encoding="utf-8"))
    _check_parameters(manifest["parameters"])
    lines = list(csv.reader(io.StringIO((where / DRAWS_FILE).read_text(encoding="utf-8"))))
    names = tuple(lines[0][1:])
    if names != drawn_names():
        raise InputError.single(
            "parameters", f"{DRAWS_FILE} does not hold the parameters that are drawn", _REMEDY
        )
    numbers = np.array([[float(cell) for cell in line[1:]] for line in lines[1:]])
    _check_numbers(names, numbers)
    numbers.setflags(write=False)
    return AcceptedSet(names, numbers, manifest)


def write(
    where: Path, names: tuple[str, ...], numbers: Floats, manifest: Mapping[str, Any]
) -> None:
    """Write a set; the draws are numbered from 1. The same set gives the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_DRAW, *names])
    writer.writerows([i + 1, *map(repr, line.tolist())] for i, line in enumerate(numbers))
    (where / DRAWS_FILE).write_text(text.getvalue(), encoding="utf-8", newline="\n")
    content = {**manifest, "draws": len(numbers), "parameters": signatures()}
    (where / MANIFEST_FILE).write_text(
        json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )


def _check_parameters(then: Mapping[str, str]) -> None:
    now = signatures()
    differ = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
    if differ:
        named = ", ".join(differ[:_NAMED])
        more = f" and {len(differ) - _NAMED} more" if len(differ) > _NAMED else ""
        raise InputError.single(
            "parameters",
            f"the calibrated set belongs to another list of parameters: {named}{more} differ",
            _REMEDY,
        )


def _check_numbers(names: tuple[str, ...], numbers: Floats) -> None:
    specs = load_specs()[0]
    for name, column in zip(names, numbers.T, strict=True):
        low, high = specs[name].range or (-np.inf, np.inf)
        wrong = column[~((column >= low) & (column <= high))]
        if len(wrong):
            raise InputError.single(
                name, f"{wrong[0]:g} in the calibrated set is outside its range",
                f"{low:g} to {high:g}; " + _REMEDY,
            )  # fmt: skip
