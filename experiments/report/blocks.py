"""What a page is made of: sections of headings, texts, lists, tables and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    text: str
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, `lead` in bold before it; `tone` is plain, note or warning."""

    text: str
    tone: str = "plain"
    lead: str = ""
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]
    kind: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Code:
    """A command, or text that is to be copied as it is."""

    text: str
    kind: ClassVar[str] = "code"


@dataclass(frozen=True)
class Table:
    """Rows of texts, of which the first cell heads the row.

    Columns from `numbers_from` to before `numbers_to` hold numbers.
    `in_english`: columns whose cells are English in any language, such as sources. `folded`: shown
    when asked for.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers_from: int = 1
    numbers_to: int = 99
    in_english: Sequence[int] = ()
    folded: bool = False
    kind: ClassVar[str] = "table"


Draw = Callable[["Canvas", bool], None]


@dataclass(frozen=True)
class Picture:
    """A figure that is still to be drawn.

    `title` states the reading; `alternative` says what is seen, from the numbers; `table` holds
    them. `draw` fills a canvas, narrow (True) or wide; `heights` are those of the two, in inches,
    wide first. `wide`, `narrow`: addresses of the drawn pictures.
    """

    name: str
    title: str
    unit: str
    source: str
    alternative: str
    table: Table
    draw: Draw
    heights: tuple[float, float]
    wide: str = ""
    narrow: str = ""
    kind: ClassVar[str] = "picture"


@dataclass(frozen=True)
class Folded:
    """Blocks that are shown when asked for."""

    summary: str
    blocks: list[Block]
    kind: ClassVar[str] = "folded"


Block = Heading | Paragraph | Bullets | Code | Table | Picture | Folded


@dataclass(frozen=True)
class Section:
    """A part of the page, with an anchor."""

    anchor: str
    title: str
    blocks: list[Block] = field(default_factory=list)
