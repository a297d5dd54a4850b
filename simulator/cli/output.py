"""How commands speak: tables for people, JSON for programs, progress on stderr."""

from __future__ import annotations

import enum
import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH: Final = 100
_STEPS_TOLD: Final = 20


class Language(enum.StrEnum):
    """Language of what is printed."""

    fr = "fr"
    en = "en"


def console() -> Console:
    """Standard output, at most 100 columns and never under 80 where it is not a terminal."""
    from rich.console import Console

    terminal = Console(highlight=False)
    if terminal.is_terminal:
        return Console(highlight=False, width=min(terminal.width, WIDTH))
    return Console(highlight=False, width=WIDTH)


def plain_table(*headings: str, right: tuple[int, ...] = ()) -> Table:
    """A table without vertical rules; the columns numbered in `right` are numbers."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number in right else "left")
    return table


def print_json(content: Any) -> None:
    """One JSON document on stdout; what is not a number becomes null."""
    sys.stdout.write(json.dumps(finite(content), ensure_ascii=False, indent=2) + "\n")


def finite(content: Any) -> Any:
    """The same content in plain JSON types, with null for what is not a finite number."""
    if isinstance(content, dict):
        return {str(key): finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple | set | frozenset):
        return [finite(value) for value in content]
    if hasattr(content, "tolist"):
        return finite(content.tolist())
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    return content


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A callback (done, total): a bar on a terminal, one line per step otherwise."""
    if sys.stderr.isatty():
        yield from _bar(title)
    else:
        yield _Lines(title)


def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        Text,
        TextColumn,
    )
    from rich.progress import TimeRemainingColumn as Remaining

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.1f}/s")

    # Without a refreshing thread: worker processes can only be forked from a single thread.
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), Remaining(),
        console=Console(stderr=True), auto_refresh=False,
    )  # fmt: skip
    with bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            bar.refresh()

        yield report


class _Lines:
    """Progress as lines: every step, or every 5 % of many steps."""

    def __init__(self, title: str) -> None:
        self.title = title

    def __call__(self, done: int, total: int) -> None:
        step = max(1, total // _STEPS_TOLD)
        if done and (done % step == 0 or done == total):
            print(f"{self.title}: {done} of {total}", file=sys.stderr, flush=True)
