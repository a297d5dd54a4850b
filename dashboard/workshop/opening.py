"""The form that opens a room: its fields, what they mean, what is wrong with them in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from dashboard.language import Texts, language_of_name, texts_in
from dashboard.workshop.advice import Advice
from dashboard.workshop.ready_sets import DEFAULT_SET, ORGANISATIONS, RoleRow, ready_sets
from dashboard.workshop.room.settings import (
    LONGEST_NAME,
    LONGEST_TITLE,
    MINUTES,
    MOST_ROLES,
    MOST_TABLES,
    PROJECTED,
    Family,
    Settings,
)
from simulator.compare import SHOWN_FROM_ROWS
from simulator.scenario import list_scenarios

ROUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    "2": ("2030Q4", "2035Q4"),
    "3": ("2028Q4", "2031Q4", "2035Q4"),
    "4": ("2027Q4", "2029Q4", "2032Q4", "2035Q4"),
    "5": ("2027Q4", "2029Q4", "2031Q4", "2033Q4", "2035Q4"),
}
PHASES: Final = tuple(MINUTES)
USUAL: Final = Advice()
POPULATIONS: Final = ("workshop", "demo")
Rows = Callable[[Family, str | None, str], int]
"""Family, région (None: France), population of the country → rows of what will be played."""


class Incomplete(Exception):
    """The form cannot open a room yet; `problems`: field → what is wrong and would be right."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def blank(texts: Texts, seed: int, advice: Advice = USUAL) -> dict[str, str]:
    """Fields of a new form: good enough to open a room at once.

    advice: what was found of the machine that will play.
    """
    fields = {
        "language": texts.language, "title": texts("Penser demain"), "scenario": "fil-de-l-eau",
        "region": "", "rounds": "3", "seed": str(seed), "source": "accepted",
        "worlds": str(advice.worlds), "population": advice.population,
        "hand": str(_usual("hand")),
        **{name: f"{100 * _usual(name):g}" for name in ("budget_organisations", "budget_funders")},
        **{f"indicator-{code}": "1" for code in PROJECTED},
        **{f"minutes-{phase}": str(minutes) for phase, minutes in MINUTES.items()},
    }  # fmt: skip
    return with_set(fields, DEFAULT_SET, texts)


def _usual(name: str) -> Any:
    return Settings.model_fields[name].default


def with_set(given: Mapping[str, str], key: str, texts: Texts) -> dict[str, str]:
    """The same fields with the roles of a ready-made set; KeyError for a set that is not there."""
    kept = {name: value for name, value in given.items() if not name.startswith("role-")}
    _, roles = ready_sets(texts)[key]
    for number, role in enumerate(roles, start=1):
        kept |= {f"role-{number}-{name}": value for name, value in _fields(role).items()}
    return {**kept, "set": key}


def settings_from(given: Mapping[str, str], rows: Rows) -> Settings:
    """Settings that the fields of a form mean. Raises Incomplete with every problem."""
    texts = texts_in(language_of_name(given.get("language")))
    problems: dict[str, str] = {}
    document: dict[str, Any] = {
        "language": texts.language,
        "title": given.get("title", ""),
        "scenario": given.get("scenario", ""),
        "region": given.get("region") or None,
        "population": _population(given),
        "rounds": ROUNDS.get(given.get("rounds", ""), ROUNDS["3"]),
        "source": given.get("source", "accepted"),
        "indicators": _indicators(given, problems, texts),
        "seed": _whole(given, "seed", 1, 2**31 - 1, problems, texts),
        "worlds": _whole(given, "worlds", 2, 100, problems, texts),
        "hand": _whole(given, "hand", 1, 26, problems, texts),
        "budget_organisations": _whole(given, "budget_organisations", 1, 50, problems, texts) / 100,
        "budget_funders": _whole(given, "budget_funders", 1, 50, problems, texts) / 100,
        "minutes": {phase: _whole(given, f"minutes-{phase}", 1, 240, problems, texts)
                    for phase in PHASES},
        **_roles_and_tables(given, rows, problems, texts),
    }  # fmt: skip
    title = " ".join(str(document["title"]).split())
    if not title or len(title) > LONGEST_TITLE:
        problems["title"] = texts("Écrivez un titre, en {most} signes au plus.", most=LONGEST_TITLE)
    if document["scenario"] not in list_scenarios():
        problems["scenario"] = texts("Ce futur n'est pas dans le catalogue.")
    if problems:
        raise Incomplete(problems)
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) if fault["loc"] else "roles" for fault in error.errors()}
        said = texts("Cette valeur ne convient pas.")
        raise Incomplete({name: said for name in sorted(wrong)}) from error


