"""Dates of scenario files moved by whole years: `python -m simulator.scenario.move YEARS FILE...`

For the yearly refresh, when runs start a year later: quarters and years of horizons, levers and
hypotheses move; texts, comments, sources and ids stay as they are, for somebody to read again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_YEAR: Final = r"(?:19|20|21)\d\d"
# A quarter; a year as a key of a map; the year of `from`, `until`, `by`; the list of `years`.
_DATES: Final = re.compile(
    rf"""\b{_YEAR}(?=Q[1-4]\b)
    | (?<=[{{\ ]){_YEAR}(?=:\ *[-+−\d])
    | (?<=\bfrom:\ ){_YEAR}\b(?!Q) | (?<=\buntil:\ ){_YEAR}\b(?!Q) | (?<=\bby:\ ){_YEAR}\b(?!Q)
    | (?<=\byears:\ \[)[\d,\ ]+(?=\])""",
    re.VERBOSE,
)
_TEXT: Final = re.compile(r'^\s*(?:- )?(?:#|"|(?:title|subtitle|label|fr|en|id|extends)\b)')
_REMARK: Final = re.compile(r"\s#|\bsource:")


def moved(text: str, years: int) -> str:
    """The text of a scenario file with every date in it `years` later."""

    def later(found: re.Match[str]) -> str:
        return re.sub(_YEAR, lambda year: str(int(year[0]) + years), found[0])

    lines = []
    for line in text.splitlines(keepends=True):
        remark = _REMARK.search(line)
        end = remark.start() if remark else len(line)
        kept = _TEXT.match(line)
        lines.append(line if kept else _DATES.sub(later, line[:end]) + line[end:])
    return "".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Rewrite the files in place; exit status."""
    if len(arguments) < 2 or not re.fullmatch(r"[-+]?\d{1,2}", arguments[0]):
        print(__doc__, file=sys.stderr)
        return 2
    for name in arguments[1:]:
        path = Path(name)
        path.write_text(
            moved(path.read_text(encoding="utf-8"), int(arguments[0])), encoding="utf-8", newline=""
        )
    print(f"{len(arguments) - 1} files moved; texts and sources in them are for you to read again")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
