"""Which futures an address puts into one run: the reference, others, and one's own.

The part `futures` names them, the reference first; the scenario of `s` or `y` is always among
them. `draws` says how many worlds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.live import request as live
from dashboard.scenarios.sought import named, sought
from dashboard.selection import MOST_SCENARIOS
from simulator.plan import BASELINE
from simulator.problems import InputError
from simulator.scenario import load_scenario

if TYPE_CHECKING:
    from dashboard.address import Address
    from dashboard.reading import Library
    from simulator.scenario import Scenario

FUTURES: Final = "futures"
DRAWS: Final = "draws"


def listed(address: Address) -> tuple[str, ...]:
    """What `futures` names, each once; empty where the address has none."""
    names = (address.asked(FUTURES) or "").split(",")
    return tuple(dict.fromkeys(name for name in names if name))


def together(library: Library, address: Address) -> list[Scenario]:
    """Futures of one run, the reference first.

    Raises InputError for names that are not known, for more than are shown beside each other, and
    for faults of one's own scenario.
    """
    own = sought(library, address)
    names = listed(address)
    if own is None and len(names) < 2:
        raise InputError.single("", "one future alone compares nothing", "choose two or more")
    if own is not None and own.scenario is None:
        assert own.faults is not None
        raise own.faults
    scenarios = [_scenario(library, name, address) for name in names] or [load_scenario(BASELINE)]
    if own is not None and own.scenario is not None:
        scenarios.insert(1, own.scenario)
    found = {one.digest: one for one in scenarios}
    if len(found) > MOST_SCENARIOS:
        raise InputError.single(
            "", f"{len(found)} scenarios are too many for one live run",
            f"at most {MOST_SCENARIOS}",
        )  # fmt: skip
    return list(found.values())


def shown(library: Library, address: Address) -> str | None:
    """Futures of a run as the part `scenarios` of other pages has them; None for those first."""
    if not listed(address):
        return None
    try:
        return ",".join(one.id for one in together(library, address))
    except InputError:
        return None


def asked_of(library: Library, address: Address) -> live.Request:
    """The run that an address asks for; InputError where it cannot be run."""
    return live.Request.of(
        together(library, address),
        address.asked("population"),
        address.asked("source"),
        _draws(address),
    )


def _draws(address: Address) -> int:
    given = address.asked(DRAWS)
    if given is None:
        return live.WORLDS
    if given not in (str(live.WORLDS), str(live.MANY)):
        raise InputError.single(
            DRAWS, f"{given[:20]!r} is not offered", f"one of {live.WORLDS}, {live.MANY}"
        )
    return int(given)


def _scenario(library: Library, name: str, address: Address) -> Scenario:
    found = named(library, name, address.asked("results"))
    if found.scenario is None:
        assert found.faults is not None
        raise found.faults
    return found.scenario
