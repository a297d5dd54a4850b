"""The first sheet of an .xlsx workbook as rows of text, with the standard library alone.

A workbook is a zip of XML parts (ECMA-376, part 1, §18.3): cells hold a number, or the position of
their text in a table of shared strings.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from experiments.grants.reading import read_bytes
from simulator.problems import InputError

_NAMESPACE: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LARGEST: Final = 50_000_000  # bytes of one part once unpacked


def read_rows(path: Path) -> list[list[str]]:
    """Cells of the first sheet by row, from column A on; empty text where there is none."""
    content = read_bytes(path)
    try:
        with ZipFile(BytesIO(content)) as workbook:
            strings = _part(workbook, "xl/sharedStrings.xml")
            sheet = _part(workbook, "xl/worksheets/sheet1.xml")
        shared = ["".join(_texts(one)) for one in strings.findall(f"{_NAMESPACE}si")]
        rows = [_row(row, shared) for row in sheet.iter(f"{_NAMESPACE}row")]
    except (BadZipFile, LookupError, ElementTree.ParseError, ValueError) as error:
        raise InputError.single(
            "", f"not a workbook that can be read ({error})", "an .xlsx file", str(path)
        ) from None
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _part(workbook: ZipFile, name: str) -> ElementTree.Element:
    if workbook.getinfo(name).file_size > _LARGEST:
        raise ValueError(f"{name} unpacks to more than {_LARGEST:,} bytes")
    content = workbook.read(name)
    if b"<!DOCTYPE" in content:
        raise ValueError(f"{name} declares entities")
    return ElementTree.fromstring(content)


def _row(row: ElementTree.Element, shared: list[str]) -> list[str]:
    cells: dict[int, str] = {}
    for cell in row.findall(f"{_NAMESPACE}c"):
        value = cell.find(f"{_NAMESPACE}v")
        if value is not None and value.text:
            is_shared = cell.get("t") == "s"
            text = shared[int(value.text)] if is_shared else value.text
            cells[_column(cell.get("r", "A1"))] = " ".join(text.split())
        elif cell.get("t") == "inlineStr":
            cells[_column(cell.get("r", "A1"))] = " ".join("".join(_texts(cell)).split())
    return [cells.get(number, "") for number in range(max(cells, default=-1) + 1)]


def _texts(element: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in element.iter(f"{_NAMESPACE}t")]


def _column(reference: str) -> int:
    """Position of a cell from its reference: 0 for `A7`, 27 for `AB7`."""
    letters = re.match("[A-Z]+", reference)
    number = 0
    for letter in letters.group() if letters else "A":
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
