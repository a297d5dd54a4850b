"""From a finished calibration to the set and the page that ship."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from experiments.calibration import page, ship, tables
from experiments.calibration.model_problem import (
    ModelProblem,
    fitted_targets,
    numbers_at,
    parameters_at,
    watched_facts,
)
from simulator import accepted_set, odd
from simulator.command import run
from simulator.facts import facts
from simulator.parameter_draws import drawn_names, quantile
from simulator.parameters import SPECS

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "calibration.md"
SMALL = ["--population", "demo", "--waves", "2", "--points", "20", "--repeated", "2",
         "--replicates", "2", "--accept", "5", "--workers", "1"]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A calibration by the command itself, as small as it can be; its facts mean nothing."""
    out = tmp_path_factory.mktemp("calibrated") / "out"
    assert run(["calibrate", "--out", str(out), *SMALL]) == 0
    return out


def test_the_page_is_that_of_the_set_that_ships() -> None:
    text = PAGE.read_text(encoding="utf-8")
    stale = "run: python -m experiments.calibration.page docs/calibration.md"
    assert text == odd.refreshed(text, page.sections()), stale
    for name in page.sections():
        assert f"<!-- generated: {name} -->" in text


def test_the_limits_speak_of_the_set_that_ships() -> None:
    text = PAGE.read_text(encoding="utf-8")
    ((left, drawn),) = re.findall(r"^(\d+) of (\d+): `", text, re.MULTILINE)
    identified = len(re.findall(r"\| identified \|$", text, re.MULTILINE))
    shifted = len(re.findall(r"\| shifted \|$", text, re.MULTILINE))
    missed = re.findall(r"^\| `(\S+)` .*\| \*\*out\*\* \|$", text, re.MULTILINE)
    assert (identified, shifted, missed) == (2, 8, ["V9.activity"])
    limits = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    for said in (
        f"{left} des {drawn} paramètres tirés", f"{left} of the {drawn} parameters drawn",
        "Deux sont identifiés, huit", "Two are identified, eight shifted",
    ):  # fmt: skip
        assert said in limits
    assert limits.count("`V9.activity`") == 2


def test_nothing_held_out_is_fitted_and_all_that_is_asked_for_is() -> None:
    fitted = {target.id for target in fitted_targets()}
    roles = {id_: facts()[id_].role for id_ in fitted}
    assert set(roles.values()) == {"input", "tuned"}
    families = {id_.partition(".")[0] for id_ in fitted}
    assert families == {*(f"V{i}" for i in range(1, 12)), "V16", "V17", "V19", "V22"}
    assert not fitted & set(watched_facts())


def test_at_least_twenty_parameters_are_varied() -> None:
    assert len(ModelProblem("demo", 1).names) >= 20


def test_points_of_the_cube_are_draws_from_the_ranges() -> None:
    point = np.random.default_rng(0).random(len(drawn_names()))
    drawn = parameters_at(point)
    place = drawn_names().index("inertia")
    assert drawn.number("inertia") == quantile(SPECS["inertia"], point[place])
    assert numbers_at(point)[place] == drawn.number("inertia")
    assert set(drawn.differences()) <= set(drawn_names())


def test_the_command_leaves_a_set_that_can_be_read(folder: Path) -> None:
    found = accepted_set.read(folder)
    assert len(found) == 5 and found.names == drawn_names()
    told = found.manifest["calibration"]
    assert told["acceptance"]["accepted"] == 5
    assert {f["id"] for f in told["facts"] if f["fitted"]} == {t.id for t in fitted_targets()}


def test_the_summary_has_its_documented_shape(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calibrate", "--out", str(folder), *SMALL, "--json"]) == 0
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    schema = json.loads((ROOT / "docs" / "json" / "calibrate.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content, schema, cls=jsonschema.Draft202012Validator)
    assert "1 of" not in printed.err  # read from the folder
    assert content == json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def test_a_set_that_is_too_small_is_not_shipped(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ship.InputError, match=r"5 accepted draws.*at least 200"):
        ship.ship(folder, tmp_path)
    assert ship.main([str(tmp_path)]) == 2


def test_shipping_puts_the_set_and_the_page_in_place(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, docs = tmp_path / "simulator" / "data", tmp_path / "docs"
    data.mkdir(parents=True)
    docs.mkdir()
    shutil.copyfile(PAGE, docs / "calibration.md")
    monkeypatch.setattr(ship, "LEAST", 5)
    monkeypatch.setattr(accepted_set, "folder", lambda: data)
    try:
        assert ship.ship(folder, tmp_path) == 5
        written = (docs / "calibration.md").read_text(encoding="utf-8")
    finally:
        monkeypatch.undo()
        accepted_set.shipped.cache_clear()
    for name in (accepted_set.DRAWS_FILE, accepted_set.MANIFEST_FILE):
        assert (data / name).read_bytes() == (folder / name).read_bytes()
    assert "5 draws accepted" in written and page.NO_SET not in written
    assert "| draws | 5 |" in written


def test_tables_say_in_or_out_by_the_median() -> None:
    spread = {"median": 0.3, "low": 0.2, "high": 0.4, "share_inside": 0.5}
    fact: dict[str, Any] = {"id": "V7", "fitted": True, "moved": True, "low": 0.29, "high": 0.33,
                            "before": spread, "after": spread}  # fmt: skip
    assert tables.fitted_facts({"facts": [fact]}).endswith("| in |")
    out = {**fact, "low": 0.31}
    assert tables.fitted_facts({"facts": [out]}).endswith("| **out** |")
    assert tables.fitted_facts({"facts": [{**fact, "moved": False}]}).endswith("| in, fixed |")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--points", "2"], "points"), (["--accept", "100000"], "accept"),
        (["--population", "atlantide"], "population"), (["--seed", "-1"], "seed"),
        (["--cutoff", "0"], "cutoff"), (["--workers", "0"], "workers"), ([], "--out"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_status_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = ["--out", str(tmp_path / "out")] if arguments else []
    assert run(["calibrate", *out, *arguments]) == 2
    told = capsys.readouterr().err.strip()
    assert words in told and len(told.splitlines()) == 1
    assert not (tmp_path / "out").exists()
