"""Live runs, with real processes: the same numbers as `simulate`, shared, queued, cancelled."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import simulator
from dashboard.components.run_progress import unfinished
from dashboard.language import texts_in
from dashboard.live.desk import Desk, QueueFull
from dashboard.live.pace import Pace
from dashboard.live.request import WORLDS, Request
from dashboard.live.run import Run
from dashboard.live.store import LEFT_BEHIND, Store
from dashboard.live.turns import Playing, Turns, next_to_begin
from dashboard.live.workers import Workers
from dashboard.markup import markup
from dashboard.reading import Library
from simulator.problems import InputError
from simulator.recording import SIMPLE
from simulator.results import Results
from simulator.scenario import Scenario, parse_scenario

TEXT = """\
format: 1
id: essai-coupe
title: {{fr: Coupe, en: Cut}}
narrative: {{fr: Une coupe., en: A cut.}}
family: funding_cuts
horizon: {{start: 2026Q1, quarters: {quarters}}}
levers:
  - {{lever: public_funding, change: {{2026: "{change}"}}}}
"""


def scenario(change: str = "-20%", quarters: int = 6) -> Scenario:
    return parse_scenario(TEXT.format(change=change, quarters=quarters))


def named(number: int, change: str = "-20%", quarters: int = 6) -> Scenario:
    """A scenario of its own id."""
    text = TEXT.format(change=change, quarters=quarters)
    return parse_scenario(text.replace("essai-coupe", f"essai-coupe-{number}"))


def request(change: str = "-20%", source: str = "default", worlds: int = 3) -> Request:
    return Request.of([scenario(change)], "demo", source, worlds)


def until(happened: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "this did not happen"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Two processes for all tests of this file: starting them is what takes long."""
    made = Workers(2)
    made.start()
    yield made
    made.close()


class Open:
    """A desk over a store, and what it reported as finished."""

    def __init__(self, folder: Path, workers: Workers, most_waiting: int = 8) -> None:
        self.finished: dict[str, Results] = {}
        self.desk = Desk(Store(folder), self.finished.__setitem__, workers, most_waiting)

    def ended(self, run: Run) -> Run:
        until(lambda: run.over)
        return run


@pytest.fixture
def opened(tmp_path: Path, workers: Workers) -> Open:
    return Open(tmp_path, workers)


@pytest.mark.parametrize("source", ["default", "accepted"])
def test_the_numbers_are_those_of_simulate_to_the_bit(opened: Open, source: str) -> None:
    asked = request(source=source)
    run = opened.ended(opened.desk.ask(asked))
    assert (run.state, run.error) == ("finished", "")
    live = opened.finished[run.name]
    counts = {"replicates": 3} if source == "default" else {"draws": 3}
    expected = simulator.simulate(
        asked.scenarios, population="demo", seed=2026, workers=1, parameters=source, **counts
    )
    for table in ("trajectories", "lifetimes", "flows"):
        assert_frame_equal(
            getattr(live, table).astype(object), getattr(expected, table).astype(object),
            check_exact=True,
        )  # fmt: skip
    left_out = ("started", "seconds", "title", "files", "command")
    ours, theirs = (
        {key: value for key, value in one.manifest.items() if key not in left_out}
        for one in (live, expected)
    )
    assert ours == theirs


def test_worlds_so_far_are_results_of_their_own(opened: Open) -> None:
    asked = request("-30%", worlds=8)
    run = opened.desk.ask(asked)
    until(lambda: run.done > 0 or run.over)
    partial = run.so_far()
    opened.ended(run)
    whole = opened.finished[run.name]
    assert partial is not None and 1 <= len(partial.units) <= 8
    rows = whole.rows("all", ["jobs_fte"])
    seen = partial.rows("all", ["jobs_fte"])
    rows = rows[rows["replicate"].isin(seen["replicate"].unique())]
    assert seen["jobs_fte"].tolist() == rows["jobs_fte"].tolist()


def test_two_who_ask_the_same_share_one_run(opened: Open) -> None:
    first = opened.desk.ask(request("-11%", worlds=6), "one")
    assert opened.desk.ask(request("-11%", worlds=6), "other") is first
    for _ in range(3):
        opened.desk.cancel(first.request.key, "one")
        opened.desk.cancel(first.request.key, "a stranger")
    assert first.state in ("waiting", "running"), "the other one still waits for it"
    opened.ended(first)
    assert first.state == "finished"
    assert list(opened.finished) == [first.name]


def test_who_asks_twice_cancels_once(opened: Open) -> None:
    run = opened.desk.ask(request("-29%", worlds=6), "one")
    assert opened.desk.ask(request("-29%", worlds=6), "one") is run
    opened.desk.cancel(run.request.key, "one")
    assert run.state == "cancelled"


