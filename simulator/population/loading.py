"""Find, check and build a population by name or from a file."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from simulator.parameters import Parameters
from simulator.population.build import build
from simulator.population.parameters import InitialParameters, ParameterValues
from simulator.population.spec import BUILT_IN, PopulationSpec
from simulator.population.table import Population
from simulator.problems import InputError, did_you_mean
from simulator.strict_yaml import Key, Node, parse_shipped, read_yaml
from simulator.typed_document import validate_document
from simulator.units import shown

_ROOT = "full"  # the built-in population that every other one starts from
_LOOKS_LIKE_A_PATH = re.compile(r"[/\\]|\.ya?ml$", re.IGNORECASE)


def load_population(
    name_or_path: str | Path | PopulationSpec, parameters: ParameterValues | None = None
) -> Population:
    """Population of a built-in name (`demo workshop national full`), a YAML file or a spec.

    Deterministic in the specification and the parameters of the initial state; the seed of a
    run plays no part. Built once for the same arguments: the columns are shared and read-only.
    """
    values = Parameters.default() if parameters is None else parameters
    return build(load_spec(name_or_path), InitialParameters.read(values))


def load_spec(name_or_path: str | Path | PopulationSpec) -> PopulationSpec:
    """Checked specification, with the fields of its base; InputError with places otherwise."""
    if isinstance(name_or_path, PopulationSpec):
        return name_or_path
    name = str(name_or_path)
    if isinstance(name_or_path, str) and name in BUILT_IN:
        return _built_in(name)
    if isinstance(name_or_path, Path) or _LOOKS_LIKE_A_PATH.search(name):
        return validate_document(_with_base(read_yaml(name_or_path)), PopulationSpec)
    raise InputError.single("population", f"unknown population {name!r}", _meant(name))


def population_document(given: Node, folder: Path | None) -> Node:
    """Document of the population that a value of another file names or describes.

    A built-in name, the path of a file from `folder`, or the fields of a population themselves.
    """
    if isinstance(given.content, dict):
        return _with_base(given)
    name = given.content
    if isinstance(name, str) and name in BUILT_IN:
        return _with_base(_built_in_document(name))
    if isinstance(name, str) and folder is not None and _LOOKS_LIKE_A_PATH.search(name):
        if (folder / name).is_file():
            return _with_base(read_yaml(folder / name))
        raise InputError([given.problem(f"no such file: {name}", "check the path")])
    raise InputError([given.problem(f"{shown(name)} is no population", _meant(str(name)))])


def _meant(name: str) -> str:
    return did_you_mean(name, BUILT_IN, f"one of {', '.join(BUILT_IN)}, or the path of a YAML file")


@lru_cache
def _built_in(name: str) -> PopulationSpec:
    return validate_document(_with_base(_built_in_document(name)), PopulationSpec)


def _built_in_document(name: str) -> Node:
    path = files("simulator") / "data" / "populations" / f"{name}.yaml"
    return parse_shipped(path.read_text(encoding="utf-8"), _label(name))


def _label(name: str) -> str:
    return f"simulator/data/populations/{name}.yaml"


def _with_base(document: Node) -> Node:
    """The document with what its base gives and it does not; weights are taken one by one."""
    own = document.mapping()
    if "base" not in own and document.file == _label(_ROOT):
        return document
    base = own["base"].content if "base" in own else _ROOT
    if base not in BUILT_IN:
        base = _ROOT  # told as a fault by the validation
    inherited = _with_base(_built_in_document(str(base))).mapping()
    merged: dict[Key, Node] = {
        key: node for key, node in inherited.items() if key not in ("format", "id", "base")
    }
    merged.update(own)
    weights = own.get("weights")
    if weights is not None and isinstance(weights.content, dict):
        merged["weights"] = replace(
            weights, content={**inherited["weights"].mapping(), **weights.mapping()}
        )
    return replace(document, content=merged)
