"""A contest: the best applicants are served until the money is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference.organisation import Organisation


@dataclass(slots=True)
class Application:
    """What an organisation asks for, and how the jury sees it."""

    applicant: Organisation
    ask: float
    score: float
    award: float = 0.0


def serve(pot: float, applications: list[Application]) -> None:
    """Give by falling score; the last one served gets what is left."""
    for application in sorted(applications, key=lambda one: -one.score):
        weight = application.applicant.weight
        application.award = min(max(pot / weight, 0.0), application.ask)
        pot -= weight * application.ask
