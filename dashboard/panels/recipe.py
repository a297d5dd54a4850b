"""How to get a number of a panel in Python, with the arguments of the view."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.view import View


@dataclass(frozen=True)
class Recipe:
    """Code that can be run where the results folder is; it leaves the number in `value`."""

    code: str
    value: float


def recipe(view: View, said: str, call: str, column: str, value: float, **where: str) -> Recipe:
    """The number of one row of what a question to the results answers.

    said: the number in words. call: such as `compare("jobs_fte")`. where: column → value of the
    row; the group is that of the view unless given.
    """
    row = {"group": view.selection.group, **where}
    asked = " and ".join(f"{name} == {text!r}" for name, text in row.items())
    return written(
        view,
        said,
        [f"table = results.{call}", f'row = table.query("{asked}").iloc[0]'],
        f'row["{column}"]',
        value,
    )


def written(view: View, said: str, lines: list[str], expression: str, value: float) -> Recipe:
    """Code between the reading of the results and the printing of the number."""
    folder = view.comparison.results.folder
    name = view.selection.results if folder is None else folder.name
    opened = ["import simulator as sim", "", f'results = sim.Results.load("{name}")']
    return _made([*opened, *lines], said, expression, value)


def shipped(said: str, imported: str, expression: str, value: float) -> Recipe:
    """Code for a number that comes with the package. imported: a name of `dashboard.evidence`."""
    return _made([f"from dashboard.evidence import {imported}", ""], said, expression, value)


def _made(lines: list[str], said: str, expression: str, value: float) -> Recipe:
    code = [
        *lines,
        f"# {' '.join(said.split())}",  # titles are other people's: never a line of code
        f"value = float({expression})",
        f"print(value)  # {value:.6g}",
    ]
    return Recipe("\n".join(code), value)


def grouping(view: View) -> str:
    """The argument `by` of the view."""
    return repr(view.selection.dimension).replace("'", '"')