def test_a_full_queue_is_told_and_places_are_known(tmp_path: Path, workers: Workers) -> None:
    opened = Open(tmp_path, workers, most_waiting=2)
    playing = opened.desk.ask(request("-12%", worlds=20))
    until(lambda: playing.state == "running")
    second, third = (opened.desk.ask(request(change)) for change in ("-13%", "-14%"))
    assert [opened.desk.before(run) for run in (playing, second, third)] == [0, 1, 2]
    with pytest.raises(QueueFull):
        opened.desk.ask(request("-15%"))
    opened.desk.cancel(second.request.key)
    opened.desk.cancel(playing.request.key)
    opened.ended(third)
    assert [run.state for run in (playing, second, third)] == ["cancelled", "cancelled", "finished"]
    kept = [path.name for path in (tmp_path / "runs").iterdir()]
    assert kept == [third.name], "what was cancelled leaves nothing"


@pytest.mark.slow
def test_a_short_run_overtakes_a_long_one_and_changes_neither(opened: Open) -> None:
    """Whoever waits in front of a run of twenty worlds does not wait for hundreds."""
    asked = [request("-23%", worlds=21), request("-24%"), request("-25%")]
    long = opened.desk.ask(request("-22%", worlds=40))
    until(lambda: long.done > 0)
    next_long, first, second = (opened.desk.ask(one) for one in asked)
    assert [opened.desk.before(run) for run in (next_long, second)] == [1, 1]
    until(lambda: all(run.over or run.done == run.total for run in (first, second)))
    assert (long.state, next_long.state) == ("running", "waiting") and long.done < long.total
    opened.desk.cancel(next_long.request.key)
    assert opened.ended(first).state == opened.ended(second).state == "finished"
    opened.ended(long)
    assert opened.desk.pace.seconds("demo", 1, 20, 2, True) == Pace().seconds(
        "demo", 1, 20, 2, True
    )
    expected = simulator.simulate(
        long.request.scenarios, population="demo", replicates=40, workers=1, parameters="default"
    )
    assert_frame_equal(opened.finished[long.name].lifetimes.astype(object),
                       expected.lifetimes.astype(object), check_exact=True)  # fmt: skip


def test_a_long_run_has_every_fourth_turn_while_short_ones_overtake_it(tmp_path: Path) -> None:
    long, short, other = (
        Playing(Run(request(change, worlds=worlds)), 1, tmp_path)
        for change, worlds in (("-20%", 40), ("-30%", 20), ("-40%", 40))
    )
    assert next_to_begin([other.run, short.run], []) is other.run, "who asked first comes first"
    assert next_to_begin([other.run, short.run], [long]) is short.run
    assert next_to_begin([other.run], [long]) is None, "a long run overtakes nobody"
    assert next_to_begin([short.run], [short]) is None and next_to_begin([], []) is None
    turns, played = Turns(), []
    while (one := turns.next_of([long, short], 0)) is not None:
        one.left[0].popleft()
        played.append(one)
    assert [played[:26].count(one) for one in (long, short)] == [6, 20]
    assert played.count(long) == 40 and played.index(long) == 3


def test_worlds_lie_on_the_disk_until_a_run_is_over(opened: Open) -> None:
    worlds = opened.desk.store.folder / "worlds"
    run = opened.desk.ask(request("-26%", worlds=20))
    until(lambda: run.done > 1)
    assert len(list(worlds.glob("*/*.records"))) >= 2
    held = next(iter(run._done.values()))
    assert all(set(record.sums) == {"all"} and not len(record.flows["amount"]) for record in held)
    opened.desk.cancel(run.request.key)
    until(lambda: not list(worlds.iterdir()))
    ended = opened.ended(opened.desk.ask(request("-27%")))
    assert ended.state == "finished"
    until(lambda: not list(worlds.iterdir()))


def test_worlds_that_a_killed_server_left_go(tmp_path: Path) -> None:
    store = Store(tmp_path)
    left, playing = store.worlds_folder("1" * 20), store.worlds_folder("2" * 20)
    (left / "0.records").write_bytes(b"x")
    long_ago = time.time() - 2 * LEFT_BEHIND
    os.utime(left, (long_ago, long_ago))
    store.worlds_folder("3" * 20)
    assert not left.exists() and playing.exists()


def test_a_run_whose_folder_the_disk_refuses_fails_in_words(
    tmp_path: Path, workers: Workers
) -> None:
    opened = Open(tmp_path, workers)
    (tmp_path / "worlds").write_text("a file where a folder is wanted", encoding="utf-8")
    run = opened.ended(opened.desk.ask(request("-28%")))
    assert run.state == "failed" and not opened.finished
    library = Library({})
    library.desk = opened.desk
    for language, words in (("fr", "le disque de ce serveur"), ("en", "the disk of this server")):
        told = markup(unfinished(library, run, texts_in(language)))
        assert words in told and tmp_path.name not in told and "Errno" not in told
    (tmp_path / "worlds").unlink()
    assert opened.ended(opened.desk.ask(request("-28%"))).state == "finished"


