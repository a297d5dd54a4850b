"""Reading scenario files: what they may say, how they build on each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.problems import InputError
from simulator.scenario import Scenario, load_scenario, parse_scenario

HEAD = """id: exemple
title: {fr: "Un exemple", en: "An example"}
narrative: {fr: "…", en: "…"}
family: funding_cuts
"""
ALONE = HEAD + "horizon: {start: 2026Q1, quarters: 40}\n"


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_of_the_documentation() -> None:
    scenario = parse_scenario(
        HEAD
        + """extends: fil-de-l-eau
horizon: {start: 2026Q1, quarters: 40}
levers:
  - lever: public_funding
    label: {fr: "La Région divise ses aides à la culture par deux", en: "…"}
    where: {funder: region, region: [PDL], sector: [CULTURE, SPORT]}
    change: {2026: -50%, 2027: -30%}
    ramp: 2
  - lever: mergers
    where: {sector: [SOCIAL]}
    from: 2027Q1
    encouragement: 4x
    integration_support: 50%
  - lever: parameter
    name: cofunding_withdrawal_public
    set: 0.6
uncertainty: {sample: accepted, draws: 20}
hypotheses:
  - {indicator: jobs_fte, at: 2030Q4, versus: fil-de-l-eau, expect: lower, built_in: false,
     source: "…"}
