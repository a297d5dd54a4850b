"""Public money as one organisation sees it: what a funder promised, owes, and pays late (P4–P5)."""

from __future__ import annotations

from functools import cache

AGES = 7  # quarters since accrual that are told apart: 0 to 6, the last one accumulates


@cache
def payment_odds(kernel: tuple[float, ...], shift: float, advance: float) -> tuple[float, ...]:
    """Odds that what is owed for `age` quarters is paid now, for each age.

    `kernel` is the share paid so many quarters after accrual. `shift` moves it, a fraction of a
    quarter being shared between two; `advance` is paid at once. What would be paid beyond the last
    age is paid from there at the rate that keeps its mean delay.
    """
    shares = [0.0] * AGES
    beyond = waiting = 0.0  # share paid after the last age, and that share × further quarters
    for quarters, share in enumerate(kernel):
        share *= 1.0 - advance
        delay = max(quarters + shift, 0.0)
        whole = int(delay)
        fraction = delay - whole
        for age, part in ((whole, share * (1.0 - fraction)), (whole + 1, share * fraction)):
            if age < AGES - 1:
                shares[age] += part
            else:
                beyond += part
                waiting += part * (age - (AGES - 1))
    shares[0] += advance
    odds = [1.0] * AGES
    left = beyond
    for age in reversed(range(AGES - 1)):
        left += shares[age]
        if left > 1e-12:
            odds[age] = shares[age] / left
    odds[-1] = 1.0 / (1.0 + (waiting / beyond if beyond > 0 else 0.0))
    return tuple(odds)


class Line:
    """What one funder level gives one organisation under one instrument."""

    __slots__ = ("due", "owed", "yearly")

    def __init__(self, yearly: float = 0.0, due: float = 0.0, owed: list[float] | None = None):
        self.yearly = yearly  # euros a year
        self.due = due  # notified this year, not yet accrued
        # Accrued and not yet paid, by age in quarters, up to the oldest.
        self.owed = owed or [0.0]

    @property
    def empty(self) -> bool:
        """Whether nothing is given, promised or owed any more."""
        return not (self.yearly or self.due or any(self.owed))

    def accrue(self, quarters_left: int, delivered: float = 1.0) -> float:
        """The quarter's instalment, owed from now on as far as it was delivered."""
        instalment = self.due / quarters_left
        self.due -= instalment
        earned = instalment * delivered
        self.owed[0] += earned
        return earned

    def pay(self, odds: tuple[float, ...]) -> float:
        """Cash of the quarter; what is left grows a quarter older, the last age accumulates."""
        owed = self.owed
        paid = older = 0.0
        for age, amount in enumerate(owed):
            part = amount * odds[age]
            paid += part
            owed[age] = older
            older = amount - part
        if older:
            if len(owed) < AGES:
                owed.append(older)
            else:
                owed[-1] += older
        return paid

    def join(self, other: Line, ratio: float) -> None:
        """Take over another line, so many times."""
        self.yearly += other.yearly * ratio
        self.due += other.due * ratio
        missing = len(other.owed) - len(self.owed)
        self.owed.extend([0.0] * missing)
        for age, amount in enumerate(other.owed):
            self.owed[age] += amount * ratio


class Grant(Line):
    """Grants of one level: a base that is renewed, and the year's award in calls for projects."""

    __slots__ = ("agreement", "calls", "last_year", "withdrew")

    def __init__(
        self, yearly: float = 0.0, due: float = 0.0, owed: list[float] | None = None,
        calls: float = 0.0, last_year: float = 0.0, agreement: int = 0, withdrew: bool = False,
    ):  # fmt: skip
        super().__init__(yearly, due, owed)
        self.calls = calls  # euros of the year
        self.last_year = last_year  # base of the year before
        self.agreement = agreement  # votes left under a multi-year agreement
        self.withdrew = withdrew  # the funder withdrew this year

    @property
    def empty(self) -> bool:
        """The same, with calls, agreements and the memory of last year."""
        return not (self.calls or self.last_year or self.agreement) and super().empty

    def join(self, other: Line, ratio: float) -> None:
        """Take over another grant; the longer agreement holds for both."""
        super().join(other, ratio)
        assert isinstance(other, Grant)
        self.calls += other.calls * ratio
        self.last_year += other.last_year * ratio
        self.agreement = max(self.agreement, other.agreement)
