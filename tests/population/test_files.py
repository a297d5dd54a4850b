"""Population files: what they may say, and what is told when they are wrong."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from simulator.population import describe, load_population, load_spec
from simulator.problems import InputError

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "population.md"


def _write(folder: Path, text: str) -> Path:
    path = folder / "population.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_region_row_by_row(tmp_path: Path) -> None:
    population = load_population(_write(tmp_path, "format: 1\nid: guadeloupe\nregions: [GLP]\n"))
    o = population.organisations
    assert (o["weight"] == 1).all()
    assert set(o["region"]) == {13}
    assert 500 < o.rows < 1200
    assert len(set(o["sector"])) == 10
    assert "guadeloupe" in describe(population)


def test_a_path_may_be_text(tmp_path: Path) -> None:
    path = _write(tmp_path, 'id: mayotte\nregions: ["06"]\n')
    assert load_population(str(path)) is load_population(path)


@pytest.mark.parametrize("region", ["MYT", "COR", "IDF"])
@pytest.mark.parametrize("sector", ["SERV", "MEDSOC", "env"])
def test_small_corners_of_the_country_can_be_built(
    tmp_path: Path, region: str, sector: str
) -> None:
    text = f"id: corner\nregions: [{region}]\nsectors: [{sector}]\n"
    o = load_population(_write(tmp_path, text)).organisations
    assert o.rows > 10
    assert len(set(o["region"])) == len(set(o["sector"])) == 1


def test_a_sector_keeps_its_own_mix_of_resources(tmp_path: Path) -> None:
    o = load_population(
        _write(tmp_path, "id: sport\nbase: national\nsectors: [SPORT]\n")
    ).organisations
    w = o["weight"]
    assert w @ o["memberships"] / (w @ o["budget"]) > 0.2  # against 7 % in the country
    assert o["tariffs"].sum() == 0


def test_fields_come_from_the_base(tmp_path: Path) -> None:
    spec = load_spec(_write(tmp_path, "id: mine\nbase: workshop\nweights: {XS: 100}\n"))
    assert spec.weights.XS == 100
    assert spec.weights.S == load_spec("workshop").weights.S
    assert load_spec(_write(tmp_path, "id: mine\n")).weights == load_spec("full").weights


def test_rows_are_about_what_is_asked(tmp_path: Path) -> None:
    text = "id: mine\nbase: national\nregions: [BRE, PDL]\nrows: 1200\n"
    assert load_population(_write(tmp_path, text)).organisations.rows == pytest.approx(
        1200, rel=0.15
    )


def test_what_is_resolved_decides_the_digest(tmp_path: Path) -> None:
    usual = load_spec("demo").digest
    same = load_spec(_write(tmp_path, "id: demo\nbase: demo\n")).digest
    other = load_spec(_write(tmp_path, "id: demo\nbase: demo\nseed: 1\n")).digest
    assert same == usual != other


MIX_OF_2005 = (
    "resources: {users: 0.31, public_contracts: 0.165, subventions: 0.33, memberships: 0.115,"
    " gifts: 0.05, foundations: 0.02, employment_aid: 0.01}\n"
)


def test_a_population_can_be_dated_by_its_resources(tmp_path: Path) -> None:
    o = load_population(_write(tmp_path, "id: old\nbase: workshop\n" + MIX_OF_2005)).organisations
    euros = o["weight"] @ o["budget"]
    assert (o["grants"] @ o["weight"]).sum() / euros == pytest.approx(0.33, abs=1e-3)
    assert o["weight"] @ o["memberships"] / euros == pytest.approx(0.115, abs=1e-3)
    now = load_population("workshop").organisations
    assert euros == pytest.approx(now["weight"] @ now["budget"])  # sizes are those of today
    assert (o["sector"] == now["sector"]).all()


def test_a_population_that_is_not_dated_keeps_its_digest(tmp_path: Path) -> None:
    plain = load_spec(_write(tmp_path, "id: mine\nbase: workshop\n"))
    dated = load_spec(_write(tmp_path, "id: mine\nbase: workshop\n" + MIX_OF_2005))
    fields = plain.model_dump(mode="json", exclude={"base", "resources"})
    expected = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    assert plain.digest == expected != dated.digest


BAD = {
    "shares that leave a tenth": ("id: a\n" + MIX_OF_2005.replace("0.31", "0.21"), 2, "0.9"),
    "a share above one": ("id: a\n" + MIX_OF_2005.replace("0.31", "31"), 2, "31"),
    "a resource that is missing": (
        "id: a\n" + MIX_OF_2005.replace(" gifts: 0.05,", ""),
        2,
        "gifts",
    ),
    "unknown key": ("id: a\nregion: [PDL]\n", 2, "region"),
    "unknown région": ("id: a\nregions: [PDL, XYZ]\n", 2, "XYZ"),
    "unquoted région": ("id: a\nregions: [52]\n", 2, 'quotes: "52"'),
    "unquoted overseas région": ("id: a\nregions: [01]\n", 2, 'quotes: "01"'),
    "unknown sector": ("id: a\n\nsectors: [SPORTS]\n", 3, "SPORT"),
    "empty list": ("id: a\nsectors: []\n", 2, "empty"),
    "twice the same région": ('id: a\nregions: [PDL, "52"]\n', 2, "twice"),
    "weight of zero": ("id: a\nweights: {XS: 0}\n", 2, "XS"),
    "weight that is no whole number": ("id: a\nweights: {S: 1.5}\n", 2, "1.5"),
    "heavy giants": ("id: a\nweights: {XXL: 4}\n", 2, "XXL"),
    "unknown size": ("id: a\nweights: {XXXL: 1}\n", 2, "XXXL"),
    "weights that are no mapping": ("id: a\nweights: 3\n", 2, "weights"),
    "few rows": ("id: a\nrows: 3\n", 2, "rows"),
    "rows as text": ("id: a\nrows: many\n", 2, "many"),
    "negative seed": ("id: a\nseed: -1\n", 2, "-1"),
    "unknown base": ("id: a\nbase: natioanl\n", 2, "national"),
    "no name": ("regions: [PDL]\n", 1, "id"),
    "bad name": ("id: Ma Région\n", 1, "name"),
    "future format": ("format: 2\nid: a\n", 1, "format"),
    "key twice": ("id: a\nid: b\n", 2, "twice"),
    "an alias": ("id: a\nregions: &r [PDL]\nsectors: *r\n", 2, "anchor"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_at_their_line(tmp_path: Path, case: str) -> None:
    text, line, word = BAD[case]
    path = _write(tmp_path, text)
    with pytest.raises(InputError) as refused:
        load_spec(path)
    messages = [str(problem) for problem in refused.value.problems]
    assert any(m.startswith(f"{path}:{line}:") and word in m for m in messages), messages


def test_a_wrong_base_is_the_only_fault_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load_spec(_write(tmp_path, "id: a\nbase: natioanl\n"))
    assert len(refused.value.problems) == 1


def test_an_unknown_name_is_told_what_exists() -> None:
    with pytest.raises(InputError, match=r"natonal.*did you mean national"):
        load_population("natonal")
    with pytest.raises(InputError, match="no such file"):
        load_population("nowhere.yaml")


@pytest.mark.parametrize("name", ["demo", "workshop", "national"])
def test_the_documented_numbers_of_rows_are_true(name: str) -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    documented = re.search(rf"\| `{name}` \| ([\d,]+) \|", text)
    assert documented
    assert int(documented[1].replace(",", "")) == load_population(name).organisations.rows


def test_the_documented_examples_load(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.S)
    assert blocks
    for text in blocks:
        assert load_spec(_write(tmp_path, text)).id
