"""Levers inside a card: those of scenarios, timed from the play instead of by dates.

A lever without `from` starts when the card begins to act, `lag` quarters after the play. In
`where`, `funder: payer` stands for the funder that plays. A card keeps its levers as they are
written; each is checked as if played in the first quarter, and built when it is played.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import TypeAdapter, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from simulator.cards import timing
from simulator.levers import AnyLever, Lever
from simulator.levers.selection import DIMENSIONS
from simulator.parameters import SPECS
from simulator.strict_model import Fault, faults

PAYER: Final = "payer"
MOMENTS: Final = ("from", "until", "by")
ROWS: Final = DIMENSIONS[1:]
"""Dimensions of `where` that tell organisations apart."""
_ADAPTER: TypeAdapter[Lever] = TypeAdapter(AnyLever)


def dated(lever: Mapping[str, Any], start: int, lag: int = 0) -> dict[str, Any]:
    """The lever with dates, for a card played in quarter `start` that acts `lag` quarters later."""
    found = copy.deepcopy(dict(lever))
    offset = timing.first_offset(found["from"]) if "from" in found else lag
    found["from"] = timing.opening(start + offset)
    if "until" in found:
        found["until"] = timing.closing(start + timing.last_offset(found["until"]))
    if "by" in found:
        found["by"] = timing.opening(start + timing.first_offset(found["by"]))
    return found


def takes_payer(lever: Mapping[str, Any]) -> bool:
    """Whether the lever acts on the funder that plays the card."""
    where = lever.get("where")
    return isinstance(where, Mapping) and where.get("funder") == PAYER


def built(lever: Mapping[str, Any]) -> Lever:
    """A lever with dates, validated; pydantic's ValidationError if it is none."""
    return _ADAPTER.validate_python(dict(lever))


def example(lever: Mapping[str, Any]) -> Lever:
    """The lever as if its card were played in the first quarter, by the State if need be."""
    return built(_with_a_funder(dated(lever, 0)))


def dimensions(lever: Lever) -> tuple[str, ...]:
    """Dimensions of `where` that a lever can be limited to."""
    return tuple(
        name
        for name in lever.allowed_dimensions()
        if all(name in SPECS[target.parameter].varies_by for target in lever.used_targets())
    )


def _with_a_funder(lever: dict[str, Any]) -> dict[str, Any]:
    if takes_payer(lever):
        lever["where"] = {**lever["where"], "funder": "etat"}
    return lever


def _kept(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Check a lever as if it were played, and keep it as it is written."""
    if not isinstance(value, Mapping):
        return handler(value)  # says that this is no lever
    kept = copy.deepcopy(dict(value))
    found = [*_moments(kept), *_dates(kept), *_choices(kept)]
    if found:
        raise faults(found)
    handler(_with_a_funder(dated(kept, 0)))
    return kept


def _moments(lever: dict[str, Any]) -> list[Fault]:
    """Read the moments into their usual writing; what is wrong with them."""
    found: list[Fault] = []
    for name in MOMENTS:
        if name not in lever:
            continue
        try:
            lever[name] = timing.parse_moment(lever[name])
        except PydanticCustomError as error:
            context = error.context or {}
            found.append(((name,), context["message"], context["hint"]))
    if not found and "until" in lever and "from" in lever:
        start, end = timing.first_offset(lever["from"]), timing.last_offset(lever["until"])
        if end < start:
            message = f"{lever['until']} comes before from ({lever['from']})"
            found.append((("until",), message, "give a later end"))
    return found


def _dates(lever: Mapping[str, Any]) -> list[Fault]:
    """Years inside a lever, which no card can know."""
    hint = "give one value, with from and until"
    found: list[Fault] = []
    if "years" in lever:
        found.append((("years",), "names years, and a card is played in any", hint))
    for name, value in lever.items():
        if isinstance(value, Mapping) and value and all(isinstance(key, int) for key in value):
            found.append(((name,), "names years, and a card is played in any", hint))
    return found


def _choices(lever: Mapping[str, Any]) -> list[Fault]:
    """Who takes a card up is said once, in `adoption`."""
    where = lever.get("where")
    if not isinstance(where, Mapping):
        return []
    return [
        (("where", name), "is said by adoption, for all levers of the card", "leave it out")
        for name in ("share", "draw")
        if name in where
    ]


if TYPE_CHECKING:
    CardLever = Mapping[str, Any]
else:
    CardLever = Annotated[AnyLever, WrapValidator(_kept)]
"""A lever of a card, as it is written: a mapping."""
