"""Replays of the past: dated, fed with what is listed, compared with what was observed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest
from pydantic import ValidationError

from experiments.hindcast import page, ship
from experiments.hindcast.measures import MEASURES
from experiments.hindcast.replay import Replay, replays
from experiments.hindcast.run import Compared, run_replays
from simulator import odd
from simulator.codes import EXIT_CAUSES
from simulator.command import run
from simulator.evidence import Evidence, Observed
from simulator.facts import facts
from simulator.figures import published

ROOT = Path(__file__).parents[3]
ROWS = 600


def evidence(**series: np.ndarray) -> Evidence:
    """Two runs, `then` and `without`, of yearly sums of associations."""
    names = tuple(series)
    length = len(next(iter(series.values())))
    runs = {}
    for scenario, factor in (("then", 1.0), ("without", 0.5)):
        sums = np.zeros((length, 1, len(names)))
        for place, (name, values) in enumerate(series.items()):
            sums[:, 0, place] = values * (factor if name.startswith("exits") else 1.0)
        runs[scenario] = Observed(
            SimpleNamespace(
                sum_names=names, sums={"form": (["ASSO"], sums)},
                quarters={"all": np.arange(length) - 1},
            )
        )  # fmt: skip
    return Evidence(SimpleNamespace(), runs)


def measured(name: str, found: Evidence, first: int, last: int) -> float:
    return MEASURES[name](found, "then", "without", first, last)


def test_growth_is_between_ends_of_years_and_per_year() -> None:
    path = np.full(13, 100.0)
    path[8:] = 95.0
    path[12] = 90.25
    found = evidence(organisations=path)
    assert measured("employers_growth", found, 1, 2) == pytest.approx(-0.05)
    assert measured("employers_growth", found, 1, 3) == pytest.approx(-0.05)


def test_rates_are_over_employers_at_the_start_of_the_years() -> None:
    quiet = {f"exits_{cause}": np.zeros(9) for cause in EXIT_CAUSES}
    quiet["exits_dissolution"] = np.array([99, 1, 1, 1, 1, 2, 2, 2, 2.0])
    employers = np.array([100, 0, 0, 0, 80, 0, 0, 0, 70.0])
    found = evidence(organisations=employers, entries=np.ones(9), **quiet)
    assert measured("exits_added", found, 1, 2) == pytest.approx(8 / 80 - 4 / 80)
    assert measured("entries_rate", found, 0, 1) == pytest.approx(0.04)
    assert measured("entries_rate", found, 0, 2) == pytest.approx(8 / 180)


def test_shares_split_public_money_into_grants_and_contracts() -> None:
    ones = np.ones(5)
    found = evidence(
        revenue=100 * ones, user_sales=36 * ones, memberships=7 * ones, gifts=5 * ones,
        public_notified=50 * ones, grants_notified=20 * ones,
    )  # fmt: skip
    shares = {n: measured(f"{n}_share", found, 0, 1) for n in ("users", "grants", "procurement")}
    assert shares == pytest.approx({"users": 0.36, "grants": 0.20, "procurement": 0.30})
    assert measured("public_share", found, 0, 1) == pytest.approx(0.5)


def test_what_is_fed_in_is_listed_and_never_counts_as_held_out() -> None:
    for replay in replays().values():
        fed = {id_ for part in replay.fed for id_ in part.figures}
        for one in replay.observed:
            assert set(one.figures) <= set(published())
            if one.role == "held_out" and one.measure.endswith("share"):
                assert not fed & set(one.figures), one.id
        assert [f for f in replay.figures() if "hindcast" not in published()[f].used_for] == []


def test_facts_that_are_read_here_carry_the_same_role_and_range() -> None:
    read = {one.fact: one for replay in replays().values() for one in replay.observed if one.fact}
    assert set(read) == {
        id_ for id_, fact in facts().items() if fact.reason and "hindcast" in fact.reason.en
    }
    for id_, one in read.items():
        fact = facts()[id_]
        assert (one.low, one.high, one.role) == (fact.low, fact.high, fact.role), id_


def test_years_are_moved_to_the_calendar_of_the_model() -> None:
    aids = replays()["aides-2017"]
    happened, without = aids.scenarios()
    factor = happened.effects(8).modifiers[0]
    assert aids.quarters == happened.horizon.quarters == 8
    assert happened.levers[0].change == {2026: pytest.approx(-0.36), 2027: pytest.approx(-0.31)}
    assert without.levers == () and factor is not None


def test_populations_are_dated_to_the_start() -> None:
    for id_, resource, share in (
        ("aides-2017", "employment_aid", 0.025), ("ressources-2005", "subventions", 0.33),
    ):  # fmt: skip
        spec = replays()[id_].population_spec()
        assert spec.resources is not None
        assert spec.resources.shares()[resource] == share
        assert spec.weights.XXL == 1  # national: giants taken whole


def plain(replay: Replay) -> dict[str, object]:
    return json.loads(replay.model_dump_json())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"year": 2030, "since": None}, "outside the years"),
        ({"value": 0.5}, "outside its own range"),
        ({"figures": ["T9-999"]}, "not published"),
        ({"measure": "happiness"}, "users_share"),
        ({"role": "input"}, "held_out"),
    ],
)
def test_a_replay_that_makes_no_sense_is_refused(change: dict[str, object], message: str) -> None:
    content = plain(replays()["aides-2017"])
    content["observed"][0].update(change)  # type: ignore[index]
    with pytest.raises(ValidationError, match=message):
        Replay.model_validate(content)


def test_failures_are_shown_as_failures() -> None:
    one = replays()["aides-2017"].observed[0]
    missed = Compared(one, (one.high + 0.1,) * 3).as_dict()
    assert missed["inside"] is False and missed["share_inside"] == 0
    met = Compared(one, (one.value, one.high + 0.1, one.value)).as_dict()
    assert met["inside"] is True and met["share_inside"] == pytest.approx(2 / 3)


def test_the_fall_of_aided_contracts_adds_exits_and_costs_employers() -> None:
    """Not how much: that is what the page shows. The direction is what the replay is about."""
    aids = [replays()["aides-2017"]]
    (found,) = run_replays(aids, "default", [(0, r) for r in range(3)], 2026, ROWS, workers=1)
    median = {one.observation.id: one.median for one in found.compared}
    assert median["exits_added_2017"] > 0
    assert median["employers_2017"] < 0


def test_draws_change_what_is_not_known_and_keep_what_is_fed_in() -> None:
    aids = [replays()["aides-2017"]]
    found = run_replays(aids, "ranges", [(1, 0), (2, 0)], 2026, ROWS, workers=1)
    varied = [one.observation.id for one in found[0].compared if len(set(one.values)) == 2]
    # Of so few organisations, entries may be as many under two draws.
    assert {"jobs_2017", "employers_2017"} <= set(varied)
    again = run_replays(aids, "ranges", [(2, 0)], 2026, ROWS, workers=1)
    assert [one.values[0] for one in again[0].compared] == [
        one.values[1] for one in found[0].compared
    ]


def test_the_command_prints_both_sides_and_its_json_has_the_documented_shape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["hindcast", "aides-2017", "--parameters", "ranges", "--draws", "2", "--rows",
                 str(ROWS), "--workers", "1"]  # fmt: skip
    assert run([*arguments, "--json", "--out", str(tmp_path)]) == 0
    content = json.loads(capsys.readouterr().out)
    schema = json.loads((ROOT / "docs" / "json" / "hindcast.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content, schema, cls=jsonschema.Draft202012Validator)
    kept = json.loads((tmp_path / "hindcast.json").read_text(encoding="utf-8"))
    assert kept["hindcasts"] == content["hindcasts"] and kept["code_sha256"]
    assert run([*arguments, "--language", "fr"]) == 0
    printed = capsys.readouterr().out
    assert "Séries observées données au modèle" in printed and "T4-023" in printed
    assert "held out in range" in printed
    assert max(len(line) for line in printed.splitlines()) <= 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["aides-2018"], "aides-2017"), (["--draws", "0"], "draws"), (["--rows", "3"], "rows"),
        (["--seed", "-2"], "seed"), (["--parameters", "sometimes"], "parameters"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_status_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["hindcast", *arguments]) == 2
    told = capsys.readouterr().err.strip()
    assert words in told and len(told.splitlines()) == 1


def test_the_page_tells_the_hindcast_that_is_kept() -> None:
    text = (ROOT / "docs" / "hindcast.md").read_text(encoding="utf-8")
    stale = "run: python -m experiments.hindcast.page docs/hindcast.md"
    assert text == odd.refreshed(text, page.sections()), stale


def test_the_kept_hindcast_is_of_the_replays_of_today() -> None:
    content = json.loads(page.RESULTS.read_text(encoding="utf-8"))
    today = {r.id: [(o.id, o.value, o.role) for o in r.observed] for r in replays().values()}
    kept = {
        one["id"]: [(o["id"], o["observed"], o["role"]) for o in one["observed"]]
        for one in content["hindcasts"]
    }
    assert kept == today


def test_half_a_hindcast_is_not_kept(tmp_path: Path) -> None:
    content = json.loads(page.RESULTS.read_text(encoding="utf-8"))
    content["hindcasts"] = content["hindcasts"][:1]
    (tmp_path / "hindcast.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ship.InputError, match="are needed"):
        ship.ship(tmp_path, tmp_path)
    assert ship.main([str(tmp_path / "nowhere")]) == 2
