"""Designs: which points of the unit cube an experiment looks at; one kind a file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from experiments.design.base import Design
from experiments.design.factorial import Factorial
from experiments.design.grid import Grid
from experiments.design.latin_hypercube import LatinHypercube
from experiments.design.listed import Listed
from experiments.design.morris import Morris
from experiments.design.sobol import Sobol

AnyDesign = Annotated[
    Grid | LatinHypercube | Sobol | Morris | Factorial | Listed, Field(discriminator="kind")
]

__all__ = [
    "AnyDesign", "Design", "Factorial", "Grid", "LatinHypercube", "Listed", "Morris", "Sobol",
]  # fmt: skip
