"""What a page of the site is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from dashboard.address import Address
from dashboard.language import Texts
from dashboard.panels.panel import Panel
from dashboard.reading import Library


@dataclass(frozen=True)
class Later:
    """A part that is made when its turn comes: what a reader looks at comes first.

    id: that of the element that `make` gives.
    """

    id: str
    make: Callable[[], Any]


@dataclass(frozen=True)
class Content:
    """What a page shows for one address; `status` is the short text that is read aloud."""

    parts: list[Any]
    status: str


def _nothing(library: Library, address: Address) -> list[Any]:
    return []


def _always(library: Library) -> bool:
    return True


def _no_panels(library: Library, address: Address) -> dict[str, Callable[[], Panel]]:
    return {}


def _told(library: Library, address: Address) -> list[str]:
    return list(address.problems)


@dataclass(frozen=True)
class Page:
    """One page: `form` is drawn when the page opens, `content` whenever its address changes.

    `content` is made of elements of `dash.html`, which travel as text (`markup.py`).

    `path` begins with `/`. `form` and `content` are pure functions of what is in the library and
    of the address; both may take long, they never run on the event loop. `panels` are the
    findings that can be downloaded at `PATH/KEY.csv`; it raises `NotShown` where the page refuses
    to show anything. `problems` are sentences on what of an address could not be followed: the page
    tells them above what it shows instead, and no file is given of it. `routes` adds what a page
    needs beyond that.
    """

    path: str
    name: Callable[[Texts], str]
    title: Callable[[Texts], str]
    content: Callable[[Library, Address], Content]
    form: Callable[[Library, Address], list[Any]] = _nothing
    panels: Callable[[Library, Address], Mapping[str, Callable[[], Panel]]] = _no_panels
    problems: Callable[[Library, Address], list[str]] = _told
    routes: Callable[[FastAPI, Library], None] | None = None
    in_navigation: bool = True
    offered: Callable[[Library], bool] = _always  # links lead to it where it has something to show
    keeps_still: bool = True  # the same address shows the same, as long as the server runs
    keeps: tuple[str, ...] = field(default=("results", "scenarios"))  # what links to it carry over


class NotShown(Exception):
    """The page refuses to show this selection; the message is for the reader."""
