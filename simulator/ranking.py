"""Orders of rows by a priority, within groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import kernel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Identities = NDArray[np.uint64]
_DIGIT, _DIGITS = np.uint64(11), np.uint64(2048)  # bits sorted in one pass, and their values
_HALF, _SIGN, _OTHERS = np.uint64(33), np.uint64(63), np.uint64(2**63 - 1)
# Rows are counted unsigned where loops are hot: a signed index asks whether it counts from the end.
_ONE = np.uint64(1)
_PATIENCE = 20  # squared length of a list, per candidate, up to which inserting is the fastest


def within_groups(group: Rows, priority: Floats) -> Rows:
    """Positions by rising group (codes from 0 on), inside a group by falling priority.

    Equals keep their own order.
    """
    groups = int(group.max()) + 1 if len(group) else 0
    order, _ = best_of_groups(group, priority, np.full(groups, len(group)))
    return order


@kernel
def best_of_groups(group: Rows, priority: Floats, wanted: Rows) -> tuple[Rows, Rows]:
    """Positions by rising group, and where each group starts, (groups + 1,).

    The first `wanted[g]` positions of group g come by falling priority, equals in their own order;
    those behind them in any order.
    """
    groups = len(wanted)
    start = np.zeros(groups + 1, np.int64)
    for code in group:
        start[code + 1] += 1
    effort = 0
    for g in range(groups):
        effort += min(wanted[g], start[g + 1]) ** 2
        start[g + 1] += start[g]
    order, key = np.empty(len(group), np.int64), np.empty(len(group))
    filled = start[:-1].copy()
    if effort > _PATIENCE * len(group):
        for i in falling(priority):
            order[filled[group[i]]] = i
            filled[group[i]] += 1
        return order, start
    for i in range(len(group)):
        place = filled[group[i]]
        order[place], key[place] = i, priority[i]
        filled[group[i]] = place + 1
    for g in range(groups):
        if wanted[g] > 0:
            _insert(order, key, start[g], start[g + 1], start[g] + wanted[g])
    return order, start


@kernel
def leaders_of_groups(
    group: Rows, priority: Floats, wanted: Rows, spread: float
) -> tuple[Rows, Rows]:
    """The same, for few of many and priorities of which half lie within `spread` of the smallest.

    Each item is put about where it belongs, then neighbours among the leading put right.
    """
    count, groups = len(group), len(wanted)
    slots = 1 + count // (4 * max(groups, 1))
    slot, low = np.empty(count, np.uint64), np.inf
    for i in range(count):
        low = min(low, priority[i])
    _find_slots(slot, group, priority, low, spread, slots)
    filled = np.zeros(groups * slots + 1, np.int64)
    for i in range(count):
        filled[slot[i] + _ONE] += 1
    start, end, effort, total = np.zeros(groups + 1, np.int64), np.zeros(groups, np.int64), 0, 0
    for g in range(groups):
        enough = total + wanted[g]
        for s in range(g * slots, (g + 1) * slots):
            held = filled[s + 1]
            filled[s] = total
            if total < enough:
                end[g] = total + held
                effort += held * held
            total += held
        start[g + 1] = total
    if effort > _PATIENCE * count:
        return best_of_groups(group, priority, wanted)
    order, key = np.empty(count, np.int64), np.empty(count)
    for i in range(count):
        place = np.uint64(filled[slot[i]])
        order[place], key[place] = i, priority[i]
        filled[slot[i]] += 1
    for g in range(groups):
        _insert(order, key, start[g], end[g], end[g])
    return order, start


@kernel
def _find_slots(
    slot: Identities, group: Rows, priority: Floats, low: float, spread: float, slots: int
) -> None:
    for i in range(len(slot)):
        place = np.int64(slots * (spread / (spread + (priority[i] - low))))
        slot[i] = np.uint64(group[i] * slots + min(max(place, 0), slots - 1))


@kernel
def drawn_order(group: Rows, luck: Floats, groups: int) -> tuple[Rows, Rows]:
    """Positions by rising group, inside a group by falling uniform draw, equals in their own order;
    and where each group starts, (groups + 1,).

    Draws are evenly spread: each item is put about where it belongs, then neighbours put right.
    """
    count, code = len(group), group.view(np.uint64)
    start, filled = np.zeros(groups + 1, np.int64), np.zeros(count + 1, np.uint64)
    for i in range(count):
        start[code[i] + _ONE] += 1
    for g in range(groups):
        start[g + 1] += start[g]
    slot, order, key = np.empty(count, np.uint64), np.empty(count, np.int64), np.empty(count)
    for i in range(count):
        low, size = start[code[i]], start[code[i] + _ONE] - start[code[i]]
        slot[i] = np.uint64(low + min(np.int64((1.0 - luck[i]) * size), size - 1))
        filled[slot[i] + _ONE] += _ONE
    for place in range(count):
        filled[place + 1] += filled[place]
    for i in range(count):
        here = filled[slot[i]]
        order[here], key[here] = i, luck[i]
        filled[slot[i]] = here + _ONE
    for g in range(groups):
        _insert(order, key, start[g], start[g + 1], start[g + 1])
    return order, start


@kernel
def _insert(order: Rows, key: Floats, low: int, high: int, end: int) -> None:
    """Insert the items of [low, high) one by one into the list of the largest keys, [low, end)."""
    first, last = np.uint64(low), np.uint64(end)
    for k in range(np.uint64(low + 1), np.uint64(high)):
        item, value = order[k], key[k]
        place = np.uint64(k)
        if place >= last:
            place = last - _ONE
            if not value > key[place]:
                continue
            order[k], key[k] = order[place], key[place]
        while place > first and key[place - _ONE] < value:
            order[place], key[place] = order[place - _ONE], key[place - _ONE]
            place -= _ONE
        order[place], key[place] = item, value


@kernel
def falling(priority: Floats) -> Rows:
    """Positions by falling priority, equals in their own order, in linear time.

    Sorted by the leading half of the digits, then neighbours put right; by all the digits where
    many share the leading ones.
    """
    count = len(priority)
    # Read as an integer, a positive number rises with its value, a negative one falls.
    key = (priority + 0.0).view(np.uint64)
    for i in range(count):
        if not key[i] >> _SIGN:
            key[i] = key[i] ^ _OTHERS
    order, place, alike = _by_digits(key, 3), np.empty(count), 0
    for k in range(1, count):
        alike += key[np.uint64(order[k])] >> _HALF == key[np.uint64(order[k - 1])] >> _HALF
    if alike > count // 8:
        return _by_digits(key, 0)
    for k in range(count):
        place[k] = priority[np.uint64(order[k])]
    _insert(order, place, 0, count, count)
    return order


@kernel
def _by_digits(key: NDArray[np.uint64], first: int) -> Rows:
    """Positions by rising key, from its digit `first` (the last is 0) to its leading one, 5."""
    count = len(key)
    order, other = np.arange(count).view(np.uint64), np.empty(count, np.uint64)
    places = np.empty(2048, np.uint64)
    for step in range(first, 6):
        shift = np.uint64(step) * _DIGIT
        places[:] = 0
        for i in range(count):
            places[(key[i] >> shift) % _DIGITS] += _ONE
        total = np.uint64(0)
        for digit in range(2048):
            held = places[digit]
            places[digit] = total
            total += held
        for item in order:
            value = (key[item] >> shift) % _DIGITS
            other[places[value]] = item
            places[value] += _ONE
        order, other = other, order
    return order.view(np.int64)
