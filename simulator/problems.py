"""Bad input, told so that the reader can mend it.

Every fault in a file, on the command line or in a call becomes one `Problem`; `InputError` carries
all of those found at once. The command line prints one line for each and ends with status 2.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault: where it stands, what is wrong, what would be right.

    `line` and `column` start at 1 and are None where there is no text to point at.
    `field` is the dotted path of the faulty value, `levers[0].change.2026`; it may be empty.
    """

    file: str
    line: int | None
    column: int | None
    field: str
    message: str
    hint: str

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        subject = f"{self.field}: " if self.field else ""
        remedy = f"; {self.hint}" if self.hint else ""
        return _one_line(f"{place}: {subject}{self.message}{remedy}")


_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def _one_line(text: str) -> str:
    """The text with line breaks and characters that are not seen written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _UNSEEN
        else character
        for character in text
    )


class InputError(Exception):
    """What was given cannot be used; `problems` holds every fault found, in order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def single(
        cls, field: str, message: str, hint: str = "", file: str = "command line"
    ) -> InputError:
        """One fault without a place in a text."""
        return cls([Problem(file, None, None, field, message, hint)])

    def __reduce__(self) -> tuple[type[InputError], tuple[list[Problem]]]:
        # Exceptions are rebuilt from `args` when they cross processes: give the problems back.
        return (InputError, (self.problems,))


def did_you_mean(given: object, known: Sequence[str], otherwise: str = "") -> str:
    """`did you mean "region"?`, or `otherwise` (default: the list of what is known)."""
    close = difflib.get_close_matches(str(given).lower(), [name.lower() for name in known], n=1)
    if close:
        name = next(name for name in known if name.lower() == close[0])
        return f"did you mean {name}?"
    return otherwise or f"known: {', '.join(known)}"
