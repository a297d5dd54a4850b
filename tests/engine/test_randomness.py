"""The draws: uniform, independent of each other, of rows and of their order."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from simulator.normal_quantiles import to_quantiles
from simulator.randomness import Randomness, hash_ids, identity

COUNT = 40_000
IDS = np.arange(COUNT, dtype=np.uint64)
NAMED = np.array([identity("organisation", n) for n in range(4_000)], dtype=np.uint64)
CERTAIN = 1e-4  # a fair generator fails a test at this level once in ten thousand seeds


@pytest.mark.parametrize("ids", [IDS, NAMED, IDS << np.uint64(40)], ids=["small", "hashed", "high"])
@pytest.mark.parametrize("stream", ["hazard", "applies"])
def test_uniform(ids: np.ndarray, stream: str) -> None:
    u = Randomness(2026, 0).uniform(stream, 3, ids)
    assert u.dtype == np.float64
    assert (u > 0.0).all()
    assert (u < 1.0).all()
    assert stats.kstest(u, "uniform").pvalue > CERTAIN
    counts = np.bincount((u * 50).astype(int), minlength=50)
    assert stats.chisquare(counts).pvalue > CERTAIN
    assert len(np.unique(u)) > 0.999 * len(u)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("hazard", 3, 0), ("vacancy", 3, 0)),  # two decisions
        (("hazard", 3, 0), ("hazard", 4, 0)),  # two quarters
        (("hazard", 3, 0), ("hazard", 3, 1)),  # two draws of one decision
    ],
)
def test_streams_quarters_and_draws_are_independent(
    first: tuple[str, int, int], second: tuple[str, int, int]
) -> None:
    random = Randomness(2026, 0)
    u, v = (random.uniform(name, q, IDS, draw) for name, q, draw in (first, second))
    _assert_independent(u, v)


@pytest.mark.parametrize("other", [(2026, 1), (2027, 0)], ids=["replicate", "seed"])
def test_seeds_and_replicates_are_independent(other: tuple[int, int]) -> None:
    u = Randomness(2026, 0).uniform("hazard", 0, IDS)
    _assert_independent(u, Randomness(*other).uniform("hazard", 0, IDS))


def test_neighbours_are_independent() -> None:
    u = Randomness(2026, 0).uniform("hazard", 0, IDS)
    for lag in (1, 2, 64):
        _assert_independent(u[:-lag], u[lag:])


def _assert_independent(u: np.ndarray, v: np.ndarray) -> None:
    assert stats.pearsonr(u, v).pvalue > CERTAIN
    table = np.zeros((8, 8))
    np.add.at(table, ((u * 8).astype(int), (v * 8).astype(int)), 1)
    assert stats.chi2_contingency(table).pvalue > CERTAIN


def test_normal_and_gumbel_follow_their_laws() -> None:
    random = Randomness(2026, 0)
    assert stats.kstest(random.normal("own sales", 0, IDS), "norm").pvalue > CERTAIN
    assert stats.kstest(random.gumbel("call score", 0, IDS), "gumbel_r").pvalue > CERTAIN


def test_normal_and_gumbel_invert_the_same_uniform() -> None:
    random = Randomness(2026, 0)
    u = random.uniform("own sales", 0, IDS)
    np.testing.assert_allclose(random.normal("own sales", 0, IDS), stats.norm.ppf(u), rtol=1e-12)
    np.testing.assert_allclose(
        random.gumbel("own sales", 0, IDS), stats.gumbel_r.ppf(u), rtol=1e-9, atol=1e-12
    )


def test_normal_quantiles_are_exact_from_the_median_to_the_last_draw() -> None:
    """On both sides, at the seams between middle, tails and far tails, and in between."""
    seams = [0.075, np.exp(-25.0)]
    low = np.concatenate(
        [np.geomspace(2.0**-54, 0.5, 3_001)]
        + [[np.nextafter(p, 0.0), p, np.nextafter(p, 1.0)] for p in seams]
    )
    for chance in (low, 1.0 - low[low > 2.0**-52]):
        np.testing.assert_allclose(to_quantiles(chance.copy()), special.ndtri(chance), rtol=1e-14)
    assert to_quantiles(np.zeros(0)).size == 0


@pytest.mark.parametrize("mean", [0.01, 0.4, 3.0, 60.0])
def test_poisson_is_the_inverse_of_its_distribution(mean: float) -> None:
    random = Randomness(2026, 0)
    counts = random.poisson("entries", 0, IDS, np.full(COUNT, mean))
    expected = stats.poisson.ppf(random.uniform("entries", 0, IDS), mean)
    # At a step of the distribution the last bit may fall on either side.
    assert (counts != expected).mean() < 1e-3
    assert counts.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / COUNT))
    assert counts.var() == pytest.approx(mean, rel=0.1)


def test_poisson_of_nothing_is_nothing() -> None:
    counts = Randomness(2026, 0).poisson("entries", 0, IDS, np.zeros(COUNT))
    assert not counts.any()


def test_poisson_grows_with_its_mean_for_everyone() -> None:
    """Common random numbers: a higher mean never gives anybody fewer events."""
    random = Randomness(2026, 0)
    fewer, more = (random.poisson("entries", 0, IDS, np.full(COUNT, m)) for m in (0.8, 1.3))
    assert (more >= fewer).all()
    assert (more > fewer).any()


def test_draws_belong_to_identities_not_to_positions() -> None:
    random = Randomness(2026, 0)
    order = np.random.default_rng(1).permutation(len(NAMED))
    for draw in (random.uniform, random.normal, random.gumbel):
        whole = draw("hazard", 5, NAMED)
        np.testing.assert_array_equal(draw("hazard", 5, NAMED[order]), whole[order])
        np.testing.assert_array_equal(draw("hazard", 5, NAMED[::7]), whole[::7])
    means = np.linspace(0.0, 3.0, len(NAMED))
    whole = random.poisson("entries", 5, NAMED, means)
    shuffled = random.poisson("entries", 5, NAMED[order], means[order])
    np.testing.assert_array_equal(shuffled, whole[order])


def test_draws_have_no_memory() -> None:
    """No generator is advanced: asking twice, or for other things between, changes nothing."""
    random = Randomness(2026, 0)
    before = random.uniform("hazard", 5, NAMED)
    random.uniform("vacancy", 5, NAMED)
    np.testing.assert_array_equal(random.uniform("hazard", 5, NAMED), before)
    np.testing.assert_array_equal(Randomness(2026, 0).uniform("hazard", 5, NAMED), before)


def test_keys_do_not_depend_on_what_was_asked_before() -> None:
    asked = Randomness(7, 2)
    for quarter in (40, -4, -1, 0, 15, 16, 17):
        one_by_one = [asked.word("grant kept", quarter, draw) for draw in range(6)]
        assert Randomness(7, 2).words("grant kept", quarter, 6).tolist() == one_by_one
        assert Randomness(7, 2).key("grant kept", quarter, 5) == one_by_one[5]


def test_hashing_leaves_identities_alone_and_never_collides() -> None:
    ids = IDS.copy()
    hashed = hash_ids(12345, ids)
    np.testing.assert_array_equal(ids, IDS)
    assert len(np.unique(hashed)) == COUNT  # the mix is a bijection


def test_identities_tell_their_parts_apart() -> None:
    assert identity("a", "b") == identity("a", "b")
    names = {identity("entrant", q, r, n) for q in range(20) for r in range(20) for n in range(20)}
    assert len(names) == 8_000
    assert 0 <= min(names) <= max(names) < 2**64
