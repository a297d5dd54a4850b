"""What a screen lets one do: its buttons and forms, read from the page as it is shown."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Attributes = Mapping[str, str | None]


@dataclass
class Field:
    """An input of a form. `adds` what is set by ticking it; `scale`: value of one unit typed."""

    kind: str
    name: str
    value: str
    ticked: bool = False
    disabled: bool = False
    adds: dict[str, Any] = field(default_factory=dict)
    scale: float | None = None
    low: float = 0.0
    high: float = 100.0


@dataclass
class Offer:
    """A button or a form: the command that it sends, and what can be filled in."""

    command: dict[str, Any]
    fields: list[Field] = field(default_factory=list)
    disabled: bool = False
    at_once: bool = False
    identifier: str | None = None

    @property
    def does(self) -> str:
        """Name of the command."""
        return str(self.command.get("do"))

    @property
    def open_cards(self) -> list[str]:
        """Cards that are, or can be, ticked."""
        return [each.value for each in self.fields if each.name == "cards" and not each.disabled]

    @property
    def ticked(self) -> list[str]:
        """Cards that are ticked."""
        return [each.value for each in self.fields if each.name == "cards" and each.ticked]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.offers: list[Offer] = []
        self.elsewhere: list[tuple[str, dict[str, Any]]] = []  # submit buttons outside a form
        self._form: Offer | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        disabled = "disabled" in given
        if tag == "form" and given.get("data-do"):
            self._form = Offer(
                _json(given, "data-do"), at_once="data-at-once" in given, identifier=given.get("id")
            )
            self.offers.append(self._form)
        elif tag == "button" and given.get("data-do"):
            self.offers.append(Offer(_json(given, "data-do"), disabled=disabled))
        elif given.get("type") == "hidden" and self._form is not None:
            self._form.command |= _json(given, "data-set")  # nobody fills it in
        elif tag in ("input", "select", "textarea") and self._form is not None:
            self._form.fields.append(_field(tag, given))
        elif tag == "button" and given.get("form") and given.get("data-set") and not disabled:
            self.elsewhere.append((str(given["form"]), _json(given, "data-set")))
        elif tag == "option" and self._form is not None and self._form.fields:
            last = self._form.fields[-1]
            if last.kind == "select":
                last.adds.setdefault("options", []).append(given.get("value") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def offers(parts: Iterable[str]) -> list[Offer]:
    """Everything that can be asked from parts of a page."""
    reader = _Reader()
    for html in parts:
        reader.feed(html)
        reader._form = None
    return reader.offers


def can_say_ready(parts: Iterable[str]) -> bool:
    """Whether the page has the button that says that the table is done."""
    reader = _Reader()
    for html in parts:
        reader.feed(html)
    return any(adds.get("ready") for _, adds in reader.elsewhere)


def first(found: Iterable[Offer], does: str, **about: object) -> Offer | None:
    """The first offer that can be used of a command, with these values in it."""
    return next(
        (
            offer
            for offer in found
            if offer.does == does
            and not offer.disabled
            and all(offer.command.get(name) == value for name, value in about.items())
        ),
        None,
    )


def text_of(html: str) -> str:
    """The words of a part, tags left out."""
    words: list[str] = []

    class Words(HTMLParser):
        def handle_data(self, data: str) -> None:
            words.append(data)

    Words().feed(html)
    return " ".join(" ".join(words).split())


def links(parts: Iterable[str], within: Collection[str] = ("href", "src")) -> list[str]:
    """Addresses that a page leads to."""
    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value for name, value in attrs if name in within and value)

    for html in parts:
        Links().feed(html)
    return found


def _field(tag: str, given: Attributes) -> Field:
    kind = given.get("type") or ("select" if tag == "select" else "text")
    return Field(
        kind=kind,
        name=given.get("data-list") or given.get("data-key") or given.get("name") or "",
        value=given.get("value") or "",
        ticked="checked" in given,
        disabled="disabled" in given,
        adds=_json(given, "data-set"),
        scale=float(given["data-scale"] or 1) if "data-scale" in given else None,
        low=float(given.get("min") or 0),
        high=float(given.get("max") or 100),
    )


def _json(given: Attributes, name: str) -> dict[str, Any]:
    found = json.loads(given.get(name) or "{}")
    return found if isinstance(found, dict) else {}


def form_of(html: str) -> dict[str, Any]:
    """Fields of a plain form with what they hold already, as a browser would send them."""
    found: dict[str, Any] = {}

    class Form(HTMLParser):
        select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name = given.get("name")
            if tag == "select":
                self.select = name or ""
            first_or_chosen = "selected" in given or self.select not in found
            if tag == "option" and self.select and first_or_chosen:
                found[self.select] = given.get("value") or ""
            if tag != "input" or not name or "disabled" in given:
                return
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                value = given.get("value") or ("on" if ticks else "")
                found[name] = [*found.get(name, []), value]

        def handle_endtag(self, tag: str) -> None:
            if tag == "select":
                self.select = ""

    Form().feed(html)
    return found


def values_of(html: str, name: str) -> list[str]:
    """Values that buttons, radios or options of a name offer, each once."""
    found: list[str] = []

    class Values(HTMLParser):
        select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "select":
                self.select = given.get("name") or ""
            named = given.get("name") == name or (tag == "option" and self.select == name)
            value = given.get("value")
            if named and value and value not in found and "disabled" not in given:
                found.append(value)

    Values().feed(html)
    return found
