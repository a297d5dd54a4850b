"""What docs/experiments.md says of running and reading is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from experiments.store import parcel

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "experiments.md").read_text("utf-8")
READING = TEXT.partition("## Reading the files\n")[2].partition("\n## ")[0]
FOLDER = TEXT.partition("## The folder\n")[2].partition("\n## ")[0]


def of_small_plan(example: str, folder: Path) -> str:
    """The example with the names of the small experiment."""
    for theirs, ours in (
        ("results/depth", str(folder)), ("jobs_fte_2029Q4", "jobs"), ("2029Q4", "2026Q2"),
        ("baisse-des-subventions", "rabot-10"),
    ):  # fmt: skip
        example = example.replace(theirs, ours)
    return example


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", READING, flags=re.DOTALL)


def test_pandas_and_polars_find_the_effect_as_duckdb_does(finished: Path) -> None:
    (query,) = examples("sql")
    rows = duckdb.sql(of_small_plan(query, finished)).fetchall()
    pandas, polars = examples("python")
    told: dict[str, object] = {}
    for example in (pandas, polars):
        *statements, last = of_small_plan(example, finished).strip().rsplit("\n", 1)
        exec("\n".join([*statements, f"shown = {last}"]), told)
        told[example] = told["shown"]
    table = told[pandas].sort_values("l_depth")  # type: ignore[attr-defined]
    expected = list(zip(table["l_depth"], table["effect"], strict=True))
    assert [depth for depth, _ in rows] == [depth for depth, _ in expected]
    assert [effect for _, effect in rows] == pytest.approx([effect for _, effect in expected])
    assert all(effect < 0 for _, effect in rows)
    assert told[polars].shape == (7 * 2, 3)  # type: ignore[attr-defined]


def test_the_table_of_files_names_them_all(finished: Path) -> None:
    named = set(re.findall(r"^\| `([^`]+)`", FOLDER, flags=re.MULTILINE))
    there = {f.name if f.is_file() else f"{f.name}/*.yaml" for f in finished.iterdir()}
    assert named == there
    (differing,) = re.findall(r"`runs.parquet`.*all but ([^|]*) \|", FOLDER)
    assert differing == ", ".join(f"`{name}`" for name in parcel.VARYING)
