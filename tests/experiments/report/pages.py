"""Reading a report as a browser or a screen reader would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from experiments.report.sections import sections
from experiments.report.subject import Subject
from experiments.report.write import page
from experiments.results import ExperimentResults

VOID = {"meta", "source", "img", "br", "hr", "link"}


@dataclass
class Page(HTMLParser):
    """Texts, tables, headings and addresses of a page; refuses tags that are not closed.

    `english`: texts that are marked as English in a page of any language.
    """

    path: Path
    text: list[str] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    headings: list[tuple[int, str]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    language: str = ""
    anchors: set[str] = field(default_factory=set)
    captions: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._rows: list[list[str]] = []
        self._in_english = False
        self.feed(self.path.read_text(encoding="utf-8"))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.addresses += [given[n] for n in ("src", "href", "srcset") if n in given]
        self.anchors.add(given.get("id", ""))
        if tag == "html":
            self.language = given["lang"]
        if tag == "img":
            self.images.append(given)
        if tag == "table":
            self._rows = []
        if tag == "tr":
            self._rows.append([])
        if tag in ("th", "td"):
            self._rows[-1].append("")
            self._in_english = given.get("lang") == "en"
        if tag == "th":
            assert given["scope"] in ("row", "col")
        if tag in ("h1", "h2", "h3"):
            self.headings.append((int(tag[1]), ""))
        if tag in ("caption", "figcaption"):
            self.captions.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._in_english = self._in_english and tag not in ("th", "td")
        if tag == "table":
            self.tables[self.captions[-1]] = self._rows

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        (self.english if self._in_english else self.text).append(data)
        if "caption" in self._open or "figcaption" in self._open:
            self.captions[-1] += data
        elif self._open and self._open[-1] in ("th", "td"):
            self._rows[-1][-1] += data
        elif self._open and self._open[-1] in ("h1", "h2", "h3"):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    @property
    def words(self) -> str:
        """All that is read."""
        return " ".join(" ".join(self.text).split())


def told(folder: Path, language: str = "en") -> Page:
    """The page of a folder without drawing its pictures, which takes most of the time."""
    subject = Subject(ExperimentResults.load(folder, allow_incomplete=True), language)
    path = folder / "undrawn.html"
    path.write_text(page(subject, sections(subject)), encoding="utf-8")
    return Page(path)
