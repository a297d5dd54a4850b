"""The models that describe files: frozen, without unknown keys, documented in two languages."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from simulator.units import fault, shown

Fault = tuple[tuple[str | int, ...], str, str]
"""A fault below the validated value: its path, what is wrong, what would be right."""


class StrictModel(BaseModel):
    """Base of everything that is read from a file."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=False, allow_inf_nan=False
    )


def doc(fr: str, en: str, **options: Any) -> Any:
    """A field documented in French and English."""
    return Field(description=en, json_schema_extra={"description_fr": fr}, **options)


def faults(found: list[Fault]) -> PydanticCustomError:
    """A validation error that carries several faults, each with its own path."""
    return PydanticCustomError("faults", "several faults", {"faults": found})


_Many = TypeVar("_Many", tuple[Any, ...], dict[Any, Any])


def not_empty(value: _Many) -> _Many:
    """A list or mapping that holds something; items that are wrong are not counted as absent."""
    if not value:
        raise fault("is empty", "write at least one")
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise fault(f"{shown(value)} is not a text", "write a text, in quotes if need be")
    if not value.strip():
        raise fault("is empty", "write a text")
    return value


Text = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=5000)]
"""A text that says something."""


_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _kebab(value: object) -> str:
    if isinstance(value, str) and _KEBAB.fullmatch(value) and len(value) <= 80:
        return value
    raise fault(
        f"{shown(value)} is no id", "write small letters, digits and hyphens, such as mon-scenario"
    )


Identifier = Annotated[
    str,
    BeforeValidator(_kebab),
    Field(json_schema_extra={"pattern": f"^{_KEBAB.pattern}$"}),
]
"""Small letters, digits and hyphens: `mon-scenario`."""


class Bilingual(StrictModel):
    """A text in French and in English."""

    fr: Text = doc("texte français", "French text")
    en: Text = doc("texte anglais", "English text")

    def in_language(self, language: str) -> str:
        """The text in `fr` or `en`."""
        return self.en if language == "en" else self.fr
