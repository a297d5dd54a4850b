"""YAML 1.2, strictly: one document, no surprise, every value with its line and column.

PyYAML scans and parses; what scalars mean is decided here by the YAML 1.2 core schema, so that
`NO` and `12:30` stay text, `1e-3` is a number and `010` is ten. Refused: keys that stand twice,
several documents, aliases, anchors and tags (nothing is ever built or run from a file), numbers
that are not finite, half characters (surrogates), files over 1 MB or that are not UTF-8.
"""

from __future__ import annotations

import contextlib
import math
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from simulator.problems import InputError, Problem

MAXIMUM_BYTES = 1_000_000
MAXIMUM_DEPTH = 30
MAXIMUM_NUMBER_LENGTH = 40

Scalar = str | int | float | bool | None
Key = str | int
Step = str | int

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_FINITE = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")


@dataclass
class Node:
    """A value of a file and where it stands.

    `content` is a scalar, a list of nodes or a mapping of keys to nodes. `line` and `column` start
    at 1; `key_line` and `key_column` are those of the key that holds the value. `path` is the
    dotted path inside `file`, which stays true when the node is merged into another document.
    """

    content: Scalar | list[Node] | dict[Key, Node]
    file: str
    line: int
    column: int
    path: str = ""
    key_line: int = field(default=0)
    key_column: int = field(default=0)

    def plain(self) -> Any:
        """The value as ordinary Python lists, dictionaries and scalars."""
        if isinstance(self.content, dict):
            return {key: child.plain() for key, child in self.content.items()}
        if isinstance(self.content, list):
            return [child.plain() for child in self.content]
        return self.content

    def mapping(self) -> dict[Key, Node]:
        """The children by key; a node that is no mapping has none."""
        return self.content if isinstance(self.content, dict) else {}

    def child(self, step: Step) -> Node | None:
        """The child at a key or an index, if there is one."""
        if isinstance(self.content, dict):
            return self.content.get(step)
        if isinstance(self.content, list) and isinstance(step, int):
            return self.content[step] if 0 <= step < len(self.content) else None
        return None

    def problem(self, message: str, hint: str = "", at_key: bool = False) -> Problem:
        """A problem at this value, or at the key that holds it."""
        line, column = self.line, self.column
        if at_key and self.key_line:
            line, column = self.key_line, self.key_column
        return Problem(self.file, line, column, self.path, message, hint)


def extend_path(path: str, step: Step, in_list: bool) -> str:
    """Dotted path of a child: `levers[0]`, `levers[0].change.2026`."""
    if in_list:
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else str(step)


def read_yaml(path: str | Path) -> Node:
    """The single mapping that a file holds; InputError with line and column otherwise."""
    return parse_yaml(_read_text(path), str(path))


def parse_shipped(text: str, file: str) -> Node:
    """The same for files of this package, ten times faster where libyaml is there.

    Its messages and its leniency differ from PyYAML's, so that it reads nobody else's files; where
    it stumbles, `parse_yaml` tells why.
    """
    if yaml.__with_libyaml__:
        with contextlib.suppress(yaml.YAMLError, InputError):
            return _Composer(yaml.CSafeLoader(text), file).document()
    return parse_yaml(text, file)


def parse_yaml(text: str, file: str = "text") -> Node:
    """The single mapping that a text holds; `file` is the name that messages show."""
    if len(text.encode("utf-8", "surrogatepass")) > MAXIMUM_BYTES:
        raise InputError([_too_large(file)])
    text = text.removeprefix("\ufeff")
    try:
        # PyYAML opens a text that it is given by looking for characters that YAML does not allow.
        loader = yaml.SafeLoader(text)
        try:
            return _Composer(loader, file).document()
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        raise InputError([_bad_character(error, text, file)]) from None
    except yaml.MarkedYAMLError as error:
        raise InputError([_syntax(error, file)]) from None


