"""Rooms simulated by real processes: numbers of `penser-demain run`, whatever is interrupted."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import simulator
from dashboard.live.workers import Workers
from dashboard.money import pair_of_years
from dashboard.panels.payers import paid_by
from dashboard.workshop.engine import Engine
from dashboard.workshop.export import export
from dashboard.workshop.outcome import Interval, Looked, Outcome
from dashboard.workshop.room import events
from dashboard.workshop.room.state import Room
from simulator.results import Results
from simulator.scenario import parse_scenario
from tests.workshop.conftest import opening
from tests.workshop.rooms import Round, played

FIRST: Round = {
    "shocks": ["s2-coupe-regionale"], "table-1": ["o5-campagne-de-dons"],
    "table-3": ["p4-rabot-de-10"], "table-6": ["p4-rabot-de-10"],
}  # fmt: skip
SECOND: Round = {"table-1": ["o4-augmenter-les-tarifs"], "table-5": ["o4-augmenter-les-tarifs"],
                 "table-4": ["f1-don-non-fleche"]}  # fmt: skip
ANOTHER: Round = {"table-4": ["f5-fonds-d-urgence"]}


def small(**changes: object) -> events.Opened:
    """A room of two rounds of a year among the people of one région."""
    asked = {"population": "demo", "rounds": ("2026Q4", "2027Q4"), "worlds": 2, "source": "default"}
    return opening(**{**asked, **changes})


def until(happened: Callable[[], bool], seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "this did not happen"
        time.sleep(0.01)


def finished(engine: Engine, room: Room) -> Looked:
    """What there is of a room once nothing is left to simulate."""
    until(lambda: engine.look(room).progress is None and bool(engine.look(room).outcomes))
    return engine.look(room)


class Session(NamedTuple):
    """A room of ten worlds, played to its end."""

    room: Room
    first: Looked
    looked: Looked
    folder: Path
    results: Results


@pytest.fixture(scope="module")
def session(workers: Workers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    opened = small(worlds=10, source="accepted")
    engine = Engine(tmp_path_factory.mktemp("session"), lambda code: None, workers)
    first = finished(engine, played(opened, FIRST))
    room = played(opened, FIRST, SECOND)
    looked = finished(engine, room)
    folder = engine.keep(room)
    yield Session(room, first, looked, folder, Results.load(folder))
    engine.close()


@pytest.mark.slow
def test_the_exported_command_writes_the_same_bytes(session: Session, tmp_path: Path) -> None:
    made = export(session.room)
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "simulator", *shlex.split(made.command)[1:]]
    root = str(Path(simulator.__file__).resolve().parents[1])
    subprocess.run(
        command, cwd=tmp_path, check=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    written = tmp_path / "salle-abc234"
    names = sorted(path.relative_to(written) for path in written.rglob("*.parquet"))
    names += sorted(path.relative_to(written) for path in written.rglob("*.yaml"))
    assert len(names) == 6
    for name in names:
        assert (session.folder / name).read_bytes() == (written / name).read_bytes(), name
    assert session.results.scenario_ids == [
        "fil-de-l-eau", "salle-abc234-reference", "salle-abc234",
    ]  # fmt: skip
    assert session.results.reference == "salle-abc234-reference"


def test_the_numbers_are_those_of_the_results(session: Session) -> None:
    outcome, results = session.looked.outcomes[1], session.results
    assert outcome.complete and outcome.refined and list(outcome.quarters) == results.quarters
    for code, measured in outcome.indicators.items():
        table = results.compare(code)
        (row,) = table[table["scenario"] == "salle-abc234"].to_dict("records")
        found = measured.difference
        assert (found.mean, found.low, found.high) == (row["difference"], row["low"], row["high"])
        assert (measured.verdict, found.worlds) == (row["verdict"], row["pairs"])
        bands = results.bands(code).set_index("scenario")
        for side, name in (
            (measured.played, "salle-abc234"), (measured.reference, "salle-abc234-reference"),
        ):  # fmt: skip
            told = bands.loc[name]
            assert set(told["band"]) == {"range"} and len(side.paths) == 10
            for part in ("median", "low", "high"):
                assert getattr(side, part) == tuple(told[part])


def test_families_and_payers_are_those_of_the_results(session: Session) -> None:
    outcome, results = session.looked.outcomes[1], session.results
    lives = results.lifetimes[results.lifetimes["scenario"] == "salle-abc234"]
    old = lives["entry_quarter"].isna() | (lives["entry_quarter"] == "2025Q4")
    mine = lives[old & (lives["sector"] == "CULTURE") & (lives["size"] == "S")]
    shares = [
        float((one["weight"] * one["exit_quarter"].isna()).sum() / one["weight"].sum())
        for _, one in mine.groupby("draw", observed=True)
    ]
    family = outcome.families["culture"]
    assert family.survival_played is not None and family.rows >= 30
    told = family.survival_played
    spread = (np.median(shares), min(shares), max(shares))
    assert (told.median, told.low, told.high) == pytest.approx(spread, abs=1e-12)
    against, money = pair_of_years(results, "salle-abc234-reference", "salle-abc234", 2027)
    assert {"etat", "region", "foundations", "households", "cash"} <= set(outcome.payers)
    for payer, more in outcome.payers.items():
        difference = paid_by(money, payer) - paid_by(against, payer)
        assert more.mean == pytest.approx(difference.mean(), rel=1e-9, abs=1e-3), payer
        assert (more.low <= more.mean + 1e-9 and more.mean <= more.high + 1e-9) or more.worlds < 20


def test_contributions_and_interaction_add_up_and_who_did_nothing_changed_nothing(
    session: Session,
) -> None:
    for number, idle in ((0, {"social", "fondations"}), (1, {"social"})):
        outcome = session.looked.outcomes[number]
        for code, parts in outcome.contributions.items():
            assert set(parts) == {"culture", "social", "region", "fondations"}
            whole = outcome.indicators[code].difference.mean
            total = sum(part.mean for part in parts.values()) + outcome.interaction[code].mean
            assert total == pytest.approx(whole, rel=1e-9, abs=1e-9)
            for role in idle:
                assert parts[role] == Interval(0.0, 0.0, 0.0, 10)
        assert outcome.contributions["jobs_fte"]["region"].mean != 0.0


def test_the_first_round_stays_as_it_was_when_the_second_is_played(session: Session) -> None:
    assert set(session.first.outcomes) == {0}
    assert session.looked.outcomes[0] == session.first.outcomes[0]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_killed_and_restarted_in_the_middle_it_ends_as_if_nothing_had_been(
    workers: Workers, tmp_path: Path
) -> None:
    """A process is killed, then the engine ends; files that are cut or damaged are not used."""
    opened, store = small(worlds=4, source="accepted"), tmp_path / "worlds"
    room = played(opened, FIRST, SECOND)
    whole = Engine(tmp_path / "whole", lambda code: None, workers)
    expected = finished(whole, room)
    whole.close()
    one = Engine(store, lambda code: None, workers)
    one.look(room)
    until(lambda: len(list(store.rglob("*.state"))) >= 2)
    os.kill(workers.pids()[0], signal.SIGKILL)
    until(lambda: len(list(store.rglob("*.state"))) >= 5)
    one.close()
    states = sorted(store.rglob("*.state"))
    states[0].write_bytes(states[0].read_bytes()[:-100])
    damaged = bytearray(states[1].read_bytes())
    damaged[1000] ^= 1
    states[1].write_bytes(bytes(damaged))
    next(store.rglob("*.reading")).unlink()
    two = Engine(store, lambda code: None, workers)
    assert finished(two, room) == expected
    two.close()


def test_what_is_undone_and_done_again_is_not_played_again(engine: Engine) -> None:
    opened = small()
    before = played(opened, FIRST, SECOND)
    told = finished(engine, before)
    files = {path: path.stat().st_mtime_ns for path in engine.store.rglob("*.state")}
    changed = played(opened, FIRST, ANOTHER)
    at_once = engine.look(changed)
    assert at_once.outcomes == {0: told.outcomes[0]}, "what is no longer decided is not shown"
    other = finished(engine, changed)
    assert other.outcomes[0] == told.outcomes[0] and other.outcomes[1] != told.outcomes[1]
    assert finished(engine, before) == told
    kept = {path: path.stat().st_mtime_ns for path in files if path.exists()}
    assert kept == files
    engine.look(changed)  # results of a room as it stood do not keep it from going on
    results = Results.load(engine.keep(before))
    assert results.scenario_text("salle-abc234") == export(before).files["salle-abc234.yaml"]
    assert finished(engine, changed) == other and not list(engine.store.rglob("*.record"))


def test_the_reference_is_there_before_the_cards(engine: Engine) -> None:
    room = played(small(), FIRST, phase="decide")
    engine.look(room)
    until(lambda: len(list(engine.store.rglob("*.state"))) == 2)
    assert engine.look(room).outcomes == {}
    early = Results.load(engine.keep(room))
    assert early.scenario_ids[1:] == ["salle-abc234-reference", "salle-abc234"]
    assert set(early.compare("jobs_fte")["difference"].tail(1)) == {0.0}
    states = 2 + 2  # the reference, and the baseline for the results
    assert len(list(engine.store.rglob("*.state"))) == states
    finished(engine, played(small(), FIRST))
    # As played, without two roles that played; the others are what was played.
    assert len(list(engine.store.rglob("*.state"))) == states + 3 * 2


def test_an_assumption_is_played_again_for_both_sides_and_kept_apart(engine: Engine) -> None:
    opened = small()
    told = finished(engine, played(opened, FIRST))
    suppose = events.Supposed(round=0, parameter="withdrawal_slope", toward="high")
    room = played(opened, FIRST, more=[suppose])
    until(lambda: engine.look(room).supposed is not None and engine.look(room).progress is None)
    looked = engine.look(room)
    assert looked.outcomes == told.outcomes and looked.supposed is not None
    supposed = looked.supposed
    assert supposed.outcome.complete and not supposed.outcome.contributions
    files = export(room).files
    results = simulator.simulate(
        [parse_scenario(text) for text in files.values()], "demo", replicates=2, seed=7,
        workers=1, parameters="default", quarters=4, set={supposed.parameter: supposed.value},
    )  # fmt: skip
    table = results.compare("jobs_fte", reference="salle-abc234-reference")
    (row,) = table[table["scenario"] == "salle-abc234"].to_dict("records")
    assert supposed.outcome.indicators["jobs_fte"].difference.mean == row["difference"]
    assert supposed.outcome.indicators["jobs_fte"] != told.outcomes[0].indicators["jobs_fte"]


def test_a_region_is_played_with_all_its_organisations(engine: Engine, tmp_path: Path) -> None:
    room = played(small(region="94", rounds=("2026Q4",)), FIRST)
    outcome = finished(engine, room).outcomes[0]
    assert outcome.indicators["jobs_fte"].withheld == "chance_alone"
    made = export(room)
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    results = simulator.simulate(
        str(tmp_path / "salle-abc234.yaml"), str(tmp_path / "salle-abc234-population.yaml"),
        replicates=2,
        seed=7, workers=1, parameters="default", quarters=4,
        reference=str(tmp_path / "salle-abc234-reference.yaml"),
    )  # fmt: skip
    results.save(tmp_path / "again")
    kept = engine.keep(room)
    assert engine.keep(room) == kept and not list(engine.store.rglob("*.record"))
    for name in ("trajectories", "lifetimes", "flows"):
        path = f"{name}.parquet"
        assert (kept / path).read_bytes() == (tmp_path / "again" / path).read_bytes()
    engine.forget(room.code)
    assert not (engine.store / room.code).exists()


def test_a_room_that_ended_keeps_what_was_told_and_its_results_can_be_kept_again(
    engine: Engine,
) -> None:
    opened = small()
    told = finished(engine, played(opened, FIRST, phase="debrief"))
    kept = engine.keep(played(opened, FIRST, phase="debrief"))
    states, readings = ({path.name for path in engine.store.rglob(f"*.{kind}")}
                        for kind in ("state", "reading"))  # fmt: skip
    assert states and readings
    room = played(opened, FIRST, phase="ended")
    engine.look(room)
    until(lambda: not list(engine.store.rglob("*.state")))
    assert {path.name for path in engine.store.rglob("*.reading")} == readings
    assert engine.look(room) == engine.recall(room) == told
    assert engine.keep(room) == kept
    before = {path.name: path.read_bytes() for path in kept.glob("*.parquet")}
    shutil.rmtree(kept)
    assert engine.keep(room) == kept and finished(engine, room) == told
    assert {path.name: path.read_bytes() for path in kept.glob("*.parquet")} == before
    until(lambda: not list(engine.store.rglob("*.state")))
    # Its end is taken back: another round goes on from worlds that are played again.
    outcomes = finished(engine, played(opened, FIRST, SECOND)).outcomes
    assert outcomes[0] == told.outcomes[0] and outcomes[1].complete


def test_a_room_that_was_forgotten_stays_so(engine: Engine) -> None:
    room = played(small(), FIRST)
    engine.look(room)
    until((engine.store / room.code).exists)
    engine.forget(room.code)
    assert engine.look(room) == engine.recall(room) == Looked()
    with pytest.raises(RuntimeError, match="forgotten"):
        engine.keep(room)
    until(lambda: not (engine.store / room.code).exists())


def test_rooms_that_are_no_more_leave_nothing(engine: Engine) -> None:
    for name in ("GONE", "HERE", "not of a room"):
        (engine.store / name).mkdir(parents=True)
    engine.keep_only(["HERE"])
    assert {path.name for path in engine.store.iterdir()} == {"HERE", "not of a room"}


def test_two_rooms_share_the_processes(workers: Workers, tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []

    def changed(code: str) -> None:
        for name, room in rooms.items():
            outcome: Outcome | None = engine.look(room).outcomes.get(0)
            seen.append((name, 0 if outcome is None else outcome.played))

    engine = Engine(tmp_path / "worlds", changed, workers)
    rooms = {
        code: played(small(worlds=8).model_copy(update={"code": code}), FIRST)
        for code in ("AAA", "BBB")
    }
    for room in rooms.values():
        engine.look(room)
    for room in rooms.values():
        finished(engine, room)
    first = next(index for index, (_, worlds) in enumerate(seen) if worlds == 8)
    other = "BBB" if seen[first][0] == "AAA" else "AAA"
    done = [worlds for name, worlds in seen[: first + 2] if name == other]
    assert max(done) >= 4, "rooms take turns"
    engine.close()
