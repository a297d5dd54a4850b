"""The calibrated set: read whole, sampled by seed, refused with other parameters than its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import simulator as sim
from simulator import accepted_set
from simulator.command import run
from simulator.parameter_draws import drawn_names, quantile
from simulator.parameters import SPECS, Parameters
from simulator.plan import plan_units
from simulator.problems import InputError

DRAWS = 12


def made_up_set(folder: Path, draws: int = DRAWS) -> Path:
    """A small set without any meaning: the parameters at evenly spread quantiles."""
    points = np.random.default_rng(1).random((draws, len(drawn_names())))
    numbers = np.array(
        [[quantile(SPECS[n], u) for n, u in zip(drawn_names(), p, strict=True)] for p in points]
    )
    accepted_set.write(folder, drawn_names(), numbers, {"format": 1, "seed": 1})
    return folder


@pytest.fixture
def injected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The made-up set, in the place of the one that ships."""
    yield from _in_place(monkeypatch, made_up_set(tmp_path))


@pytest.fixture
def missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No set at all."""
    yield from _in_place(monkeypatch, tmp_path)


def _in_place(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Path]:
    monkeypatch.setattr(accepted_set, "folder", lambda: folder)
    accepted_set.shipped.cache_clear()
    yield folder
    accepted_set.shipped.cache_clear()


def test_what_is_written_is_what_is_drawn(injected: Path) -> None:
    found = accepted_set.shipped()
    assert len(found) == DRAWS
    inertia = found.numbers[:, found.names.index("inertia")]
    drawn = [Parameters.draw(i, 7, "accepted").number("inertia") for i in range(1, DRAWS + 1)]
    assert sorted(drawn) == sorted(inertia.tolist())
    hazard = Parameters.draw(3, 7, "accepted").table("exit_hazard") / SPECS["exit_hazard"].default
    line = found.numbers[found.row(3, 7)]
    np.testing.assert_allclose(hazard, line[found.names.index("exit_hazard")])


def test_the_same_set_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        made_up_set(folder)
    for name in (accepted_set.DRAWS_FILE, accepted_set.MANIFEST_FILE):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_every_seed_takes_each_draw_once_in_its_own_order(injected: Path) -> None:
    found = accepted_set.shipped()
    orders = {seed: [found.row(i, seed) for i in range(1, DRAWS + 1)] for seed in (1, 2)}
    assert sorted(orders[1]) == sorted(orders[2]) == list(range(DRAWS))
    assert orders[1] != orders[2]


def test_runs_sample_the_set(injected: Path) -> None:
    results = sim.simulate(
        "fil-de-l-eau", population="demo", quarters=1, parameters="accepted", draws=2, workers=1
    )
    assert results.manifest["parameters"]["source"] == "accepted"
    assert [draw for draw, _, _ in results.units] == [1, 2]


def test_no_more_draws_than_the_set_holds(injected: Path) -> None:
    assert len(plan_units("accepted", DRAWS, None).units) == DRAWS
    for draws, replicates in ((DRAWS + 1, None), (None, None), (DRAWS + 1, 2)):
        with pytest.raises(InputError, match=f"holds {DRAWS} draws"):
            plan_units("accepted", draws, replicates)
    for index in (0, DRAWS + 1):
        with pytest.raises(InputError, match=f"draw {index} is not between 1 and {DRAWS}"):
            Parameters.draw(index, 1, "accepted")


def test_a_missing_set_is_told_with_the_remedy(missing: Path) -> None:
    with pytest.raises(InputError, match=r"no calibrated set.*penser-demain calibrate"):
        Parameters.draw(1, 1, "accepted")
    with pytest.raises(InputError, match="no calibrated set"):
        plan_units("accepted", 3, None)


def test_a_set_of_other_parameters_is_refused_and_they_are_named(injected: Path) -> None:
    path = injected / accepted_set.MANIFEST_FILE
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["parameters"]["inertia"] = "0" * 16  # another default or range
    manifest["parameters"]["charisma"] = "0" * 16  # a parameter that is no more
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match=r"another list of parameters: charisma, inertia differ"):
        accepted_set.shipped()


def test_a_number_outside_its_range_is_refused(injected: Path) -> None:
    path = injected / accepted_set.DRAWS_FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("inertia")
    cells = lines[4].split(",")
    cells[place] = "0.999"
    lines[4] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"inertia: 0\.999 .* outside its range; 0\.5 to 0\.98"):
        accepted_set.shipped()


def test_facts_are_checked_on_the_whole_set(
    injected: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["facts", "check", "--population", "demo", "--workers", "1"]
    assert run([*arguments, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["facts"]
    cash = next(fact for fact in shown if fact["id"] == "V7")
    assert cash["draws"] == DRAWS
    assert cash["band_low"] < cash["median"] < cash["band_high"]
    assert run([*arguments, "--draws", "2"]) == 0
    assert re.search(r"over 2 accepted draws", capsys.readouterr().out)


def test_a_set_that_ships_belongs_to_the_parameters_of_today() -> None:
    accepted_set.shipped.cache_clear()
    if not accepted_set.is_shipped():
        with pytest.raises(InputError, match="no calibrated set"):
            accepted_set.shipped()
        return
    assert len(accepted_set.shipped()) >= 200
