"""Files of worlds: whole or not there, within bounds, and nothing of what nobody needs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard.workshop.worlds import store
from dashboard.workshop.worlds.advance import advance
from dashboard.workshop.worlds.watched import Watched
from tests.workshop.conftest import opening
from tests.workshop.rooms import played


def test_what_is_cut_or_changed_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    path = tmp_path / "key" / "0.state"
    store.write(path, b"a world")
    assert store.read(path) == b"a world"
    content = path.read_bytes()
    for damaged in (content[:-1], content[:3], b"", content[:-1] + b"D"):
        path.write_bytes(damaged)
        assert store.read(path) is None and not path.exists()
    assert list(path.parent.iterdir()) == []


def test_states_go_by_need_then_by_age_until_a_room_is_small_enough(tmp_path: Path) -> None:
    need = {"old": 1, "main": 4}
    for key in ("main", "old", "gone"):
        for world in range(3):
            store.write(store.world_file(tmp_path, key, world, "state"), bytes(84))  # 100 with seal
            store.write(store.world_file(tmp_path, key, world, "reading"), bytes(84))
    for most, left in ((900, 9), (700, 7), (500, 5), (250, 2)):
        store.sweep(tmp_path, lambda key: need.get(key, 0), most)
        assert len(list(tmp_path.glob("*/*.state"))) == left
    assert {path.parent.name for path in tmp_path.glob("*/*.state")} == {"main"}
    assert len(list(tmp_path.glob("*/*.reading"))) == 9, "what screens show stays"


@pytest.mark.parametrize("code", ["", "..", "a/b", "A" * 30])
def test_what_is_no_code_is_no_folder(code: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no code"):
        store.room_folder(tmp_path, code)


def test_a_world_that_nobody_needs_any_more_leaves_nothing(tmp_path: Path) -> None:
    room = played(opening(population="demo", rounds=("2026Q4",), source="default"))
    watched = Watched(room, tmp_path / "room")
    watched.plan()
    task = watched.next_task(0, 1)
    assert task is not None and task.world == 0
    advance(watched.step(task, tmp_path / "wanted"))
    assert list((tmp_path / "room").rglob("*.*")) == []
    (tmp_path / "wanted").touch()
    advance(watched.step(task, tmp_path / "wanted"))
    assert {path.name for path in (tmp_path / "room").rglob("*.*")} == {"0.state", "0.reading"}


def test_on_a_full_disk_worlds_leave_no_state_and_are_played_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = played(opening(population="demo", rounds=("2026Q4",), source="default"))
    watched = Watched(room, tmp_path / "room")
    watched.plan()
    task = watched.next_task(0, 1)
    assert task is not None
    (tmp_path / "wanted").touch()
    step = watched.step(task, tmp_path / "wanted")
    free = [store.LEFT_FREE - 1]
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(store.shutil, "disk_usage", lambda _: usage._replace(free=free[0]))
    readings = []
    for free[0], states in ((store.LEFT_FREE - 1, 0), (store.LEFT_FREE, len(step.stations))):
        advance(step)
        assert len(list((tmp_path / "room").rglob("*.state"))) == states
        readings.append([store.read(step.file(one, "reading")) for one in step.stations])
        assert None not in readings[-1]
    assert readings[0] == readings[1]


def test_without_a_round_to_come_no_state_is_left_of_contributions(tmp_path: Path) -> None:
    """Nothing goes on from there; what screens show is the same bytes."""
    cut = {table: ["p4-rabot-de-10"] for table in ("table-3", "table-6")}
    (tmp_path / "wanted").touch()
    left = []
    for rounds in (("2026Q4",), ("2026Q4", "2027Q4")):
        asked = opening(population="demo", rounds=rounds, source="default", worlds=2)
        watched = Watched(played(asked, cut), tmp_path / f"room-{len(rounds)}")
        watched.plan()
        tasks = {task.what: task for task in reversed(watched.tasks) if task.world == 0}
        for what in ("futures", "contributions"):
            advance(watched.step(tasks[what], tmp_path / "wanted"))
        left.append({path.relative_to(watched.folder): path.read_bytes()
                     for path in watched.folder.rglob("*.*")})  # fmt: skip
    only, more = left
    states = [path for path in more.keys() - only.keys() if path.suffix == ".state"]
    assert len(more) == 4 and more.keys() - only.keys() == set(states) and len(states) == 1
    readings = [path for path in only if path.suffix == ".reading"]
    assert len(readings) == 2 and all(only[path] == more[path] for path in readings)


def test_titles_and_names_have_no_part_in_what_is_kept(tmp_path: Path) -> None:
    def keys(**changes: object) -> list[str]:
        cut = {table: ["p4-rabot-de-10"] for table in ("table-3", "table-6")}
        watched = Watched(played(opening(**changes), cut), tmp_path)
        watched.plan()
        assert watched.needs is not None and watched.needs.played is not None
        return [watched.needs.played.key, watched.needs.reference.key]

    assert keys() == keys(title="Autre", language="en", hand=3)
    seen = {
        key
        for changes in ({}, {"seed": 8}, {"source": "default"}, {"population": "demo"},
                        {"region": "94"}, {"rounds": ("2028Q4",), "scenario": "rabot-10"},
                        {"scenario": "rabot-10"}, {"rounds": ("2027Q4", "2028Q4")})
        for key in keys(**changes)
    }  # fmt: skip
    assert len(seen) == 2 * 8 - 2, "with one round or three, the first is the same"


def test_a_results_folder_is_of_those_who_played(tmp_path: Path) -> None:
    def kept(*tables: str, name: str = "Table 1") -> tuple[list[str], str]:
        seats = tuple(
            seat.model_copy(update={"name": name}) if seat.id == "table-1" else seat
            for seat in opening().settings.tables
        )
        chosen = {table: ["o4-augmenter-les-tarifs"] for table in tables}
        room = played(opening(tables=seats), chosen)
        needs = Watched(room, tmp_path).needs_of(room)
        return [chain.key for chain in needs.kept], needs.kept_name

    (worlds, one), (same, other) = kept("table-1"), kept("table-5")
    assert worlds == same and one != other, "another table of the role, the same worlds"
    assert kept("table-1") == (worlds, one)
    renamed, called = kept("table-1", name="Les autres")
    assert renamed == worlds and called != one
