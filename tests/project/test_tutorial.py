"""The tutorial runs as written, and says what it should."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulator.process_names import NAMES
from tests.project.tutorials import DOCS, play

PAGE = DOCS / "tutorial-extend.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str]]:
    """The names that the page leaves behind, and what it prints, line by line."""
    folder = tmp_path_factory.mktemp("tutorial")
    names, lines = play(PAGE.name, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # tables are read when they are asked for
        names["whole"] = names["results"].paths("jobs_fte")
    return names, lines


def test_the_sample_pairs_up_and_stands_for_everybody(
    told: tuple[dict[str, Any], list[str]],
) -> None:
    names, _ = told
    assert len(names["cut"]) > 20 and names["staff"] < 0.0
    whole = names["whole"]
    last = whole[(whole["quarter"] == "2027Q4") & (whole["scenario"] == "fil-de-l-eau")]
    for estimate, value in zip(names["jobs"], last["value"], strict=True):
        assert estimate == pytest.approx(value, rel=0.5)  # a fifth of a skewed population


def test_the_respite_keeps_organisations_until_it_ends(
    told: tuple[dict[str, Any], list[str]],
) -> None:
    usual, spared = (
        [int(number) for number in re.findall(r"\d+", line.partition(":")[2])]
        for line in told[1]
        if re.match(r"(as it stands|with respite): \[", line)
    )
    assert all(more > less for more, less in zip(spared[:4], usual[:4], strict=True))
    assert spared == sorted(spared[:4]) + spared[4:], "only entries until 2027"
    assert spared[4] < spared[3]


def test_manna_is_caught_and_a_bequest_closes(told: tuple[dict[str, Any], list[str]]) -> None:
    names, lines = told
    (violation,) = (line for line in lines if "broken" in line)
    assert violation.startswith("CL4 broken in process 'give'") and "manna" in violation
    assert max(names["model"].ledger.worst.values()) < 1e-9
    flows = names["model"].recorder.finish().flows
    assert flows["amount"][flows["flow"] == "bequests"].sum() > 0.0


def test_every_process_that_can_be_replaced_is_listed() -> None:
    (listed,) = re.findall(r"which checks the laws:\n(.*?)\.\n", TEXT, flags=re.DOTALL)
    plain = [name for name, _, _ in NAMES.values() if name != "record"]
    assert re.findall(r"`(\w+)`", listed) == plain
