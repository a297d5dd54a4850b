"""Each file of `cards/` holds one kind of error; its message is part of what we promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.cards import load_card, parse_card, parse_shock
from simulator.cards.loading import shock_folder
from simulator.problems import InputError

FOLDER = Path(__file__).parent / "cards"
FILES = sorted(FOLDER.glob("*.yaml"))


def test_many_kinds_of_errors_are_told() -> None:
    told = {path.with_suffix(".expected").read_text("utf-8").split(": ", 1)[1] for path in FILES}
    assert len(told) == len(FILES) >= 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_card_is_told_with_place_and_remedy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(InputError) as caught:
        load_card(path.name)
    assert str(caught.value) + "\n" == path.with_suffix(".expected").read_text("utf-8")
    for problem in caught.value.problems:
        assert problem.hint, "every message says what would be right"
        assert problem.line is not None


def test_an_unknown_id_is_told_with_the_one_probably_meant() -> None:
    with pytest.raises(InputError, match=r"did you mean o9-fusionner\?"):
        load_card("o9-fusioner")


def test_a_text_is_read_like_a_file() -> None:
    text = (FOLDER / "cost-of-what.yaml").read_text("utf-8")
    with pytest.raises(InputError, match=r"carte:6:7: cost: 0\.2% of sales is no cost"):
        parse_card(text, "carte")


def test_a_shock_that_somebody_plays_is_told_to_leave_it_out() -> None:
    text = (shock_folder() / "s2-coupe-regionale.yaml").read_text("utf-8")
    played = text.replace("lag: 0", "lag: 0\ncost: 1% of budget\npayer: etat")
    with pytest.raises(InputError) as caught:
        parse_shock(played)
    assert [(p.field, p.message, p.hint) for p in caught.value.problems] == [
        ("cost", "nobody plays a shock", "leave it out"),
        ("payer", "nobody plays a shock", "leave it out"),
    ]
