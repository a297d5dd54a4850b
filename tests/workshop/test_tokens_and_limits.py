"""Links cannot be guessed or forged, codes can be read aloud, and nobody asks without end."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from hypothesis import given

from dashboard.workshop import limits
from dashboard.workshop.clock import Clock
from dashboard.workshop.limits import FREE_MISTAKES, LONGEST_DELAY, RATES, Limits, TooMany
from dashboard.workshop.presence import GONE_AFTER, Presence
from dashboard.workshop.room import events, evolve
from dashboard.workshop.room.state import Room
from dashboard.workshop.tokens import SIGNS, Holder, Keyring, new_code, token, typed_code

ALICE, BOB = Holder("ABC234", "member", "a1"), Holder("ABC234", "member", "b2")


class Hand:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def test_tokens_differ_by_secret_room_kind_and_member() -> None:
    holders = [ALICE, BOB, Holder("ABC235", "member", "a1"), Holder("ABC234", "facilitator"),
               Holder("ABC234", "screen"), Holder("ABC234", "member", "screen")]  # fmt: skip
    made = [token(secret, holder) for secret in ("s1", "s2") for holder in holders]
    assert len(set(made)) == len(made) and {len(one) for one in made} == {43}
    assert token("s1", ALICE) == made[0]  # the same after a restart


def test_only_tokens_that_were_given_open() -> None:
    keys = Keyring()
    keys.add_room("ABC234", "secret", ["a1"])
    keys.add_room("XYZ234", "other", [])
    given = token("secret", ALICE)
    assert keys.find(given) == ALICE
    assert keys.find(token("secret", Holder("ABC234", "facilitator"))) == Holder(
        "ABC234", "facilitator"
    )
    changed = ("A" if given[0] != "A" else "B") + given[1:]
    for forged in ("", "é" * 43, given[:-1], given + "A", changed, token("secret", BOB), "x" * 999):
        assert keys.find(forged) is None
    keys.forget("ABC234")
    assert keys.find(given) is None and keys.find(token("other", Holder("XYZ234", "screen")))


@given(st.text(max_size=12))
def test_a_typed_code_is_a_code_or_nothing(text: str) -> None:
    code = typed_code(text)
    assert code is None or (len(code) == 6 and set(code) <= set(SIGNS))


def test_codes_are_read_as_people_write_them() -> None:
    assert typed_code(" abc-234 ") == typed_code("ABC 234") == "ABC234"
    assert typed_code("ABC1O0") is None  # signs that no code has
    seen: Iterator[bool] = iter([True, True, False])
    assert typed_code(new_code(lambda code: next(seen))) is not None


def test_a_burst_then_a_rate() -> None:
    clock = Hand()
    counted = Limits(clock)
    rate = RATES["command"]
    for _ in range(int(rate.burst)):
        counted.check("command", "token")
    with pytest.raises(TooMany) as refused:
        counted.check("command", "token")
    assert refused.value.wait == pytest.approx(1 / rate.each)
    counted.check("command", "another")
    clock.time += refused.value.wait + 1e-6
    counted.check("command", "token")
    with pytest.raises(TooMany):
        counted.check("command", "token")


def test_each_wrong_code_makes_the_next_wait_longer() -> None:
    clock = Hand()
    counted = Limits(clock)
    waits = []
    for _ in range(FREE_MISTAKES + 8):
        counted.wrong_code("1.2.3.4")
        try:
            counted.check_codes("1.2.3.4")
        except TooMany as refused:
            waits.append(refused.wait)
            clock.time += refused.wait
            counted.check_codes("1.2.3.4")
    assert waits[:4] == [1, 2, 4, 8] and waits[-1] == LONGEST_DELAY
    counted.check_codes("5.6.7.8")  # others do not wait for it


def test_what_is_counted_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEPT", 50)
    counted = Limits(Hand())
    for number in range(200):
        counted.check("join", str(number))
        counted.wrong_code(str(number))
    assert len(counted._left) == len(counted._mistakes) == 50


def test_a_phone_is_there_until_two_heartbeats_are_missed(opened: events.Opened) -> None:
    room = _room(opened)
    clock = Hand()
    presence = Presence(clock)
    presence.opened("ABC234", "a1")
    presence.opened("ABC234", "b2")
    presence.opened("XXXXXX", "c3")
    assert presence.at_tables(room) == {"table-1": 2}
    presence.opened("ABC234", "a1")  # a second tab
    presence.closed("ABC234", "a1")
    presence.closed("ABC234", "b2")
    clock.time += GONE_AFTER
    assert presence.at_tables(room) == {"table-1": 2}
    clock.time += 1
    assert presence.at_tables(room) == {"table-1": 1}
    presence.heard("ABC234", "b2")  # it asks without a stream
    assert presence.at_tables(room) == {"table-1": 2}
    presence.forget("ABC234")
    assert presence.at_tables(room) == {}


def _room(opening: events.Opened) -> Room:
    room = evolve.opened(opening, 0)
    for member in ("a1", "b2"):
        room = evolve.evolve(room, events.Joined(member=member, table="table-1"), 1)
    return room


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 100)), max_size=20))
def test_setting_the_clock_moves_no_time(jumps: list[tuple[float, float]]) -> None:
    wall, steady = 1.8e9, 50.0
    clock = Clock(lambda: wall, lambda: steady)
    last = clock.now()
    assert last == 1_800_000_000_000
    for jump, passed in jumps:
        wall, steady = wall + jump + passed, steady + passed
        assert abs(clock.now() - last - 1000 * passed) <= 2
        last = clock.now()


def test_a_clock_that_was_set_back_goes_on_from_the_last_line() -> None:
    clock = Clock(lambda: 1000.0, lambda: 0.0)
    clock.not_before(5_000_000)
    assert clock.now() == 5_000_000
    clock.not_before(4_000_000)
    assert clock.now() == 5_000_000
