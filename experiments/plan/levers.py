"""What is decided: policies, that is scenarios, and ranges of numbers in their levers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import combinations, product
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ValidationError, WithJsonSchema

from experiments.design.amount import Amount, Quantity
from experiments.plan.uncertainties import pair
from simulator.parameters import SPECS
from simulator.problems import InputError, did_you_mean
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.writing import write_yaml
from simulator.strict_model import Bilingual, Fault, Identifier, StrictModel, doc, not_empty
from simulator.typed_document import key_names
from simulator.units import fault, shown

_PLACE: Final = re.compile(r"levers\[(\d+)\]((?:\.[a-z0-9_]+)+)")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")

Step = str | int


def _places(value: object) -> object:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not listed:
        raise fault(f"{shown(value)} is no place in a scenario", "write levers[0].change.2026")
    for place in listed:
        if not isinstance(place, str) or not _PLACE.fullmatch(place):
            raise fault(f"{shown(place)} is no place in a scenario", "write levers[0].change.2026")
    return listed


def _range_name(value: str) -> str:
    if not _NAME.fullmatch(value) or len(value) > 60:
        raise fault(
            f"{shown(value)} is no name", "write small letters, digits and _, such as depth"
        )
    if value in SPECS:
        raise fault(f"{value} is the name of a parameter", "give the range another name")
    return value


RangeName = Annotated[str, AfterValidator(_range_name)]
Places = Annotated[
    tuple[str, ...],
    BeforeValidator(_places),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def steps_of(place: str) -> tuple[Step, ...]:
    """`levers[0].change.2026` as the steps that lead there."""
    match = _PLACE.fullmatch(place)
    assert match is not None
    rest = match[2].removeprefix(".").split(".")
    return ("levers", int(match[1]), *(int(step) if step.isdigit() else step for step in rest))


class LeverRange(StrictModel):
    """A number of levers that the design varies, one or several places at once."""

    at: Annotated[dict[Identifier, Places], AfterValidator(not_empty)] = doc(
        "politique → endroit, ou endroits : {rabot-10: levers[0].change.2026}",
        "policy → place, or places: {rabot-10: levers[0].change.2026}",
    )  # fmt: skip
    label: Bilingual | None = doc(
        "ce que c'est, dans les rapports", 'what it is, in reports: {fr: "…", en: "…"}',
        default=None,
    )  # fmt: skip
    range: Annotated[tuple[Amount, Amount], BeforeValidator(pair)] = doc(
        "[bas, haut], écrits comme dans un scénario", "[low, high], written as in a scenario"
    )
    whole: bool = doc(
        "nombres entiers seulement (années, trimestres)", "whole numbers only (years, quarters)",
        default=False, strict=True,
    )  # fmt: skip

    def quantile(self, u: float) -> float:
        """Number at quantile `u` of a uniform distribution; whole numbers are equally likely."""
        low, high = (bound.number for bound in self.range)
        if self.whole:
            return float(min(math.floor(low + u * (high - low + 1)), high))
        return min(max(low + u * (high - low), low), high)

    def written(self, number: float) -> str | float | int:
        """The number as the scenario takes it."""
        return Quantity(number, self.range[0].unit).written(self.whole)

    def faults(self, policies: Mapping[str, Scenario]) -> list[Fault]:
        """What is wrong with it for these policies."""
        low, high = self.range
        if low.unit != high.unit:
            return [(("range",), "the two bounds have different units", "give both the same")]
        if not low.number < high.number:
            message = f"[{low.written(self.whole)}, {high.written(self.whole)}] does not rise"
            return [(("range",), message, "write [low, high]")]
        if self.whole and not (low.number.is_integer() and high.number.is_integer()):
            return [(("range",), "the bounds are not whole numbers", "or leave whole out")]
        found: list[Fault] = []
        for name, places in self.at.items():
            if name not in policies:
                known = list(policies)
                hint = did_you_mean(name, known) if known else "name it in levers.policies first"
                found.append((("at", name), f"{name} is not among the policies", hint))
                continue
            wrong = [told for place in places if (told := _nowhere(policies[name], place))]
            found += [(("at", name), *told) for told in wrong]
            refused = None if wrong else self._refused(name, policies[name])
            if refused:
                found.append((("range",), *refused))
        return found

    def _refused(self, name: str, policy: Scenario) -> tuple[str, str] | None:
        """The first number, of both ends and a middle, that the scenario does not take."""
        for u in (0.0, 1.0, 0.379):
            number = self.quantile(u)
            written = self.written(number)
            content = with_numbers(policy, {place: written for place in self.at[name]})
            try:
                parse_scenario(write_yaml(content))
            except InputError as error:
                first = error.problems[0]
                given = shown(Quantity(number, self.range[0].unit).written(number.is_integer()))
                bare = all(b.number.is_integer() and not b.unit for b in self.range)
                remedy = "; for years write whole: true" if bare and not self.whole else ""
                return f"{name} does not take {given}: {first.message}", first.hint + remedy
        return None


def _nowhere(policy: Scenario, place: str) -> tuple[str, str] | None:
    """Why a place is not in a scenario: there must be such a lever, and it must say this."""
    _, index, *rest = steps_of(place)
    assert isinstance(index, int)
    if index >= len(policy.levers):
        count = len(policy.levers)
        return f"{policy.id} has no levers[{index}]", f"it has {count}, counted from 0"
    here: Any = policy.resolved()["levers"][index]
    for depth, step in enumerate(rest):
        known = list(here) if isinstance(here, dict) else []
        if depth == 0:
            known += [key for key in key_names(type(policy.levers[index])) if key not in known]
        if step not in known:
            names = [str(key) for key in known]
            return f"{policy.id} has no {place}", did_you_mean(step, names, "see: scenarios show")
        here = here.get(step)
    if isinstance(here, dict | list):
        return f"{place} is not one number", "name the year as well, such as .2026"
    return None


def with_numbers(policy: Scenario, numbers: Mapping[str, str | float | int]) -> dict[str, Any]:
    """The resolved content of a scenario with numbers put in at these places."""
    content = policy.resolved()
    for place, number in numbers.items():
        *way, last = steps_of(place)
        here: Any = content
        for step in way:
            here = here[step]
        here[last] = number
    return content


def scenario_with(policy: Scenario, numbers: Mapping[str, str | float | int]) -> Scenario:
    """The same scenario with numbers put in; InputError where they cannot stand together."""
    try:
        return Scenario.model_validate(with_numbers(policy, numbers))
    except ValidationError as error:
        first = error.errors()[0]
        carried = first.get("ctx", {}).get("faults")  # see `strict_model.faults`
        told = str(carried[0][1] if carried else first["msg"])
        given = ", ".join(f"{place}: {number}" for place, number in numbers.items())
        raise InputError.single(
            "levers.ranges", f"{policy.id} does not take {given} ({told})", "narrow the ranges"
        ) from None


_POLICY_SCHEMA: Final = {
    "description": "id or path of a scenario, or a scenario in full",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "object", "required": ["id", "title", "narrative", "family"]},
    ],
}


class Levers(StrictModel):
    """Policies that are compared, and numbers in them that the design varies."""

    policies: tuple[Annotated[Scenario, WithJsonSchema(_POLICY_SCHEMA)], ...] = doc(
        "politiques comparées : identifiants, chemins ou scénarios en entier",
        "policies compared: ids, paths or scenarios in full", default=(),
    )  # fmt: skip
    ranges: dict[RangeName, LeverRange] = doc(
        "nom → {at: {politique: endroit}, range: [bas, haut]}",
        "name → {at: {policy: place}, range: [low, high]}", default={},
    )  # fmt: skip

    def faults(self) -> list[Fault]:
        """Ids that stand twice, and what is wrong with the ranges."""
        found: list[Fault] = []
        by_id: dict[str, Scenario] = {}
        for index, policy in enumerate(self.policies):
            if policy.id in by_id:
                message = f"two policies have the id {policy.id}"
                found.append((("policies", index), message, "give one of them another id"))
            by_id[policy.id] = policy
        taken: set[tuple[str, str]] = set()
        for name, given in self.ranges.items():
            for path, message, hint in given.faults(by_id):
                found.append((("ranges", name, *path), message, hint))
            for policy_id, places in given.at.items():
                for place in places:
                    if (policy_id, place) in taken:
                        message = f"{place} of {policy_id} is in a range already"
                        hint = "give each place one range"
                        found.append((("ranges", name, "at", policy_id), message, hint))
                    taken.add((policy_id, place))
        return found

    def joint_faults(self) -> list[Fault]:
        """Pairs of ranges of a policy whose ends cannot stand together, the others in the middle.

        Every range alone is known to be right.
        """
        middle = {name: given.quantile(0.5) for name, given in self.ranges.items()}
        found: list[Fault] = []
        for one, other in combinations(self.ranges, 2):
            if set(self.ranges[one].at).isdisjoint(self.ranges[other].at):
                continue
            for ends in product((0.0, 1.0), repeat=2):
                chosen = {
                    n: self.ranges[n].quantile(u) for n, u in zip((one, other), ends, strict=True)
                }
                try:
                    self.at({**middle, **chosen})
                except InputError as error:
                    written = " with ".join(
                        f"{n}: {self.ranges[n].written(number)}" for n, number in chosen.items()
                    )
                    told = error.problems[0].message
                    message = f"cannot stand together with {one} over their whole ranges: {written}"
                    hint = "narrow one of the two, or list the points (design: {kind: list, …})"
                    found.append((("ranges", other, "range"), f"{message}: {told}", hint))
                    break
        return found

    def at(self, numbers: Mapping[str, float]) -> list[Scenario]:
        """The policies with the number of every range put in."""
        scenarios = []
        for policy in self.policies:
            put = {
                place: given.written(numbers[name])
                for name, given in self.ranges.items()
                for place in given.at.get(policy.id, ())
            }
            scenarios.append(scenario_with(policy, put) if put else policy)
        return scenarios

    def resolved(self) -> dict[str, Any]:
        """As a plan writes it, with the scenarios in full."""
        return {
            "policies": [policy.resolved() for policy in self.policies],
            "ranges": {
                name: given.model_dump(mode="json", exclude_defaults=True)
                for name, given in self.ranges.items()
            },
        }
