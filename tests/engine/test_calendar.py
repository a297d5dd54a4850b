"""The calendar is a label: a world that starts a year later is the same world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import simulator as sim
from simulator import codes
from simulator.scenario.catalogue import scenario_folder
from simulator.scenario.move import moved


def played(scenario: Path, quarters: int = 6) -> sim.EssModel:
    model = sim.EssModel(sim.load_scenario(scenario), population="demo", seed=1)
    for _ in range(quarters):
        model.step()
    return model


def test_a_later_base_year_changes_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = scenario_folder() / "rabot-20.yaml"
    before = played(shipped).organisations
    later = tmp_path / shipped.name
    later.write_text(moved(shipped.read_text(encoding="utf-8"), 1), encoding="utf-8")
    monkeypatch.setattr(codes, "FIRST_YEAR", codes.FIRST_YEAR + 1)
    after = played(later).organisations
    assert before.entry_quarter.max() > 0  # some were founded since
    for column in ("uid", "alive", "staff", "cash"):
        np.testing.assert_array_equal(getattr(before, column), getattr(after, column))