def _read_text(path: str | Path) -> str:
    file = str(path)
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError.single("", "is a folder", "give the path of one YAML file", file)
        if not stat.S_ISREG(status.st_mode):
            raise InputError.single(
                "", "is not an ordinary file", "give the path of one YAML file", file
            )
        with Path(path).open("rb") as stream:
            raw = stream.read(MAXIMUM_BYTES + 1)
    except FileNotFoundError:
        raise InputError.single("", "no such file", "check the path", file) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError.single(
            "", f"cannot be read ({reason})", "check the path and the rights of the file", file
        ) from None
    if len(raw) > MAXIMUM_BYTES:
        raise InputError([_too_large(file)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        problem = Problem(
            file, line, column, "",
            f"byte 0x{raw[error.start]:02x} is not UTF-8 text",
            "save the file with the UTF-8 encoding",
        )  # fmt: skip
        raise InputError([problem]) from None


def _too_large(file: str) -> Problem:
    return Problem(file, None, None, "", "is larger than 1 MB", "split it: one file, one scenario")


def _bad_character(error: yaml.reader.ReaderError, text: str, file: str) -> Problem:
    # `position` counts characters of the text; `character` is its code.
    before = text[: error.position]
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return Problem(
        file, before.count("\n") + 1, error.position - before.rfind("\n"), "",
        f"the character U+{code:04X} is not allowed in YAML", "remove it",
    )  # fmt: skip


_SYNTAX_HINTS = (
    (r"'\\t'", "a tab stands where spaces are wanted", "indent with spaces"),
    (r"mapping values are not allowed here", "a second colon on the line",
     'put a text that holds ": " in quotes'),
    (r"expected <block end>", "the indentation does not match the lines above",
     "give the keys of one mapping the same indentation"),
    (r"unexpected end of stream", "a quote is never closed", "close it on the same line"),
    (r"expected ',' or", "a list or mapping goes wrong here, or a quote before it",
     "check commas, quotes and brackets"),
    (r"could not find expected ':'", "a key without a colon", 'write "key: value"'),
    (r"found character '(@|`)'", "a text cannot start with this character", "put it in quotes"),
    (r"found incompatible YAML document", "is not YAML 1.2", "remove the %YAML line"),
    (r"expected alphabetic or numeric character", "an anchor or alias (& or *) without a name",
     "put a text that starts with & or * in quotes"),
)  # fmt: skip


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    text = error.problem or "unreadable"
    message, hint = f"is not valid YAML ({text})", "check quotes, colons and brackets here"
    for pattern, told, remedy in _SYNTAX_HINTS:
        if re.search(pattern, text):
            message, hint = told, remedy
            break
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return Problem(file, line, column, "", message, hint)


class _Composer:
    """Builds nodes from PyYAML's events; stops at the first thing that is refused."""

    def __init__(self, loader: yaml.SafeLoader | yaml.CSafeLoader, file: str) -> None:
        self.events: Iterator[Any] = iter(loader.get_event, None)
        self.file = file

    def refuse(self, mark: yaml.Mark, path: str, message: str, hint: str) -> InputError:
        return InputError([Problem(self.file, mark.line + 1, mark.column + 1, path, message, hint)])

    def document(self) -> Node:
        next(self.events)  # stream start
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise InputError.single("", "is empty", "write one mapping of keys", self.file)
        if start.version not in (None, (1, 2)):
            raise self.refuse(start.start_mark, "", "is not YAML 1.2", "remove the %YAML line")
        root = self.node(next(self.events), "", 0)
        next(self.events)  # document end
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise self.refuse(
                following.start_mark, "", "a second document starts here",
                "keep one document a file: remove the --- line or split the file",
            )  # fmt: skip
        if not isinstance(root.content, dict):
            raise InputError(
                [root.problem("is not a mapping", 'start with keys, such as "id: my-scenario"')]
            )
        return root

    def node(self, event: Any, path: str, depth: int) -> Node:
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise self.refuse(
                mark, path, f"aliases are not allowed (*{event.anchor})", "repeat the value"
            )
        if event.anchor is not None:
            raise self.refuse(mark, path, f"anchors are not allowed (&{event.anchor})", "remove it")
        if event.tag is not None:
            raise self.refuse(mark, path, f"tags are not allowed ({event.tag})", "remove it")
        if depth > MAXIMUM_DEPTH:
            raise self.refuse(
                mark, "", f"is nested more than {MAXIMUM_DEPTH} levels deep", "simplify the file"
            )
        if isinstance(event, yaml.ScalarEvent):
            return self.made(self.scalar(event, path), mark, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(mark, path, depth)
        return self.mapping(mark, path, depth)

    def made(
        self, content: Scalar | list[Node] | dict[Key, Node], mark: yaml.Mark, path: str
    ) -> Node:
        return Node(content, self.file, mark.line + 1, mark.column + 1, path)

    def sequence(self, mark: yaml.Mark, path: str, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, extend_path(path, len(items), True), depth + 1))
        return self.made(items, mark, path)

    def mapping(self, mark: yaml.Mark, path: str, depth: int) -> Node:
        items: dict[Key, Node] = {}
        first: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self.node(event, path, depth + 1)
            key = name.content
            if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
                raise self.refuse(
                    event.start_mark, path, "a key is neither a word nor a year",
                    'write "key: value"',
                )  # fmt: skip
            place = extend_path(path, key, False)
            if str(key) in first:
                raise self.refuse(
                    event.start_mark, place,
                    f"this key stands twice (first on line {first[str(key)]})", "keep one of them",
                )  # fmt: skip
            first[str(key)] = name.line
            value = self.node(next(self.events), place, depth + 1)
            value.key_line, value.key_column = name.line, name.column
            items[key] = value
        return self.made(items, mark, path)

    def scalar(self, event: Any, path: str) -> Scalar:
        text: str = event.value
        half = _SURROGATE.search(text)
        if half is not None:  # written as an escape; no file could keep the text
            raise self.refuse(
                event.start_mark, path,
                f"U+{ord(half[0]):04X} is half a character", "write the whole character",
            )  # fmt: skip
        if not event.implicit[0]:  # quoted, or a block of text
            return text
        if _NULL.fullmatch(text):
            return None
        if _TRUE.fullmatch(text):
            return True
        if _FALSE.fullmatch(text):
            return False
        if _NOT_FINITE.fullmatch(text):
            raise self.refuse(
                event.start_mark, path, f"{text} is not a number", "write a finite number"
            )
        number = _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text)
        if number is None and not (_OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text)):
            return text
        if len(text) > MAXIMUM_NUMBER_LENGTH:
            raise self.refuse(
                event.start_mark, path, f"a number of {len(text)} characters",
                "write a shorter number, or quotes if it is a text",
            )  # fmt: skip
        if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
            return int(text, 0)
        if _INTEGER.fullmatch(text):
            return int(text)
        value = float(text)
        if not math.isfinite(value):
            raise self.refuse(
                event.start_mark, path, f"{text} is too large a number", "write a finite number"
            )
        return value
