"""Published figures about régions: value, year and source, from the tables of the model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from simulator.population.tables import rows

CONTEXT: Final = ("population", "poverty", "ess_employees", "ess_share_of_jobs")


@dataclass(frozen=True)
class Published:
    """One figure of one région; `confidence` is `high`, `medium` or `low`."""

    value: float
    year: str
    source: str
    confidence: str


@cache
def published(figure: str) -> dict[str, Published]:
    """Région → figure; a région without one is left out. Shares are 0 to 1."""
    if figure == "population":
        return {
            row["code"]: Published(
                float(row["population"]),
                row["population_year"],
                row["population_source"],
                "low" if "confirmed" in row["population_source"] else "high",
            )
            for row in rows("regions.csv")
        }
    if figure == "poverty":
        return {
            row["code"]: Published(
                float(row["poverty_rate_percent"]) / 100,
                row["poverty_year"],
                row["poverty_source"],
                row["confidence"],
            )
            for row in rows("regions.csv")
            if row["poverty_rate_percent"]
        }
    return {
        row["region"]: Published(
            float(row["value"]), row["year"], row["source_url"], row["confidence"]
        )
        for row in rows("region_employment.csv")
        if row["quantity"] == figure and row["region"] != "FR"
    }
