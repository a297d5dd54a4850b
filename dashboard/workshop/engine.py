"""Simulates rooms behind what people do: worlds go on from the end of the last round.

One thread hands worlds to warm processes, in the order in which people wait for them, and sums up
what comes back. Nothing else waits: whoever looks sees what there is.
"""

from __future__ import annotations

import logging
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.live.workers import Workers
from dashboard.workshop.outcome import Looked
from dashboard.workshop.room.state import Room
from dashboard.workshop.worlds import store
from dashboard.workshop.worlds.advance import Step, advance
from dashboard.workshop.worlds.chains import ORDER, Needs, Task
from dashboard.workshop.worlds.keeping import keep_apart, kept_folder
from dashboard.workshop.worlds.watched import THE_ROOM, Watched
from simulator.problems import InputError

_TELLS_EVERY: Final = 0.3  # seconds, of one room
_RESTS: Final = 1.0  # seconds, after an error that it did not expect
_SWEEPS_EVERY: Final = 40  # worlds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Running:
    """A task in a worker; it is needed as long as its file `wanted` is there."""

    room: Watched
    task: Task
    wanted: Path
    future: Future[None]


class Engine:
    """Rooms by code; `changed(code)` is called from the engine's thread when there is news.

    store: a folder of its own, from which a later engine goes on. workers: processes, shared with
    others or made and ended here. All methods may be called from any thread.
    """

    def __init__(
        self, store: Path, changed: Callable[[str], None], workers: Workers | None = None
    ) -> None:
        self.store = store.resolve()
        self._changed = changed
        self._own_workers = workers is None
        self.workers = workers or Workers()
        self._rooms: dict[str, Watched] = {}
        self._seen: dict[str, Room] = {}  # as they were looked at, not yet planned for
        self._forgotten: set[str] = set()  # nothing is begun for them, whoever still asks
        self._running: dict[int, _Running] = {}  # by worker
        self._turn = 0
        self._keeping = threading.Lock()
        self._news = threading.Condition()
        self._closed = False
        self._wanted = tempfile.TemporaryDirectory(prefix="penser-demain-wanted-")
        self._thread = threading.Thread(target=self._serve, name="workshop-engine", daemon=True)
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Whether nothing more is simulated."""
        return self._closed

    def look(self, room: Room) -> Looked:
        """What there is of a room; whatever it needs is begun or goes on. Never waits."""
        with self._news:
            if room.code in self._forgotten:
                return Looked()
            watched = self._rooms.get(room.code)
            if self._seen.get(room.code) is not room:
                self._seen[room.code] = room
                self._news.notify_all()
        return Looked() if watched is None else watched.told.of(room)

    def recall(self, room: Room) -> Looked:
        """What is kept of a room, its hypothesis included; nothing is begun. Takes a moment."""
        if room.code in self._forgotten:
            return Looked()
        watched = Watched(room, store.room_folder(self.store, room.code))
        watched.plan()
        watched.tell()
        self._leave_nothing_of_forgotten(room.code)
        return watched.told.looked

    def keep(self, room: Room) -> Path:
        """The results folder of what was decided so far: baseline, reference, as played.

        Waits until it is simulated; what failed before has a new try. Raises RuntimeError where a
        world fails or the room is forgotten, FolderError where the disk refuses.
        """
        with self._news:
            if room.code not in self._forgotten:
                self._seen.setdefault(room.code, room)
            self._check_open(room.code)
            self._news.notify_all()
            while (watched := self._rooms.get(room.code)) is None:
                self._news.wait(1.0)
                self._check_open(room.code)
        needs = watched.needs_of(room)
        try:
            _ = needs.kept_name  # what it takes a while to find out, or cannot be
        except InputError as error:
            raise RuntimeError(f"the room cannot be simulated: {error}") from error
        try:
            with self._news:
                watched.keeping = (*watched.keeping, needs)
                self._news.notify_all()
                while not self._kept(watched, needs):
                    self._news.wait(1.0)
                    self._check_open(room.code)
            with self._keeping:  # who asks for the same results waits for the first
                self._check_open(room.code)
                folder = keep_apart(needs, watched.folder)
            self._check_open(room.code)
            return folder
        finally:
            self._leave_nothing_of_forgotten(room.code)
            with self._news:
                watched.keeping = tuple(one for one in watched.keeping if one is not needs)
                self._news.notify_all()

    def forget(self, code: str) -> None:
        """Stop simulating a room and remove all that was kept of it; it is never begun again."""
        with self._news:
            self._forgotten.add(code)
            self._seen.pop(code, None)
            self._rooms.pop(code, None)
            self._news.notify_all()
        store.forget(store.room_folder(self.store, code))

    def keep_only(self, codes: Collection[str]) -> None:
        """Remove what an earlier engine left of rooms that are no more."""
        for code in store.codes(self.store):
            if code not in codes:
                store.forget(store.room_folder(self.store, code))

    def close(self) -> None:
        """Stop; what is played so far is kept."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._thread.join(10)
        if self._own_workers:
            self.workers.close()
        self._wanted.cleanup()

    def _leave_nothing_of_forgotten(self, code: str) -> None:
        if code in self._forgotten:
            store.forget(store.room_folder(self.store, code))

    def _check_open(self, code: str) -> None:
        if self._closed or code not in self._seen:
            raise RuntimeError("the room is forgotten, or the engine is closed")

    def _kept(self, watched: Watched, needs: Needs) -> bool:
        """Whether all records for a results folder are there."""
        if kept_folder(needs, watched.folder).is_dir():
            return True
        if needs not in watched.planned:
            return False
        keys = {THE_ROOM[0], *(chain.key for chain in needs.kept)}
        failed = [error for (key, _), error in list(watched.failed.items()) if key in keys]
        if failed:
            raise RuntimeError(f"the room cannot be simulated, see {failed[0]} in the log")
        return all(watched.done(task) for task in needs.records())

    # -- the one thread that plays ---------------------------------------------------------

    def _serve(self) -> None:
        self.workers.start()
        from dashboard.workshop.worlds import outcomes  # noqa: F401 - long to load, not at reveal

        while True:
            with self._news:
                if self._closed:
                    self._stop_all()
                    return
            try:
                self._take_in()
                self._collect()
                self._hand_out()
                self._tell()
            except Exception:
                log.exception("the engine of the workshop goes on after an error")
                time.sleep(_RESTS)  # what is not mended would come again at once, without end
            with self._news:
                if not self._closed:
                    self._news.wait(self._patience())

    def _patience(self) -> float:
        """Seconds until something is to be told or tried again, or a look at all is due."""
        waiting = [one.at + _TELLS_EVERY for one in self._rooms.values() if one.stale]
        waiting += [at for one in self._rooms.values() for at in one.again.values()]
        played = any(running.future.done() for running in self._running.values())
        asked = any(
            (watched := self._rooms.get(code)) is None or watched.room is not room or watched.due()
            for code, room in self._seen.items()
        )
        if played or asked:
            return 0.0
        return max(0.0, min([5.0, *(due - time.monotonic() for due in waiting)]))

    def _take_in(self) -> None:
        """Plan for rooms that changed; stop what nobody needs any more."""
        with self._news:
            seen = dict(self._seen)
        for code, room in seen.items():
            watched = self._rooms.get(code)
            if watched is None:
                watched = Watched(room, store.room_folder(self.store, code))
            watched.room = room
            watched.try_again()
            try:
                watched.plan()
            except Exception:
                watched.fail(THE_ROOM, self._logged(code))
            with self._news:
                if code in self._seen:
                    self._rooms[code] = watched
                    self._news.notify_all()
                else:
                    store.forget(watched.folder)
        for running in self._running.values():
            here = self._rooms.get(running.room.room.code) is running.room
            if not here or not running.room.still_wanted(running.task):
                running.wanted.unlink(missing_ok=True)

    def _collect(self) -> None:
        """Take in worlds that are played."""
        for worker, running in list(self._running.items()):
            if not running.future.done():
                continue
            del self._running[worker]
            watched, task = running.room, running.task
            world = (task.chain.key, task.world)
            watched.running.pop(world, None)
            running.wanted.unlink(missing_ok=True)
            if self._rooms.get(watched.room.code) is not watched:
                store.forget(watched.folder)
                continue
            try:
                running.future.result()
            except BrokenExecutor:
                self.workers.replace(worker)
                if not watched.may_try_again(world):
                    watched.fail(world, self._logged((watched.room.code, *world)))
            except Exception:
                watched.fail(world, self._logged((watched.room.code, *world)))
            with self._news:
                watched.arrived(task)
                self._news.notify_all()
            if watched.ended >= _SWEEPS_EVERY:
                watched.sweep()

    def _logged(self, about: object) -> str:
        """The identifier under which an error is in the log."""
        error = secrets.token_hex(4)
        log.exception("room %s: error %s", about, error)
        return error

    def _hand_out(self) -> None:
        """Give each idle worker what is waited for most; rooms take turns."""
        for worker in range(self.workers.count):
            if worker in self._running:
                continue
            waiting = [
                (ORDER.index(task.what), watched.served, number, watched, task)
                for number, watched in enumerate(list(self._rooms.values()))
                if (task := watched.next_task(worker, self.workers.count)) is not None
            ]
            if not waiting:
                continue
            *_, watched, task = min(waiting, key=lambda one: one[:3])
            self._turn += 1
            watched.served = self._turn
            wanted = Path(self._wanted.name, f"{worker}-{self._turn}")
            wanted.touch()
            try:
                future = self._begun(worker, watched.step(task, wanted))
            except BaseException:
                wanted.unlink(missing_ok=True)
                raise
            watched.running[task.chain.key, task.world] = task
            self._running[worker] = _Running(watched, task, wanted, future)
            future.add_done_callback(self._wake)

    def _begun(self, worker: int, step: Step) -> Future[None]:
        """A step in a worker, whose process may have died while it had nothing to do."""
        try:
            return self.workers.run(worker, advance, step)
        except BrokenExecutor:
            self.workers.replace(worker)
            return self.workers.run(worker, advance, step)

    def _wake(self, _: Future[None]) -> None:
        with self._news:
            self._news.notify_all()

    def _tell(self) -> None:
        for code, watched in list(self._rooms.items()):
            due = watched.urgent or time.monotonic() - watched.at >= _TELLS_EVERY
            if watched.stale and due:
                if watched.tell():
                    watched.at = time.monotonic()
                    self._changed(code)
                if watched.told.looked.progress is None and watched.ended:
                    watched.sweep()
            watched.rest()

    def _stop_all(self) -> None:
        for running in self._running.values():
            running.wanted.unlink(missing_ok=True)