sources: ["…"]
"""
    )
    effects = scenario.effects()
    assert effects.votes[0].factor[:6] == pytest.approx([0.75, 0.5, 0.5, 0.5, 0.425, 0.35])
    assert [m.name for m in effects.modifiers] == [
        "merger_completion", "cofunding_withdrawal_public",
    ]  # fmt: skip
    assert effects.programmes[0].kind == "merger_support"
    assert scenario.sentences("fr")[0] == "La Région divise ses aides à la culture par deux"


def test_format_is_one_when_absent_and_levers_may_be_empty() -> None:
    scenario = parse_scenario(ALONE)
    assert scenario.format == 1 and scenario.levers == () and scenario.uncertainty is None


def test_where_may_be_empty_and_codes_take_any_letter_case() -> None:
    scenario = parse_scenario(
        ALONE + "levers:\n  - {lever: public_funding, where: {}, change: -10%}\n"
        "  - {lever: prices, where: {region: [pdl, '53'], sector: culture, form: asso,"
        " size: xxl}, change: +5%}\n"
    )
    assert scenario.levers[0].where.given() == {}
    assert scenario.levers[1].where.given() == {
        "region": ("52", "53"), "sector": ("CULTURE",), "form": ("ASSO",), "size": ("XXL",),
    }  # fmt: skip


def test_levers_append_other_keys_replace_and_null_takes_away(tmp_path: Path) -> None:
    put(tmp_path, "parent", ALONE.replace("id: exemple", "id: parent")
        + "subtitle: {fr: a, en: b}\nsources: [one, two]\nuncertainty: {sample: ranges, draws: 7}\n"
        "levers: [{lever: demand, change: +5%}]\n")  # fmt: skip
    path = put(tmp_path, "child", HEAD + "extends: parent\nsources: [three]\n"
               "horizon: {quarters: 8}\nuncertainty: null\n"
               "levers: [{lever: volunteers, change: -5%}]\n")  # fmt: skip
    child = load_scenario(path)
    assert [lever.name for lever in child.levers] == ["demand", "volunteers"]
    assert child.sources == ("three",)
    assert (child.horizon.start, child.horizon.quarters) == ("2026Q1", 8)
    assert child.uncertainty is None
    assert child.subtitle is None, "a subtitle qualifies one title"


def test_the_last_value_set_wins(tmp_path: Path) -> None:
    put(tmp_path, "parent", ALONE + "levers: [{lever: parameter, name: inertia, set: 0.5}]\n")
    path = put(tmp_path, "child", HEAD + "extends: parent.yaml\n"
               "levers: [{lever: parameter, name: inertia, set: 0.7}]\n")  # fmt: skip
    first, last = load_scenario(path).effects().modifiers
    assert (first.path == 0.5).all() and (last.path == 0.7).all()


def test_a_title_does_not_borrow_a_language_from_its_parent(tmp_path: Path) -> None:
    path = put(tmp_path, "child", HEAD.replace(', en: "An example"', "") + "extends: rabot-10\n")
    with pytest.raises(InputError, match=r"title\.en: is missing"):
        load_scenario(path)


def test_an_old_format_is_migrated_and_its_faults_keep_their_place(tmp_path: Path) -> None:
    text = "format: 0\n" + HEAD + "quarters: 8\nlevers:\n  - {type: vote, change: -10%}\n"
    scenario = load_scenario(put(tmp_path, "old", text))
    assert scenario.format == 1 and scenario.horizon.quarters == 8
    assert scenario.effects().votes[0].factor == pytest.approx(0.9)
    wrong = text.replace("-10%", "-10").replace("quarters: 8", "quarters: 0")
    with pytest.raises(InputError) as caught:
        load_scenario(put(tmp_path, "wrong", wrong))
    places = [(p.line, p.column, p.field) for p in caught.value.problems]
    assert places == [(6, 11, "quarters"), (8, 26, "levers[0].change")]


def test_a_format_that_never_was_is_refused() -> None:
    with pytest.raises(InputError, match="-3 is no format"):
        parse_scenario("format: -3\n" + ALONE)


def test_a_run_may_be_shorter_or_longer_than_the_horizon() -> None:
    scenario = parse_scenario(
        ALONE + "levers: [{lever: public_funding, change: {2026: -10%, 2030: -10%}}]\n"
    )
    assert scenario.effects(quarters=4).votes[0].factor == pytest.approx(0.9)
    assert scenario.effects(quarters=60).votes[0].factor[-1] == pytest.approx(0.81)


words = st.text(min_size=1, max_size=40).filter(lambda text: text.strip())


@settings(max_examples=150, deadline=None)
@given(words, words, st.integers(1, 200), st.floats(-1, 10, allow_nan=False))
def test_any_text_and_change_survive_writing_and_reading(french, english, quarters, change) -> None:
    def clean(text: str) -> str:
        # YAML has no way to write a lone surrogate.
        return text.encode("utf-8", "replace").decode("utf-8")

    text = {"fr": clean(french), "en": clean(english)}
    scenario = Scenario.model_validate(
        {
            "id": "exemple", "title": text, "narrative": text, "family": "combined",
            "horizon": {"start": "2026Q1", "quarters": quarters},
            "levers": [{"lever": "public_funding", "change": {2026: f"{change * 100:+.6f}%"}}],
        }
    )  # fmt: skip
    assert parse_scenario(scenario.to_yaml()) == scenario


@pytest.mark.parametrize("text", ["1e-3", "0o17", "0x1F", "NO", "12:30", "null", "~", "010", ".5",
                                  "2026", "-30%", "- a", "a: b", "# a", "'", '"', "*a", "&a", "!a",
                                  "é\u2028b", "a\x85b", "x\n\ny", " spaced "])  # fmt: skip
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    both = {"fr": text, "en": text}
    scenario = Scenario.model_validate(
        {"id": "a", "title": both, "narrative": both, "family": "combined",
         "horizon": {"start": "2026Q1", "quarters": 4}}
    )  # fmt: skip
    assert parse_scenario(scenario.to_yaml()).title.fr == text


def test_effects_of_levers_stand_in_their_order() -> None:
    scenario = load_scenario("tempete-parfaite")
    effects = scenario.effects()
    assert [v.factor[0] for v in effects.votes] == pytest.approx([0.9, 1.0])
    assert not np.isnan(effects.votes[1].growth[0])


def test_levers_and_where_may_be_empty() -> None:
    assert parse_scenario(ALONE + "levers:\n") == parse_scenario(ALONE + "levers: []\n")
    empty = ALONE + "levers:\n  - lever: demand\n    change: +10%\n    where:"
    assert parse_scenario(empty + "\n").digest == parse_scenario(empty + " {}\n").digest


def test_a_shorter_horizon_leaves_out_hypotheses_that_it_does_not_reach(tmp_path: Path) -> None:
    expected = "hypotheses:\n"
    for quarter in ("2027Q4", "2035Q4"):
        expected += f'  - {{indicator: jobs_fte, at: {quarter}, expect: lower, source: "…"}}\n'
    put(tmp_path, "parent", ALONE.replace("exemple", "parent") + expected)
    child = HEAD + "extends: parent\n"
    shorter = load_scenario(put(tmp_path, "shorter", child + "horizon: {quarters: 8}\n"))
    assert [one.at for one in shorter.hypotheses] == ["2027Q4"]
    as_long = load_scenario(put(tmp_path, "as-long", child))
    assert [one.at for one in as_long.hypotheses] == ["2027Q4", "2035Q4"]
    own = put(tmp_path, "own", child + "horizon: {quarters: 8}\n" + expected)
    with pytest.raises(InputError, match=r"own\.yaml.*2035Q4 is outside the horizon"):
        load_scenario(own)
