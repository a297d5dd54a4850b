"""What many screens show alike is drawn once: values of a room never change in place."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Itself(Generic[Value]):
    """A value as a key: the same only as itself, however alike another one is."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and self.value is other.value
