"""What is said of worlds: made-up readings, and the numbers that must come of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pytest

from dashboard.account_names import payer_name
from dashboard.language import texts_in
from dashboard.workshop.debrief import sheet
from dashboard.workshop.views.payers import payers_figure
from dashboard.workshop.views.revealing import own_part
from dashboard.workshop.worlds.outcomes import Asked, Pairs, outcome_of
from dashboard.workshop.worlds.reading import FamilyReading, Reading
from simulator.indicators import HEADLINES
from tests.workshop.conftest import opening
from tests.workshop.debriefed import debrief, journal, plain, read

Source = Literal["accepted", "default"]
FR = texts_in("fr")
SETTINGS = opening(rounds=("2026Q4",)).settings
QUARTERS = 5  # 2025Q4 to 2026Q4


def _world(survival: float, paid: Mapping[str, float] | None = None) -> Reading:
    families = {
        role.id: FamilyReading(200, np.linspace(1.0, survival, QUARTERS))
        for role in SETTINGS.roles
        if role.family
    }
    values = {code: np.linspace(1.0, 0.9, QUARTERS) for code in HEADLINES}
    years = {payer: np.array([euros]) for payer, euros in (paid or {}).items()}
    return Reading(values, families, years)


def _pairs(played: list[Reading], reference: list[Reading], source: Source) -> Pairs:
    """With `source` default only chance varies: worlds are replicates of one draw."""
    chance = source == "default"
    units = [(0, 0, n) if chance else (n, 0, 0) for n in range(len(played))]
    return Pairs(units, played, reference)


def _asked(source: Source) -> Asked:
    return Asked(SETTINGS.model_copy(update={"source": source}), 0, False, ())


@pytest.mark.parametrize("source", ["default", "accepted"])
@pytest.mark.parametrize("count", [20, 60])
def test_a_family_is_as_far_apart_as_its_worlds(source: Source, count: int) -> None:
    """Not the interval of their mean, which gets narrow where only chance varies."""
    levels = np.linspace(0.801, 0.867, count)
    pairs = _pairs(
        [_world(level) for level in levels], [_world(level - 0.01) for level in levels], source
    )
    found = outcome_of(_asked(source), pairs).families["culture"]
    assert found.survival_played is not None and found.survival_reference is not None
    ends = (0, 1) if count < 50 else (0.05, 0.95)
    for side, shift in ((found.survival_played, 0.0), (found.survival_reference, 0.01)):
        assert (side.low, side.high) == pytest.approx(tuple(np.quantile(levels - shift, ends)))
        assert side.median == pytest.approx(np.median(levels) - shift)
        assert side.worlds == count
    assert found.difference is not None and found.difference.mean == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("count", "said"),
    [(20, "du monde simulé le plus bas au plus haut"), (60, "dans neuf mondes simulés sur dix")],
)
def test_phone_and_sheet_say_what_the_range_of_a_family_is(count: int, said: str) -> None:
    levels = np.linspace(0.7, 0.9, count)
    worlds = [_world(level) for level in levels]
    outcome = outcome_of(_asked("default"), _pairs(worlds, worlds, "default"))
    made = debrief(journal(1))
    made.seen.outcomes[0] = outcome  # type: ignore[index]
    low, high = (70, 90) if count < 50 else (71, 89)
    phone = read(f"<body>{own_part(made.seen, made.room.tables[0], FR)}")
    paper = read(sheet(made, "table-1", FR))
    for shown in (phone, paper):
        assert f"de {low} à {high} sur 100" in shown and said in shown


MEANS = {
    "etat": 8e6, "securite_sociale": -7e6, "departement": 1e5, "bloc_communal": 2e6,
    "region": 9e6, "europe": -1e5, "households": 5e6, "companies": 2e5, "foundations": -4e6,
}  # fmt: skip
LARGE = ["etat", "securite_sociale", "bloc_communal", "region", "households", "foundations"]


def test_who_pays_stands_in_one_order_and_leaves_no_euro_out() -> None:
    """No order of what is not known to differ; what is small is summed, world by world."""
    chance = np.random.default_rng(1).normal(0.0, 3e7, 20)

    def paid(noise: float) -> dict[str, float]:
        # What Départements pay more in a world, Europe pays less in it: their sum is certain.
        return MEANS | {
            "etat": MEANS["etat"] - 5 * noise,
            "departement": MEANS["departement"] + noise / 1e3,
            "europe": MEANS["europe"] - noise / 1e3,
        }

    centred = chance - chance.mean()
    played = [_world(0.9, paid(noise)) for noise in centred]
    reference = [_world(0.9, dict.fromkeys(MEANS, 0.0)) for _ in centred]
    outcome = outcome_of(_asked("accepted"), _pairs(played, reference, "accepted"))
    others = outcome.other_payers
    assert others is not None and others.payers == ("departement", "europe", "companies")
    assert (others.together.low, others.together.high) == pytest.approx((2e5, 2e5))
    shown = {code: told for code, told in outcome.payers.items() if code not in others.payers}
    assert list(shown) == LARGE
    whole = sum(told.mean for told in shown.values()) + others.together.mean
    assert whole == pytest.approx(sum(MEANS.values()))
    drawn = str(payers_figure(outcome, FR))
    names = re.findall(r'<text [^>]*class="name"[^>]*>([^<]+)</text>', drawn)
    expected = [payer_name(code, FR) for code in LARGE]
    assert plain(" ".join(names)) == plain(" ".join([*expected, "Autres"]))
    for code in others.payers:
        assert payer_name(code, FR) in drawn  # who they are is said below


def test_few_who_pay_all_stand_there() -> None:
    some = dict(list(MEANS.items())[:7])
    played = [_world(0.9, some)] * 3
    reference = [_world(0.9, dict.fromkeys(some, 0.0))] * 3
    outcome = outcome_of(_asked("default"), _pairs(played, reference, "default"))
    assert outcome.other_payers is None and list(outcome.payers) == list(some)
    drawn = str(payers_figure(outcome, FR))
    assert all(payer_name(code, FR) in drawn for code in some) and "Autres" not in drawn
