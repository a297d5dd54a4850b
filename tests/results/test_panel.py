"""The panel of organisations: chosen columns of a sample that is the same in every world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simulator as sim
from simulator.codes import LEVELS
from simulator.open_accounts import DUE_COLUMNS
from simulator.organisations import columns
from simulator.panel import USUAL, PanelChoice, choosable, followed

OPTIONS: dict[str, Any] = {
    "population": "demo", "quarters": 4, "seed": 11, "replicates": 2, "workers": 1,
    "record": ["organisations"],
}  # fmt: skip
KEYS = [
    "scenario", "draw", "structure", "replicate", "quarter", "organisation", "weight", "sector",
    "region", "form",
]  # fmt: skip


@pytest.fixture(scope="module")
def sampled() -> sim.Results:
    chosen = ["staff", "grants_region", "cash_months", "size_entry", "insolvent", "wage"]
    return sim.simulate("rabot-40", columns=chosen, cohort=0.3, **OPTIONS)


def test_a_panel_has_the_columns_asked_for_and_no_other(sampled: sim.Results) -> None:
    chosen = ["staff", "grants_region", "cash_months", "size_entry", "insolvent", "wage"]
    assert list(sampled.organisations.columns) == [*KEYS, *chosen]
    assert sampled.manifest["panel"] == {"columns": chosen, "share": 0.3}
    everything = sim.simulate("fil-de-l-eau", **{**OPTIONS, "replicates": 1})
    assert list(everything.organisations.columns) == [*KEYS, *USUAL]


def test_the_same_organisations_are_followed_in_every_world(sampled: sim.Results) -> None:
    panel = sampled.organisations
    at_start = panel[panel["quarter"] == "2025Q4"]
    cohorts = at_start.groupby(["scenario", "replicate"], observed=True)["organisation"].agg(set)
    assert len(cohorts) == 4
    assert len({frozenset(cohort) for cohort in cohorts}) == 1
    lives = sampled.lifetimes
    initial = lives[(lives["entry_quarter"] == "2025Q4") & (lives["replicate"] == 0)
                    & (lives["scenario"] == "rabot-40")]  # fmt: skip
    share = len(cohorts.iloc[0]) / len(initial)
    assert share == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / len(initial)))
    # Entrants are followed too, at the same rate, and leavers until they leave.
    entrants = set(lives.loc[lives["entry_quarter"] != "2025Q4", "organisation"])
    assert entrants & set(panel["organisation"])
    keys = ["scenario", "replicate", "organisation"]
    last = panel.assign(seen=panel["quarter"].astype(str)).groupby(keys, observed=True)["seen"]
    gone = lives[lives["exit_quarter"].notna()].merge(last.max().reset_index(), on=keys)
    assert len(gone) and (gone["seen"] < gone["exit_quarter"].astype(str)).all()


def test_a_sample_is_the_part_of_everybody_that_a_larger_sample_has_too(
    sampled: sim.Results,
) -> None:
    whole = sim.simulate("rabot-40", columns=["staff", "wage"], **OPTIONS).organisations
    keys = ["scenario", "replicate", "quarter", "organisation"]
    kept = sampled.organisations.set_index(keys)["staff"]
    assert (whole.set_index(keys)["staff"].loc[kept.index] == kept).all()
    ids = np.arange(1000, dtype=np.uint64)
    small, large = followed(7, ids, 0.2), followed(7, ids, 0.6)
    assert (small <= large).all() and 0 < small.sum() < large.sum() < 1000
    assert followed(7, ids, 1.0).all()
    assert (followed(8, ids, 0.2) != small).any()


def test_columns_are_the_state_of_the_model(sampled: sim.Results) -> None:
    model = sim.EssModel("rabot-40", "demo", seed=11, replicate=1, quarters=4, collect=False)
    while model.running:
        model.step()
    o = model.organisations
    panel = sampled.organisations
    last = panel[(panel["quarter"] == "2026Q4") & (panel["replicate"] == 1)
                 & (panel["scenario"] == "rabot-40")].set_index("organisation")  # fmt: skip
    rows = np.flatnonzero(o.alive)
    rows = rows[np.isin(o.uid[rows] >> np.uint64(11), last.index)]
    own = last.loc[(o.uid[rows] >> np.uint64(11)).astype(np.int64)]
    level = LEVELS.index("region")
    np.testing.assert_array_equal(own["grants_region"], o.grants[level, rows] / model.price_level)
    np.testing.assert_array_equal(own["wage"], o.wage[rows] / model.price_level)
    np.testing.assert_array_equal(own["cash_months"], model.cash_months[rows])
    np.testing.assert_array_equal(own["insolvent"], o.insolvent[rows])
    assert set(own["size_entry"]) <= {"XS", "S", "M", "L", "XL", "XXL"}


def test_every_state_variable_can_be_chosen_and_is_described(tmp_path: Path) -> None:
    kept = {"uid", "alive", "weight", "cell", "sector", "region", "form"}
    for name, column in {**columns(), **DUE_COLUMNS}.items():
        expected = [f"{name}_{level}" for level in LEVELS] if column.levels else [name]
        assert name in kept or set(expected) <= choosable().keys()
    every = sim.simulate(
        "fil-de-l-eau", columns=list(choosable()), cohort=0.1, **{**OPTIONS, "replicates": 1}
    )
    folder = every.save(tmp_path / "out")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (panel,) = (r for r in package["resources"] if r["name"] == "organisations")
    fields = {f["name"]: f.get("description") for f in panel["schema"]["fields"]}
    assert all(fields.values())
    assert fields["quality"] == "Service quality, 0.4–1.2 (index)."
    assert "euro of 2025" in fields["cash"] and "euro of 2025/year" in fields["grants_etat"]
    assert len(sim.Results.load(folder).organisations.columns) == len(KEYS) + len(choosable())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": ["stuff"]}, "did you mean staff"),
        ({"columns": ["grants"]}, "grants_"),
        ({"columns": []}, "none is named"),
        ({"cohort": 0.0}, "above 0"),
        ({"cohort": 1.5}, "above 0, at most 1"),
        ({"cohort": float("nan")}, "above 0"),
        ({"record": [], "columns": ["staff"]}, "--record organisations"),
        ({"record": [], "cohort": 0.5}, "--record organisations"),
    ],
)
def test_what_cannot_be_followed_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(sim.InputError, match=words):
        sim.simulate("fil-de-l-eau", **{**OPTIONS, **options})


def test_usual_choice() -> None:
    assert PanelChoice.of() == PanelChoice(USUAL, 1.0)
    assert PanelChoice.of(["staff", "staff"], 0.5) == PanelChoice(("staff",), 0.5)
