"""Writes the YAML that `strict_yaml` reads back unchanged."""

from __future__ import annotations

import re
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Quotes every text that some YAML version would take for something else."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        # Items of a list are indented below their key, as in the scenarios that ship.
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # Other line breaks than \n would be folded away: write them as escapes.
    style = '"' if re.search("[\r\x85\u2028\u2029]", value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)

# PyYAML quotes what YAML 1.1 would misread; these are numbers in YAML 1.2 only.
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
    list("-+0123456789."),
)
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"0o[0-7]+$|0x[0-9a-fA-F]+$"), list("0")
)


def write_yaml(content: dict[str, Any]) -> str:
    """A YAML text, keys in the order given, readable by people."""
    return yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=96,
        default_flow_style=False,
    )  # fmt: skip
