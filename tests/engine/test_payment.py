"""Payment of public money: nothing lost, nothing early, the mean delay that is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.accounts import EVERY_LINE
from simulator.codes import LEVELS, N_LEVELS
from simulator.funders import SUBVENTION
from simulator.model import EssModel
from simulator.open_accounts import BUCKETS
from simulator.parameters import Parameters
from simulator.population import Population
from simulator.processes.payment import hazards
from tests.engine.worlds import play, scenario_of, start, tamper_after

SHIFTS = st.floats(-2.0, 4.0)
SHARES = st.floats(0.0, 1.0)
PARTS = st.lists(st.floats(0.0, 1.0), min_size=BUCKETS, max_size=BUCKETS)


@st.composite
def kernels(draw: st.DrawFn) -> np.ndarray:
    """Shares paid 0…6 quarters after accrual, adding to 1."""
    parts = np.array(draw(PARTS.filter(lambda p: sum(p) > 0.01)))
    return np.asarray(parts / parts.sum())


def paid(odds: np.ndarray, quarters: int = 2_000) -> np.ndarray:
    """What one euro brings in each quarter when buckets are paid at these odds and then age."""
    owed, flows = np.zeros(BUCKETS), np.zeros(quarters)
    owed[0] = 1.0
    for quarter in range(quarters):
        now = owed * odds
        flows[quarter] = now.sum()
        owed = owed - now
        last = owed[-1] + owed[-2]
        owed = np.r_[0.0, owed[:-2], last]
    return flows


@given(kernels(), SHIFTS, SHARES)
def test_odds_are_probabilities(kernel: np.ndarray, shift: float, advance: float) -> None:
    odds = hazards(kernel, shift, advance)
    assert odds.shape == (BUCKETS,)
    assert ((odds >= 0.0) & (odds <= 1.0)).all()
    assert odds[-1] > 0.0


@given(kernels(), SHIFTS, SHARES)
def test_every_euro_is_paid_once_in_the_end(
    kernel: np.ndarray, shift: float, advance: float
) -> None:
    flows = paid(hazards(kernel, shift, advance))
    assert (flows >= -1e-15).all()
    assert flows.sum() == pytest.approx(1.0, abs=1e-9)


@given(kernels(), SHIFTS, SHARES)
def test_the_mean_delay_is_the_one_asked_for(
    kernel: np.ndarray, shift: float, advance: float
) -> None:
    """Shifted, what would come before accrual being paid at once; nothing is waited for twice."""
    delay = np.maximum(np.arange(BUCKETS) + shift, 0.0)
    expected = (1.0 - advance) * float(kernel @ delay)
    flows = paid(hazards(kernel, shift, advance))
    assert float(flows @ np.arange(len(flows))) == pytest.approx(expected, abs=1e-6)


@given(kernels(), SHARES)
def test_an_advance_is_paid_at_once(kernel: np.ndarray, advance: float) -> None:
    assert hazards(kernel, 0.0, advance)[0] == pytest.approx(advance + (1 - advance) * kernel[0])


@given(kernels())
def test_without_shift_or_advance_the_kernel_comes_back(kernel: np.ndarray) -> None:
    np.testing.assert_allclose(paid(hazards(kernel, 0.0, 0.0))[:BUCKETS], kernel, atol=1e-9)


@given(kernels(), SHIFTS, SHIFTS)
def test_later_is_later_in_every_quarter(kernel: np.ndarray, one: float, other: float) -> None:
    """A longer shift never has paid more by any date within the buckets."""
    sooner, later = sorted((one, other))
    first = paid(hazards(kernel, sooner, 0.0), 40).cumsum()
    second = paid(hazards(kernel, later, 0.0), 40).cumsum()
    assert (second[: BUCKETS - 1] <= first[: BUCKETS - 1] + 1e-9).all()


# --- in the model ---
def money(world: EssModel) -> tuple[float, float]:
    """Receivables and cash of all organisations, weighted euros."""
    o = world.organisations
    return o.total(o.receivable), o.total(o.cash)


def delayed(**fields: Any) -> dict[str, Any]:
    return {"lever": "payment_delay", **fields}


def test_delay_raises_receivables_and_lowers_cash(small: Population) -> None:
    found = [
        money(play(scenario_of(delayed(quarters=q), quarters=3), small)) for q in (-1, 0, 1, 2, 4)
    ]
    receivables, cash = zip(*found, strict=True)
    assert list(receivables) == sorted(receivables)
    assert list(cash) == sorted(cash, reverse=True)
    assert receivables[-1] > 1.5 * receivables[1]


def test_advance_lowers_receivables_and_raises_cash(small: Population) -> None:
    found = [
        money(play(scenario_of({"lever": "advance_payment", "share": f"{s}%"}, quarters=3), small))
        for s in (0, 30, 60, 100)
    ]
    receivables, cash = zip(*found, strict=True)
    assert list(receivables) == sorted(receivables, reverse=True)
    assert list(cash) == sorted(cash)


def test_a_first_quarter_of_delay_moves_euros_from_cash_to_receivables(small: Population) -> None:
    """Before anybody reacts, what is not in cash is owed, euro for euro."""
    seen = []
    for shift in (0, 2):
        with pytest.MonkeyPatch.context() as patch:
            world = start(scenario_of(delayed(quarters=shift), quarters=1), small)
            tamper_after(patch, "pay", lambda w: seen.append(money(w)))
            world.step()
    (owed, cash), (owed_later, cash_later) = seen
    assert owed_later - owed == pytest.approx(cash - cash_later, rel=1e-9)
    assert owed_later > owed


def test_delay_of_one_funder_leaves_the_others_on_time(small: Population) -> None:
    level = LEVELS.index("departement")

    def owed(world: EssModel) -> np.ndarray:
        return np.array([world.public.outstanding(SUBVENTION)[i].sum() for i in range(N_LEVELS)])

    base = owed(play("fil-de-l-eau", small, quarters=1))
    late = owed(
        play(scenario_of(delayed(quarters=2, where={"funder": "departement"}), quarters=1), small)
    )
    assert late[level] > 1.2 * base[level]
    others = [i for i in range(N_LEVELS) if i != level]
    np.testing.assert_array_equal(late[others], base[others])


def at_once() -> Parameters:
    """All public money is paid in the quarter in which it is owed."""
    parameters = Parameters.default()
    for name in ("payment_kernel", "payment_kernel_procurement", "payment_kernel_tariff"):
        kernel = np.zeros_like(np.asarray(parameters[name]))
        kernel[..., 0] = 1.0
        parameters = parameters.with_(name, set=kernel)
    return parameters


def test_without_delay_nothing_is_owed_and_no_bridge_is_needed(small: Population) -> None:
    """M9, first half."""
    seen: list[tuple[float, float]] = []

    def look(world: EssModel) -> None:
        o = world.organisations
        seen.append((float(o.receivable.max()), float(o.bridge.max())))

    play("fil-de-l-eau", small, look, quarters=8, parameters=at_once())
    assert len(seen) == 8
    assert max(max(pair) for pair in seen) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("late", [1, 2, 3])
def test_until_a_late_vote_only_agreements_are_paid(late: int, small: Population) -> None:
    """Then the year's grants follow, and the year as a whole has the same vote."""
    scenario = scenario_of({"lever": "late_vote", "quarters": late, "years": [2026]}, quarters=4)
    base = start("fil-de-l-eau", small, quarters=4)
    world = start(scenario, small)
    accrued = []
    for quarter in range(4):
        before = world.public.total_committed[SUBVENTION].sum()
        base_before = base.public.total_committed[SUBVENTION].sum()
        o = world.organisations
        with pytest.MonkeyPatch.context() as patch:
            promised: list[float] = []
            if quarter < late:
                patch.setattr(world.ledger, "after", _noting(world, promised))
            world.step()
        base.step()
        now = world.public.total_committed[SUBVENTION].sum() - before
        accrued.append((now, base.public.total_committed[SUBVENTION].sum() - base_before))
        if quarter < late:
            assert now == pytest.approx(promised[0], rel=1e-9)
            assert now < accrued[-1][1]
            without = (o.agreement_years == 0).all(axis=0) & o.alive
            assert world.public.pending.sum() > 0
            assert not world.public.due[SUBVENTION][:, without].any()
    assert accrued[late][0] > accrued[late][1], "what was held back is caught up"
    voted = world.public.voted[SUBVENTION].sum()
    assert voted == pytest.approx(base.public.voted[SUBVENTION].sum(), rel=1e-9)


def _noting(world: EssModel, promised: list[float]) -> Any:
    after = world.ledger.after

    def noted(process: str, lines: NDArray[np.int64] = EVERY_LINE) -> None:
        after(process, lines)
        if process == "allocate":
            o = world.organisations
            under = np.where(o.agreement_years > 0, o.grants, 0.0)
            promised.append(o.total(under.sum(axis=0)) / 4.0)

    return noted


def test_a_late_vote_is_over_the_year_after(small: Population) -> None:
    scenario = scenario_of({"lever": "late_vote", "quarters": 2, "years": [2026]}, quarters=5)
    world = play(scenario, small)
    assert not world.public.late.any()
    assert world.public.pending.sum() == pytest.approx(world.public.voted[SUBVENTION].sum())


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_vote_late_everywhere_pays_no_more_than_it_votes(
    small: Population, quarters: int
) -> None:
    late = {"lever": "late_vote", "quarters": quarters, "years": [2026]}
    world = start(scenario_of(late, quarters=4), small)
    for _ in range(4):
        world.step()
        voted = world.public.voted[SUBVENTION]
        assert (world.public.unallocated[SUBVENTION] >= -1e-9 * voted.sum()).all()
