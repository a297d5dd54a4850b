"""The YAML that is read: version 1.2, without surprises, and never a crash."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import simulator
from simulator.problems import InputError
from simulator.scenario import load_scenario, parse_scenario
from simulator.strict_yaml import parse_shipped, parse_yaml

SHIPPED = sorted((Path(simulator.__file__).parent / "data").rglob("*.yaml"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("01", 1), ("010", 10), ("0o10", 8), ("0x10", 16), ("1e-3", 0.001), (".5", 0.5), ("1.", 1.0),
     ("NO", "NO"), ("yes", "yes"), ("off", "off"), ("12:30", "12:30"), ("true", True),
     ("False", False), ("null", None), ("~", None), ("", None), ("1_000", "1_000"),
     ("2026-01-01", "2026-01-01"), ("0b1", "0b1"), ("'01'", "01"), ('"true"', "true"),
     ("+12", 12), ("2026Q1", "2026Q1"), ("-30%", "-30%"), ("<<", "<<"), ("=", "=")],
)  # fmt: skip
def test_scalars_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    read = parse_yaml(f"a: {text}\n").plain()["a"]
    assert read == value and type(read) is type(value)


def test_merge_keys_are_plain_keys() -> None:
    assert parse_yaml("a: {'<<': {b: 1}}").plain() == {"a": {"<<": {"b": 1}}}


def test_every_value_knows_its_place() -> None:
    root = parse_yaml("a:\n  - {b: 1, c: [x, y]}\n")
    item = root.child("a").child(0)
    assert (item.line, item.column, item.path) == (2, 5, "a[0]")
    last = item.child("c").child(1)
    assert (last.line, last.column, last.path) == (2, 19, "a[0].c[1]")
    assert (item.child("c").key_line, item.child("c").key_column) == (2, 12)


def test_a_byte_order_mark_and_windows_lines_are_accepted() -> None:
    assert parse_yaml("\ufeffa: 1\r\nb: 2\r\n").plain() == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "text",
    ["a: &x [1]\nb: *x", "a: !!str 1", "a: !x 1", "a: 1\na: 2", "a: 1\n---\nb: 1", "a: .inf",
     "a: -.INF", "a: .NaN", "a: 1e999", "a: " + "9" * 5000, "? {a: 1}\n: 2", "null: 1", "true: 1",
     "1.5: 1", '"2026": 1\n2026: 2', "%TAG ! tag:x,2000:\n---\na: !b 1"],
)  # fmt: skip
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_yaml(text)
    assert caught.value.problems[0].line is not None


def test_a_bomb_and_a_deep_nest_are_refused_at_once() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    start = time.perf_counter()
    for text in (bomb, "a: " + "[" * 400_000, "a: " + "{b: " * 200_000, "- " * 400_000):
        with pytest.raises(InputError):
            parse_yaml(text)
    assert time.perf_counter() - start < 20.0


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
@example("\ud800")
@example("a: \ud800")
@example("%YAML 1.2\n---\n")
@example("---\n---")
@example("a: |9\n x")
@example("? ")
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        parse_scenario(text)
    except InputError as error:
        assert error.problems


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "any.yaml"
    path.write_bytes(raw)
    try:
        load_scenario(path)
    except InputError as error:
        assert error.problems


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.floats(allow_nan=False),
    st.sampled_from(["-30%", "4x", "120 M€", "+10 pts", "2027Q3", "PDL", "etat", "mergers",
                     "public_funding", "parameter", "inertia", "fil-de-l-eau", "CULTURE"]),
    st.text(max_size=12),
)  # fmt: skip
keys = st.sampled_from(
    ["format", "id", "title", "narrative", "family", "extends", "horizon", "levers", "uncertainty",
     "hypotheses", "sources", "fr", "en", "start", "quarters", "lever", "where", "change", "from",
     "until", "ramp", "funder", "region", "set", "name", "encouragement", "share", "by", "amount",
     "payer", "years", "mode", "instrument", "indicator", "at", "expect", "inflation", "subtitle"]
)  # fmt: skip
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(keys, st.integers(2020, 2040)), inner, max_size=6),
    ),
    max_leaves=25,
)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(keys, trees, max_size=8),
    st.lists(
        st.dictionaries(keys, trees, max_size=5).flatmap(
            lambda fields: st.sampled_from(
                ["mergers", "public_funding", "parameter", "late_vote", "wages_and_prices",
                 "multi_year_agreements", "emergency_fund", "nope"]
            ).map(lambda name: {**fields, "lever": name})
        ),
        max_size=3,
    ),
    st.booleans(),
)  # fmt: skip
def test_no_tree_of_values_crashes_the_checks(tree, levers, complete) -> None:
    from simulator.scenario.writing import write_yaml

    if complete:
        both = {"fr": "a", "en": "b"}
        tree = {
            **tree, "id": "a", "title": both, "narrative": both, "family": "mergers",
            "horizon": {"start": "2026Q1", "quarters": 8}, "levers": levers,
        }  # fmt: skip
        tree.pop("format", None)
    try:
        scenario = parse_scenario(write_yaml(tree))
    except InputError as error:
        for problem in error.problems:
            assert problem.file == "text" or problem.file.endswith(".yaml")
            assert problem.message
    else:
        scenario.effects()
        assert scenario.sentences("fr") is not None
        assert parse_scenario(scenario.to_yaml()) == scenario.model_copy(update={"extends": None})


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_libyaml_reads_shipped_files_as_pyyaml_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert parse_shipped(text, path.name) == parse_yaml(text, path.name)


def test_a_shipped_file_gone_wrong_is_told_of_like_any_other() -> None:
    with pytest.raises(InputError) as told:
        parse_shipped("a: 1\na: 2\n", "data.yaml")
    with pytest.raises(InputError) as usual:
        parse_yaml("a: 1\na: 2\n", "data.yaml")
    assert str(told.value) == str(usual.value)