@pytest.mark.slow
def test_a_cancelled_run_begins_anew_when_it_is_asked_again(opened: Open) -> None:
    asked = request("-16%", worlds=12)
    opened.desk.cancel(opened.desk.ask(asked).request.key)
    again = opened.ended(opened.desk.ask(request("-16%", worlds=12)))
    assert again.state == "finished" and len(opened.finished[again.name].units) == 12


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_world_whose_process_is_killed_is_played_again(opened: Open, workers: Workers) -> None:
    victim = workers.pids()[0]
    run = opened.desk.ask(request("-17%", worlds=12))
    until(lambda: run.done > 0)
    os.kill(victim, signal.SIGKILL)
    opened.ended(run)
    assert (run.state, run.restarts) == ("finished", 1)
    expected = simulator.simulate(
        run.request.scenarios, population="demo", replicates=12, workers=1, parameters="default"
    )
    assert_frame_equal(opened.finished[run.name].lifetimes.astype(object),
                       expected.lifetimes.astype(object), check_exact=True)  # fmt: skip


def test_a_kept_run_needs_no_second_simulation(tmp_path: Path, workers: Workers) -> None:
    """After a restart of the server, links to it work, and asking again answers at once."""
    before = Open(tmp_path, workers)
    run = before.ended(before.desk.ask(request("-18%")))
    after = Open(tmp_path, workers)
    library = Library({"autre": before.finished[run.name]})
    library.desk = after.desk
    library.meet(run.name)
    assert run.name in library.choices.scenarios
    assert library.title(run.name, "fr").startswith("Essai : Coupe")
    again = after.desk.ask(request("-18%"))
    assert again.state == "finished" and again.name in after.finished


def test_a_run_that_is_not_whole_is_none(tmp_path: Path, opened: Open) -> None:
    run = opened.ended(opened.desk.ask(request("-19%")))
    folder = opened.desk.store.folder / "runs" / run.name
    (folder / "lifetimes.parquet").unlink()
    assert Store(opened.desk.store.folder).run(run.name) is None


def test_what_cannot_be_run_live_is_told() -> None:
    for given in (
        lambda: Request.of([scenario(quarters=120)], "demo", None),
        lambda: Request.of([scenario()], "national", None),
        lambda: Request.of([scenario()], "demo", "everything"),
        lambda: Request.of([scenario()], "demo", None, 2_000),
        lambda: Request.of([simulator.load_scenario("fil-de-l-eau")], "demo", None),
        lambda: Request.of([], "demo", None),
        lambda: Request.of([named(n) for n in range(6)], "demo", None),
        lambda: Request.of([named(1), named(2, quarters=8)], "demo", None),
        lambda: Request.of([named(1), named(1, change="-30%")], "demo", None),
    ):
        with pytest.raises(InputError):
            given()


def test_a_key_names_what_is_asked_and_nothing_else() -> None:
    assert request().key == request().key
    others = {request("-21%").key, request(worlds=4).key, request(source="accepted").key}
    assert len(others | {request().key}) == 4


def test_futures_asked_together_share_their_worlds(opened: Open) -> None:
    """What one run of several futures says of each is what a run of it alone says."""
    futures = [named(1, "-20%"), named(2, "-40%")]
    run = opened.ended(opened.desk.ask(Request.of(futures, "demo", "accepted", 3)))
    together = opened.finished[run.name]
    assert together.scenario_ids == ["fil-de-l-eau", "essai-coupe-1", "essai-coupe-2"]
    asked = Request.of(futures[1:], "demo", "accepted", 3)
    alone = opened.finished[opened.ended(opened.desk.ask(asked)).name]
    for results in (together, alone):
        row = results.compare("jobs_fte").set_index("scenario").loc["essai-coupe-2"]
        assert row["pairs"] == 3 and row["difference"] < 0
    differences = [
        r.compare("jobs_fte").set_index("scenario").loc["essai-coupe-2", "difference"]
        for r in (together, alone)
    ]
    assert differences[0] == differences[1]


def test_the_order_in_which_futures_are_asked_does_not_matter() -> None:
    one, other = named(1), named(2, "-40%")
    baseline = simulator.load_scenario("fil-de-l-eau")
    asked = Request.of([baseline, other, one], "demo", None)
    assert asked.key == Request.of([one, other, one], "demo", None).key
    assert len({asked.key, Request.of([one], "demo", None).key}) == 2
    assert asked.job.scenarios[0].id == "fil-de-l-eau"


def test_a_run_of_many_worlds_keeps_no_crossings(opened: Open, workers: Workers) -> None:
    asked = Request.of([named(3)], "demo", "default", WORLDS + 1)
    workers.play(asked.job, asked.plan.worlds[0], 0, asked.dimensions).result()
    kept = workers.collect(0)[1]
    assert set(kept.sums) == set(kept.quarters) == set(kept.medians) == set(SIMPLE)
    assert Request.of([named(3)], "demo", "default", WORLDS).dimensions is None


def test_the_time_of_a_run_is_learnt_from_those_before() -> None:
    pace, asked = Pace(), Request.of([named(4)], "demo", "default", 20)
    before = pace.seconds("demo", 1, 200, 2, warm=True)
    assert pace.seconds("demo", 1, 200, 2, warm=False) > before
    pace.note(asked, seconds=100.0, worlds=18, processes=2)
    assert pace.seconds("demo", 1, 200, 2, warm=True) > before
    assert pace.seconds("workshop", 1, 200, 2, True) == Pace().seconds("workshop", 1, 200, 2, True)
