"""Sending units to workers: a bounded number at a time, whatever becomes of some of them.

A unit that raises has noted so in its parcel. A worker that dies takes with it every unit it was
given, and often those of its neighbours: each of these suspects is played again with nothing
beside it, and only a unit whose worker dies again is the culprit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from itertools import islice
from typing import Final

from experiments.execution.unit import Unit
from experiments.execution.workers import Workers

PATIENCE: Final = 1.0  # seconds of silence after which the workers are looked at

Keep = Callable[[Unit, bytes | None], None]


def dispatch(
    units: Iterable[Unit], workers: Workers, keep: Keep, lost: Callable[[Unit], bytes]
) -> None:
    """Play all units; `keep` gets each with its parcel (None: in the journal), in any order.

    At most two units for each worker are in flight. `lost` makes the parcel of a culprit. What
    `keep` or `Workers.check` raise goes through, and so does what is neither a parcel nor a death.
    """
    upcoming = iter(units)
    while True:
        suspects = _together(upcoming, workers, keep)
        if not suspects:
            return
        whole = False
        for unit in sorted(suspects, key=lambda suspect: suspect.key):
            if not whole:
                workers.renew(alone=True)
            whole = not _together(iter([unit]), workers, keep)
            if not whole:
                keep(unit, lost(unit))
        workers.renew(alone=False)


def _together(upcoming: Iterator[Unit], workers: Workers, keep: Keep) -> list[Unit]:
    """Play units until a worker dies; the units that went with it, once the others are back."""
    flying: dict[Future[bytes | None], Unit] = {}
    suspects: list[Unit] = []
    while True:
        if not suspects:
            for unit in islice(upcoming, max(2 * workers.count - len(flying), 0)):
                try:
                    flying[workers.submit(unit)] = unit
                except Exception as error:
                    if not workers.died(error):
                        raise
                    suspects.append(unit)
                    break
        if not flying:
            return suspects
        returned, _ = wait(flying, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        if not returned:
            workers.check()
        for future in returned:
            unit = flying.pop(future)
            try:
                content = future.result()
            except (Exception, CancelledError) as error:
                if not workers.died(error):
                    raise
                suspects.append(unit)
            else:
                keep(unit, content)
