"""Names of the processes of a quarter, as people write them, and processes replaced by others.

A process is known by its function (`leave_or_stay`) and by a plain name (`exits`). Whoever has
another idea of one of them hands over a function of the model: `EssModel(processes={"exits":
mine})`. The ledger checks the laws after it as after any other.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from simulator.accounts import LawViolation
from simulator.finite import NotFinite
from simulator.problems import InputError, did_you_mean

if TYPE_CHECKING:
    from simulator.model import EssModel

Process = Callable[["EssModel"], None]

# Function of `model.SCHEDULE` → plain name, and what happens in it, French and English.
NAMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "update_indices": ("indices", "prix, salaires et revenus", "prices, wages and incomes"),
    "vote": ("vote", "vote des budgets publics", "votes of public budgets"),
    "allocate": ("allocation", "attribution des subventions", "allocation of grants"),
    "let_contracts": ("procurement", "marchés publics et tarifs", "public contracts and tariffs"),
    "withdraw_cofunding": ("cofunding", "retraits en cascade des cofinanceurs",
                           "cascade of withdrawals between co-funders"),
    "accrue": ("accrual", "créances sur les financeurs", "receivables on funders"),
    "pay": ("payment", "versements des financeurs", "payments by funders"),
    "share_demand": ("demand", "partage de la demande", "sharing of demand"),
    "sell_to_users": ("sales", "ventes aux usagers et cotisations", "sales to users, memberships"),
    "give": ("giving", "dons, mécénat, fondations", "gifts, patrons, foundations"),
    "produce": ("production", "service rendu, usure des équipes", "service, wear of staff"),
    "receive_aid": ("employment_aid", "aides à l'emploi", "employment aid"),
    "run_costs": ("costs", "salaires et autres charges", "wages and other costs"),
    "pay_programmes": ("programmes", "fonds d'urgence et programmes",
                       "emergency funds, programmes"),
    "support_organisations": ("support", "programmes d'accompagnement", "support programmes"),
    "manage_liquidity": ("liquidity", "trésorerie et crédit", "cash and credit"),
    "expect": ("expectations", "budgets prévisionnels", "budget expectations"),
    "lead": ("leadership", "usure et départs des dirigeants",
             "strain and departures of leaders"),
    "adapt": ("adaptation", "embauches, départs, prix, collecte",
              "hiring, attrition, prices, fundraising"),
    "cooperate": ("cooperation", "mutualisations et fusions", "pooling and mergers"),
    "change_legal_form": ("legal_form", "changements de statut", "changes of legal form"),
    "leave_or_stay": ("exits", "faillites, fermetures, fins de l'emploi",
                      "failures, closures, ends of employment"),
    "settle_departures": ("departures", "liquidation des comptes des partants",
                          "settlement of what leavers held"),
    "enter": ("entries", "créations", "entries"),
    "follow_need": ("territory", "besoins des territoires", "needs of the territory"),
    "record": ("record", "enregistrement", "recording"),
}  # fmt: skip
# It rolls the memories and checks the laws: without it nothing would be checked.
_KEPT: Final = "record"
_FUNCTIONS: Final = {plain: function for function, (plain, _, _) in NAMES.items()}


def described(function: str, language: str = "fr") -> str:
    """What happens in a process, in a few words."""
    return NAMES[function][1 if language == "fr" else 2]


def replacements(processes: Mapping[str, Process] | None) -> dict[str, Process]:
    """Function name → the process that replaces it; raises InputError for what cannot be."""
    found: dict[str, Process] = {}
    if processes is not None and not isinstance(processes, Mapping):
        raise InputError.single(
            "processes", f"{processes!r} is not a mapping", 'write {"exits": mine}'
        )
    for name, process in (processes or {}).items():
        function = _FUNCTIONS.get(name, name)
        if function not in NAMES:
            known = (*_FUNCTIONS, *(f for f in NAMES if f not in _FUNCTIONS))
            raise InputError.single(
                "processes", f"unknown {name!r}",
                did_you_mean(name, known, "one of " + ", ".join(_FUNCTIONS)),
            )  # fmt: skip
        if function == _KEPT:
            raise InputError.single(
                "processes", "'record' cannot be replaced: it checks the laws", "replace another"
            )
        if function in found:
            raise InputError.single(
                "processes", f"{_named(function)} is given twice", "use one of its two names"
            )
        if not callable(process):
            raise InputError.single(
                "processes", f"{name} is {process!r}, not a function", "a function of the model"
            )
        found[function] = process
    return found


def check_travels(processes: Mapping[str, Process] | None) -> None:
    """Raise InputError for a process that cannot be sent to worker processes."""
    for name, process in (processes or {}).items():
        try:
            pickle.dumps(process)
        except Exception as error:
            raise InputError.single(
                "processes", f"{name} cannot travel to worker processes ({error})",
                "define it at the top of a module, or run with workers=1",
            ) from None  # fmt: skip


@contextmanager
def telling(replaced: Mapping[str, Process]) -> Iterator[None]:
    """Add what was replaced to a broken law: the note of a message that stops a run."""
    try:
        yield
    except (LawViolation, NotFinite) as violation:
        for function, process in replaced.items():
            violation.add_note(f"'{function}' was replaced by {origin(process)}")
        raise


def origin(process: Process) -> str:
    """Module and name of a process, for a manifest and for messages."""
    kind = process if hasattr(process, "__qualname__") else type(process)
    module = getattr(kind, "__module__", None)
    return f"{module}.{kind.__qualname__}" if module else str(kind.__qualname__)


def _named(function: str) -> str:
    plain = NAMES[function][0]
    return plain if plain == function else f"{plain} ({function})"