def role_rows(given: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    """Fields of the roles, one mapping for each line of the form, empty lines included."""
    names = ("name", "who", "sector", "size", "funding_profile", "tables")
    return [
        {name: given.get(f"role-{number}-{name}", "") for name in names}
        for number in range(1, MOST_ROLES + 1)
    ]


def _fields(role: RoleRow) -> dict[str, str]:
    return {
        "name": role.name, "who": role.who, "sector": role.sector, "size": role.size,
        "funding_profile": role.funding_profile, "tables": str(role.tables),
    }  # fmt: skip


def _roles_and_tables(
    given: Mapping[str, str], rows: Rows, problems: dict[str, str], texts: Texts
) -> dict[str, Any]:
    roles: list[dict[str, Any]] = []
    tables: list[dict[str, str]] = []
    region, population = given.get("region") or None, _population(given)
    for number, line in enumerate(role_rows(given), start=1):
        name = " ".join(line["name"].split())
        if not name:
            continue
        field = f"role-{number}"
        if len(name) > LONGEST_NAME - 3:  # a table adds its number to it
            problems[field] = texts("Un nom de rôle fait au plus {most} signes.",
                                    most=LONGEST_NAME - 3)  # fmt: skip
            continue
        role: dict[str, Any] = {"id": field, "name": name}
        if line["who"] == ORGANISATIONS:
            parts = ("sector", "size", "funding_profile")
            role["family"] = {part: line[part] for part in parts if line[part]}
            _check_family(role["family"], lambda family: rows(family, region, population), field,
                          problems, texts)  # fmt: skip
        else:
            role["payer"] = line["who"]
        if any(_same(role, other) for other in roles):
            problems[field] = texts("Un autre rôle joue déjà cela : donnez-lui plus de tables.")
        roles.append(role)
        count = _whole({field: line["tables"] or "1"}, field, 1, MOST_TABLES, problems, texts)
        for place in range(1, count + 1):
            named = name if count == 1 else f"{name} {place}"
            tables.append({"id": f"table-{len(tables) + 1}", "name": named, "role": field})
    if not roles:
        problems["roles"] = texts("Il faut au moins un rôle.")
    if len(tables) > MOST_TABLES:
        problems["roles"] = texts("C'est {count} tables ; une salle en a au plus {most}.",
                                  count=len(tables), most=MOST_TABLES)  # fmt: skip
    return {"roles": roles, "tables": tables}


def _check_family(
    family: Mapping[str, str], rows: Callable[[Family], int], field: str,
    problems: dict[str, str], texts: Texts,
) -> None:  # fmt: skip
    try:
        count = rows(Family.model_validate(family))
    except ValidationError:
        problems[field] = texts("Cette valeur ne convient pas.")
        return
    if count < SHOWN_FROM_ROWS:
        problems[field] = texts(
            "Cette famille n'a que {count} organisations dans la population jouée ; il en faut "
            "{fewest}. Retirez un critère.",
            count=count, fewest=SHOWN_FROM_ROWS,
        )  # fmt: skip


def _population(given: Mapping[str, str]) -> str:
    """The population of the country; forms always send a known one."""
    chosen = given.get("population", "")
    return chosen if chosen in POPULATIONS else USUAL.population


def _same(role: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(role.get(part) == other.get(part) for part in ("family", "payer"))


def _indicators(
    given: Mapping[str, str], problems: dict[str, str], texts: Texts
) -> tuple[str, ...]:
    from simulator.indicators import HEADLINES

    chosen = tuple(code for code in HEADLINES if given.get(f"indicator-{code}"))
    if not 1 <= len(chosen) <= 6:
        problems["indicators"] = texts("Choisissez de un à six indicateurs.")
    return chosen


def _whole(
    given: Mapping[str, str], name: str, low: int, high: int, problems: dict[str, str], texts: Texts
) -> int:
    """A whole number of the form; `low` where it is none, and then a problem."""
    written = given.get(name, "").strip()
    if written.isascii() and written.isdigit() and len(written) < 12:
        number = int(written)
        if low <= number <= high:
            return number
    problems[name] = texts("Un nombre entier, de {low} à {high}.", low=texts.number(low),
                           high=texts.number(high))  # fmt: skip
    return low
