"""How much is spent on a calibration, and where its lines are drawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from simulator.problems import InputError


@dataclass(frozen=True)
class Settings:
    """Numbers of a calibration.

    points: worlds of each wave, one replicate each. repeated: points of a wave that are run
    `replicates` times in all, to know what chance alone does to a fact. cutoff: implausibility
    above which a point is ruled out (three standard deviations hold 95 % of any unimodal
    distribution, by Pukelsheim's rule). near: the last wave is drawn below this implausibility, or
    the lowest that can be reached, since acceptance keeps the nearest draws only. accept: draws
    kept, those nearest to the facts.
    """

    seed: int = 2026
    waves: int = 4
    points: int = 600
    repeated: int = 16
    replicates: int = 4
    cutoff: float = 3.0
    near: float = 2.0
    accept: int = 250

    def check(self) -> None:
        """Raise InputError where a number cannot be used."""
        for name, least in (("waves", 1), ("points", 20), ("repeated", 2), ("replicates", 2),
                            ("accept", 2)):  # fmt: skip
            value = getattr(self, name)
            if value < least:
                raise InputError.single(name, f"{value} is too few", f"at least {least}")
        for name in ("cutoff", "near"):
            if not 0 < getattr(self, name) < float("inf"):
                raise InputError.single(
                    name, f"{getattr(self, name)} is not possible", "a number above 0, as 3"
                )
        if self.near > self.cutoff:
            raise InputError.single("near", f"{self.near} is above the cutoff", "lower it")
        if self.repeated > self.points:
            raise InputError.single(
                "repeated", f"{self.repeated} is more than the points of a wave",
                f"at most {self.points}",
            )  # fmt: skip
        if self.accept > self.waves * self.points:
            raise InputError.single(
                "accept", f"{self.accept} is more than all points",
                f"at most {self.waves * self.points}",
            )  # fmt: skip

    def as_dict(self) -> dict[str, int | float]:
        """For the manifest."""
        return asdict(self)
