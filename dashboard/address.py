"""Addresses of pages: everything that a reader chose, written so that old links still work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from dashboard.language import DEFAULT_LANGUAGE, Language, Texts, language_of_name, texts_in

VERSION: Final = 2
LONGEST: Final = 8_000  # characters of a query string; more is not a link that anybody follows
MOST_PARTS: Final = 60
# Among scenarios: the reference of the results themselves, and those that are shown first.
OWN_REFERENCE: Final = "."
SHOWN_FIRST: Final = "*"


def _reference_first(given: dict[str, str]) -> dict[str, str]:
    """Version 1 named the reference line apart; version 2 puts it first among the scenarios."""
    reference, scenarios = given.pop("reference", ""), given.get("scenarios", "")
    if reference or scenarios:
        given["scenarios"] = f"{reference or OWN_REFERENCE},{scenarios or SHOWN_FIRST}"
    return given


# Version → what makes the next one of it. Versions that were published stay here for ever.
MIGRATIONS: Final[Mapping[int, Callable[[dict[str, str]], dict[str, str]]]] = {1: _reference_first}


@dataclass(frozen=True)
class Address:
    """One view of one page; `given` holds what stands in the query, of the current version."""

    path: str
    given: Mapping[str, str]
    language: Language
    problems: tuple[str, ...] = ()
    is_old: bool = False  # was written by an earlier version, and is read as this one would say it

    @property
    def texts(self) -> Texts:
        return texts_in(self.language)

    def asked(self, name: str) -> str | None:
        """Value of a part of the query, None where it is absent or empty."""
        return self.given.get(name) or None

    def query(self, **changes: str | None) -> str:
        """Query string of this view with some parts changed, None or "" leaving a part out."""
        return written(dict(self.given) | changes, self.language)

    def link(self, path: str, *kept: str) -> str:
        """Address of another page that keeps the language and the parts named."""
        return path + written({name: self.given.get(name) for name in kept}, self.language)

    def in_language(self, language: Language) -> str:
        """The same view in another language."""
        return self.path + written(self.given, language)


def written(parts: Mapping[str, str | None], language: Language) -> str:
    """Query string of some parts; empty where nothing was chosen."""
    kept = {name: value for name, value in parts.items() if value and name not in ("v", "lang")}
    if language != DEFAULT_LANGUAGE:
        kept["lang"] = language
    if not kept:
        return ""
    return "?" + urlencode({"v": str(VERSION), **kept}, safe=",:")


def read(path: str, query: str) -> Address:
    """Address of a path and a query string of any version; what is wrong is told, not raised."""
    query = query.lstrip("?")
    parts = parse_qsl(query[:LONGEST])[:MOST_PARTS]
    given: dict[str, str] = {}
    for name, value in parts:
        given.setdefault(name, value)
    language = language_of_name(given.pop("lang", None))
    texts = texts_in(language)
    version = given.pop("v", str(VERSION if "reference" not in given else 1))
    problems = []
    is_old = False
    if len(query) > LONGEST:
        problems.append(texts("Cette adresse est trop longue : la fin est laissée de côté."))
    if version not in [str(number) for number in range(1, VERSION + 1)]:
        problems.append(
            texts(
                "Cette adresse vient d'une version inconnue ({version}) : elle est lue comme une "
                "adresse d'aujourd'hui.",
                version=version[:20],
            )
        )
    else:
        is_old = int(version) < VERSION
        for number in range(int(version), VERSION):
            given = MIGRATIONS[number](given)
    return Address(path, given, language, tuple(problems), is_old)
