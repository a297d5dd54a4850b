"""One look for every picture, and the same bytes for the same numbers.

Pictures are drawn twice, wide for desks and paper, narrow for phones. Colours are five of Okabe and
Ito that colour-blind readers tell apart; shapes and dashes say the same again.
"""

from __future__ import annotations

import base64
import io
import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.report.blocks import Picture
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9")
REFERENCE: Final = "#000000"
MARKERS: Final = ("o", "s", "^", "D", "v")
DASHES: Final = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))
INK: Final = "#333333"
GRID: Final = "#d9d9d9"
MANY: Final = 1000
"""Points from which they are drawn as one image: as shapes they would weigh megabytes."""
WIDTHS: Final = (7.2, 3.7)  # inches, wide and narrow
_STYLE: Final[dict[str, Any]] = {
    "svg.hashsalt": "penser-demain", "svg.fonttype": "path", "font.family": "DejaVu Sans",
    "font.size": 9, "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK,
    "ytick.color": INK, "axes.edgecolor": "#999999", "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True, "grid.color": GRID,
    "grid.linewidth": 0.6, "axes.titlesize": 9, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "legend.frameon": False, "legend.fontsize": 8,
    "savefig.dpi": 200, "axes.unicode_minus": True, "path.simplify": True,
}  # fmt: skip


def drawn(picture: Picture, folder: Path, language: str) -> Picture:
    """The picture with its addresses; writes `NAME.LANGUAGE.svg` and `.png` of the wide one."""
    folder.mkdir(parents=True, exist_ok=True)
    wide, png = draw(picture, narrow=False)
    narrow, _ = draw(picture, narrow=True)
    stem = f"{picture.name}.{language}"
    (folder / f"{stem}.svg").write_bytes(wide)
    (folder / f"{stem}.png").write_bytes(png)
    return replace(picture, wide=_address(wide), narrow=_address(narrow))


def draw(picture: Picture, narrow: bool) -> tuple[bytes, bytes]:
    """An SVG, and of the wide one a PNG."""
    import matplotlib
    from matplotlib import figure

    style: Any = {**matplotlib.rcParamsDefault} | _STYLE
    with matplotlib.rc_context(style):
        canvas = figure.Figure(
            figsize=(WIDTHS[narrow], picture.heights[narrow]), layout="constrained"
        )
        picture.draw(canvas, narrow)
        if narrow:
            _fit(canvas)
        about = {"Title": picture.title, "Description": f"{picture.alternative} {picture.source}"}
        svg, png = io.BytesIO(), io.BytesIO()
        canvas.savefig(svg, format="svg", metadata={**about, "Date": None, "Creator": None})
        if not narrow:
            canvas.savefig(png, format="png", metadata={**about, "Software": None})
    return svg.getvalue(), png.getvalue()


def _fit(canvas: Figure) -> None:
    """Titles of axes across in lines that stay inside, and fewer ticks where theirs overlap."""
    from matplotlib.ticker import MaxNLocator

    canvas.draw_without_rendering()
    for axes in canvas.axes:
        label, frame = axes.xaxis.label, axes.get_window_extent()
        room = 2 * min(frame.x0 + frame.width / 2, canvas.bbox.x1 - frame.x0 - frame.width / 2)
        width = label.get_window_extent().width
        if width > room:
            text = label.get_text()
            label.set_text("\n".join(textwrap.wrap(text, max(10, int(len(text) * room / width)))))
        locator = axes.xaxis.get_major_locator()
        ticks = [tick.get_window_extent() for tick in axes.get_xticklabels() if tick.get_text()]
        gaps = [after.x0 - before.x1 for before, after in itertools.pairwise(ticks)]
        if isinstance(locator, MaxNLocator) and min(gaps, default=9) < 3:
            locator.set_params(nbins=3)


def _address(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def wrapped(text: str, narrow: bool, width: int = 30) -> str:
    """A text in lines that leave room for the picture."""
    return "\n".join(textwrap.wrap(text, width * 2 // 3 if narrow else width))


def localised(axis: Axis, language: str, whole: bool = False) -> None:
    """Ticks with the decimal sign of the language, at whole numbers only where asked."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(5, integer=whole))

    def written(value: float, _: int | None) -> str:
        steps = axis.get_majorticklocs()
        step = abs(float(steps[1] - steps[0])) if len(steps) > 1 else 1.0
        digits = next((d for d in range(7) if abs(round(step, d) - step) < 1e-9), 6)
        return numbers.decimal(value, digits, language)

    axis.set_major_formatter(FuncFormatter(written))


def rows_of(axes: Axes, labels: Sequence[str]) -> None:
    """Rows from the top, one for each label, with lines across only."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
