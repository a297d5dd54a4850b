"""Generated cases with a known box, the same on every platform and version of NumPy."""

from __future__ import annotations

import numpy as np
import pandas as pd

INPUTS = [f"x_{j}" for j in range(1, 8)]
STRUCTURES = ("default", "cascade_off", "contest_only")


def in_known_box(design: pd.DataFrame) -> np.ndarray:
    """0.2 ≤ x_1 ≤ 0.6, x_2 ≥ 0.5 and x_3 ≤ 0.7: 14 % of the unit cube."""
    return (
        design["x_1"].between(0.2, 0.6) & (design["x_2"] >= 0.5) & (design["x_3"] <= 0.7)
    ).to_numpy()


def cases(points: int = 2000, seed: int = 42) -> tuple[pd.DataFrame, np.ndarray]:
    """Design of 7 inputs and which points fail: 90 % in the known box, 5 % elsewhere."""
    random = np.random.RandomState(seed)  # its stream never changes
    design = pd.DataFrame(random.random_sample((points, 7)), columns=INPUTS)
    design.index.name = "design_id"
    chance = np.where(in_known_box(design), 0.9, 0.05)
    return design, random.random_sample(points) < chance


def cases_by_structure(points: int = 2000, seed: int = 7) -> tuple[pd.DataFrame, np.ndarray]:
    """The same with a column `structure`: 85 % fail where x_1 ≥ 0.4 unless it is `cascade_off`."""
    random = np.random.RandomState(seed)
    design = pd.DataFrame(random.random_sample((points, 7)), columns=INPUTS)
    design.index.name = "design_id"
    number = (random.random_sample(points) * len(STRUCTURES)).astype(int)
    design["structure"] = np.array(STRUCTURES, dtype=object)[number]
    inside = (design["x_1"] >= 0.4) & (design["structure"] != "cascade_off")
    return design, random.random_sample(points) < np.where(inside, 0.85, 0.1)
