"""How many replicates of every design point: so many, or until an interval is narrow enough."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from simulator.strict_model import Fault, StrictModel, Text, doc, faults

MOST: int = 100_000
_Count = Annotated[int, Field(ge=1, le=MOST, strict=True)]


class Replicates(StrictModel):
    """`fixed`, or a stopping rule on paired differences from the reference.

    The rule: at every design point, replicates go on from `start` until the 90 % interval of the
    difference policy − reference of every named outcome, for every policy, is at most
    ± `half_width`, and never beyond `maximum`.
    """

    fixed: _Count | None = doc("nombre fixe", "a fixed number", default=None)
    outcomes: tuple[Text, ...] = doc(
        "noms des résultats qui décident", "names of the outcomes that decide", default=()
    )
    half_width: Annotated[float, Field(gt=0.0, strict=True)] | None = doc(
        "demi-largeur visée, dans l'unité de ces résultats",
        "half-width aimed at, in the unit of these outcomes", default=None,
    )  # fmt: skip
    start: Annotated[int, Field(ge=2, le=MOST, strict=True)] = doc(
        "répliques avant le premier examen", "replicates before the first look", default=10
    )
    maximum: _Count | None = doc("nombre maximal", "the most replicates", default=None)

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: object) -> object:
        """`replicates: 20`."""
        return {"fixed": value} if isinstance(value, int) else value

    @model_validator(mode="after")
    def _one_of_two(self) -> Replicates:
        found: list[Fault] = []
        if self.fixed is not None:
            for field in ("outcomes", "half_width", "maximum"):
                if field in self.model_fields_set:
                    message = f"{field} stands beside a fixed number"
                    found.append(((field,), message, "keep the number or the rule"))
        else:
            hint = "write a number, or outcomes, half_width and maximum"
            for field in ("outcomes", "half_width", "maximum"):
                if not getattr(self, field):
                    found.append(((field,), "is missing", hint))
            if self.maximum is not None and self.maximum < self.start:
                message = f"{self.maximum} comes before start ({self.start})"
                found.append((("maximum",), message, "a larger one, or an earlier start"))
        if found:
            raise faults(found)
        return self

    @property
    def most(self) -> int:
        """The largest number of replicates of a design point."""
        most = self.maximum if self.fixed is None else self.fixed
        assert most is not None  # one of the two, as validated
        return most
