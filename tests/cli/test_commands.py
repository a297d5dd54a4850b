"""The commands as people and programs use them: output, JSON shapes, exit statuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulator.command import run
from simulator.results import Results

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "json"
SHORT = ["--population", "demo", "--quarters", "4", "--workers", "1"]


def validated(name: str, text: str) -> Any:
    content = json.loads(text)
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content, schema, cls=jsonschema.Draft202012Validator)
    return content


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("indicators", ["indicators"]),
        ("parameters-list", ["parameters", "list"]),
        ("parameters-show", ["parameters", "show", "inertia"]),
        ("parameters-show", ["parameters", "show", "payment_kernel"]),
        ("scenarios-list", ["scenarios", "list"]),
        ("scenarios-show", ["scenarios", "show", "choc-regional"]),
        ("scenarios-levers", ["scenarios", "levers"]),
        ("cards-list", ["cards", "list"]),
        ("cards-show", ["cards", "show", "f5-fonds-d-urgence"]),
    ],
)
def test_listings_have_their_documented_shape(
    name: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--json"]) == 0
    assert validated(name, capsys.readouterr().out)


def test_the_printed_schema_is_the_one_beside_the_scenarios(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for option, name in (([], "scenario"), (["--extending"], "scenario-extends")):
        assert run(["scenarios", "schema", *option]) == 0
        printed = json.loads(capsys.readouterr().out)
        committed = (ROOT / "scenarios" / "schema" / f"{name}.json").read_text("utf-8")
        assert printed == json.loads(committed)
    assert run(["cards", "schema"]) == 0
    card = (ROOT / "scenarios" / "schema" / "card.json").read_text("utf-8")
    assert json.loads(capsys.readouterr().out) == json.loads(card)


@pytest.mark.parametrize(
    "arguments",
    [
        ["indicators"], ["indicators", "--language", "en"], ["parameters", "list"],
        ["parameters", "show", "exit_hazard"], ["scenarios", "list"], ["scenarios", "levers"],
        ["cards", "list"], ["cards", "list", "--language", "en"],
    ],
)  # fmt: skip
def test_listings_fit_a_hundred_columns(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 3
    assert max(len(line) for line in lines) <= 100


def test_facts_check_says_what_counts_as_validation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["facts", "check", "--population", "demo", "--replicates", "1",
                 "--parameters", "default"]  # fmt: skip
    assert run([*arguments, "--json"]) == 0
    content = validated("facts-check", capsys.readouterr().out)
    by_id = {fact["id"]: fact for fact in content["facts"]}
    assert by_id["V7"]["value"] is not None and by_id["V7"]["role"] == "tuned"
    assert by_id["V13.lag"]["value"] is not None and by_id["V13.lag"]["role"] == "held_out"
    for fact in content["facts"]:
        assert (fact["value"] is None) == (fact["inside"] is None)
        assert fact["value"] is not None or fact["reason"]
    assert run(arguments) == 0
    printed = capsys.readouterr().out
    assert "held out, which count as validation" in printed
    assert max(len(line) for line in printed.splitlines()) <= 100


def test_scenarios_check_keeps_apart_what_is_built_in(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["scenarios", "check", "choc-regional", "rabot-40", "--workers", "1"]
    assert run([*arguments, "--population", "demo", "--draws", "2", "--json"]) == 0
    content = validated("scenarios-check", capsys.readouterr().out)
    assert content["worlds"] == 2 and not content["incomplete"]
    assert {row["scenario"] for row in content["hypotheses"]} == {"choc-regional", "rabot-40"}
    assert not any(row["built_in"] for row in content["hypotheses"])
    assert content["built_in"] and all(row["built_in"] for row in content["built_in"])


def test_run_prints_a_comparison_that_never_shows_survival_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    status = run(["run", "rabot-40", *SHORT, "--replicates", "3", "--out", str(out)])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert max(len(line) for line in printed.out.splitlines()) <= 100
    for words in (
        "financement constant en euros réels, pas la tendance", "Renouvellement ordinaire",
        "Survie des", "Emplois (ETP)", "Service corrigé", "Besoins non", "Liquidées",
        "Fermées en", "Absorbées", "signe stable, paramètres non variés", "−40 % = ",
    ):  # fmt: skip
        assert words in printed.out
    assert printed.out.index("Renouvellement ordinaire") < printed.out.index("Survie des")
    assert "served_per_public_euro" not in printed.out
    assert "3 of 3" in printed.err  # progress, one line per step
    results = Results.load(out)
    jobs = results.compare("jobs_fte").iloc[0]
    assert f"{100 * jobs['relative']:+.1f}".replace(".", ",").replace("-", "−") in printed.out


def test_run_speaks_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", "rabot-40", *SHORT, "--replicates", "2", "--language", "en"]
    assert run([*arguments, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    for words in ("constant funding in real euros", "Ordinary turnover", "Unmet need", "modelled"):
        assert words in printed


def test_run_json_has_its_documented_shape_and_the_numbers_of_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["run", "rabot-20", "mutualiser", *SHORT, "--parameters", "ranges", "--draws", "2"]
    assert run([*arguments, "--out", str(out), "--json", "--set", "inertia=80%"]) == 0
    content = validated("run", capsys.readouterr().out)
    assert content["reference"] == "fil-de-l-eau"
    assert content["units"] == 2
    assert content["parameters"]["differences"]["inertia"] == 0.8
    expected = Results.load(out).compare("jobs_fte").set_index("scenario")["difference"]
    for row in content["comparisons"]:
        if row["indicator"] == "jobs_fte":
            assert row["difference"] == pytest.approx(expected[row["scenario"]])
    assert {cost["scenario"] for cost in content["costs"]} == {"rabot-20", "mutualiser"}


@pytest.mark.parametrize(
    "source, sample",
    [("accepted", "tirages de l'ensemble calibré"), ("ranges", "dans leurs plages")],
)
def test_verdict_words_are_printed_where_parameters_vary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, sample: str
) -> None:
    arguments = ["run", "rabot-40", *SHORT, "--parameters", source, "--draws", "10"]
    assert run([*arguments, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert "5–95 %" in printed
    assert sample in " ".join(printed.split())
    assert "robuste" in printed.replace("robuste :", "")


def test_layers_and_structures_are_printed_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "rabot-40", *SHORT, "--parameters", "ranges", "--draws", "2",
                 "--replicates", "2", "--structures", "default,cascade_off",
                 "--layers"]  # fmt: skip
    assert run([*arguments, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert max(len(line) for line in printed.splitlines()) <= 100
    for words in ("Ce qui fait varier les écarts", "Hasard", "Paramètres", "Structure",
                  "sans cascade", "sous 2 structures du modèle"):  # fmt: skip
        assert words in printed
    results = Results.load(tmp_path / "out")
    share = results.layers("jobs_fte").iloc[0]["chance_share"]
    assert f"{100 * share:.0f}\u202f%" in printed


def test_layers_that_cannot_be_told_apart_are_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "rabot-40", *SHORT, "--parameters", "ranges", "--draws", "2", "--layers"]
    assert run([*arguments, "--out", str(tmp_path / "out"), "--language", "en"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "chance and parameters cannot be told apart" in printed
    assert "structure was not varied" in printed


def test_a_number_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", "rabot-40", *SHORT, "--replicates", "2", "--explain", "jobs_fte"]
    assert run([*arguments, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    explanation = Results.load(tmp_path / "out").explain("jobs_fte", "rabot-40")
    assert explanation.text("fr") in printed
    again = [*arguments, "--explain", "unmet_need", "--json", "--out", str(tmp_path / "again")]
    assert run(again) == 0
    content = validated("run", capsys.readouterr().out)
    jobs, need = content["explanations"]
    assert (jobs["indicator"], need["indicator"]) == ("jobs_fte", "unmet_need")
    assert jobs["difference"] == pytest.approx(explanation.difference)
    assert sum(row["part"] for row in jobs["sources"]) == pytest.approx(jobs["difference"])
    assert need["refused"]["size"]["code"] == "unknown_by_dimension"


def test_a_cohort_is_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    arguments = ["run", "rabot-40", *SHORT, "--replicates", "1", "--record", "organisations",
                 "--columns", "staff,grants_region", "--cohort", "20%"]  # fmt: skip
    assert run([*arguments, "--out", str(out)]) == 0
    results = Results.load(out)
    assert results.manifest["panel"] == {"columns": ["staff", "grants_region"], "share": 0.2}
    assert list(results.organisations.columns[-2:]) == ["staff", "grants_region"]
    followed = results.organisations["organisation"].nunique()
    assert 0 < followed < results.lifetimes["organisation"].nunique() / 3


BAD = [
    (["run", "nulle-part"], "nulle-part"),
    (["run", "--replicates", "-1"], "replicates"),
    (["run", "--quarters", "0"], "quarters"),
    (["run", "--quarters", "1000"], "quarters"),
    (["run", "--quarters", "soon"], "quarters"),
    (["run", "--seed", "-4"], "seed"),
    (["run", "--workers", "0"], "workers"),
    (["run", "fil-de-l-eau", "--population", "atlantide"], "population"),
    (["run", "fil-de-l-eau", "--parameters", "calibrated"], "parameters"),
    (["run", "fil-de-l-eau", "--parameters", ""], "one of default"),
    (["run", "fil-de-l-eau", "--reference", ""], "no scenario"),
    (["run", "fil-de-l-eau", "--out", "x" * 300], "cannot be written"),
    (["run", "fil-de-l-eau", "--out", "new/../y/z", "--reference", "nulle-part"], "nulle-part"),
    (["run", "fil-de-l-eau", "--draws", "5"], "draws"),
    (["run", "fil-de-l-eau", "--set", "inercia=1"], "inertia"),
    (["run", "fil-de-l-eau", "--set", "inertia"], "--set"),
    (["run", "fil-de-l-eau", "--set", "inertia=nan"], "inertia"),
    (["run", "fil-de-l-eau", "--set", "inertia=0.5", "--set", "inertia=0.6"], "inertia"),
    (["run", "fil-de-l-eau", "--record", "dreams"], "record"),
    (["run", "fil-de-l-eau", "--structures", "cascad_off"], "did you mean cascade_off"),
    (["run", "fil-de-l-eau", "--structures", ","], "structures"),
    (["run", "fil-de-l-eau", "--explain", "jobs"], "jobs_fte"),
    (["run", "fil-de-l-eau", "--record", "organisations", "--columns", "stuff"], "staff"),
    (["run", "fil-de-l-eau", "--record", "organisations", "--cohort", "many"], "10%"),
    (["run", "fil-de-l-eau", "--record", "organisations", "--cohort", "0"], "cohort"),
    (["run", "fil-de-l-eau", "--columns", "staff"], "--record organisations"),
    (["run", "fil-de-l-eau", "--reference", "nulle-part"], "nulle-part"),
    (["run", "--no-such-option"], "no-such-option"),
    (["parameters", "show", "inercia"], "inertia"),
    (["scenarios", "show", "nulle-part"], "nulle-part"),
    (["scenarios", "validate", "nulle-part.yaml"], "nulle-part.yaml"),
    (["scenarios", "new", "Not An Id", "--from", "fil-de-l-eau"], "command line: id: Not An Id"),
    (["scenarios", "new", "../other", "--from", "fil-de-l-eau"], "command line: id: ../other"),
    (["cards", "show", "o9-fusioner"], "o9-fusionner"),
    (["cards", "validate", "nulle-part.yaml"], "nulle-part.yaml"),
    (["facts", "check", "--replicates", "0"], "replicates"),
    (["facts", "check", "--draws", "0"], "draws"),
    (["facts", "check", "--parameters", "sometimes"], "parameters"),
    (["facts", "check", "--population", "atlantide"], "population"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_one_clear_line_and_status_2(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    told = capsys.readouterr().err.strip()
    assert words in told
    assert len(told.splitlines()) == 1
    assert "Traceback" not in told
    assert not list(tmp_path.rglob("*")), "nothing is left behind"


def test_an_existing_folder_is_refused_before_anything_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    arguments = ["run", "fil-de-l-eau", *SHORT, "--out", str(tmp_path)]
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert "not empty" in printed.err and "--overwrite" in printed.err
    assert "1 of" not in printed.err
    assert run([*arguments, "--overwrite"]) == 2
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "dear"


def test_a_place_that_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    out = tmp_path / "file" / "out"
    assert run(["run", "fil-de-l-eau", *SHORT, "--out", str(out)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_full_disk_is_status_1_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator import results_folder

    def full(path: Path, tables: object) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results_folder, "write_table", full)
    arguments = ["run", "fil-de-l-eau", *SHORT, "--replicates", "1"]
    assert run([*arguments, "--out", str(tmp_path / "out")]) == 1
    assert "No space left" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_validate_tells_every_problem_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: bad\nfamily: nonsense\nlevers: 3\n", encoding="utf-8")
    good = ROOT / "scenarios" / "choc-regional.yaml"
    assert run(["scenarios", "validate", str(good), str(bad), "--json"]) == 2
    printed = capsys.readouterr()
    content = validated("scenarios-validate", printed.out)
    assert content["valid"] == [str(good)]
    assert len(printed.err.strip().splitlines()) == len(content["problems"]) >= 3
    assert f"{bad}:2:" in printed.err


def test_cards_are_checked_like_scenarios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = ROOT / "scenarios" / "cards" / "o9-fusionner.yaml"
    bad = tmp_path / "bad.yaml"
    bad.write_text(good.read_text("utf-8").replace("until: Y2", "until: 2027"), encoding="utf-8")
    assert run(["cards", "validate", str(good), str(bad), "--json"]) == 2
    printed = capsys.readouterr()
    content = validated("cards-validate", printed.out)
    assert content["valid"] == [str(good)]
    assert [problem["field"] for problem in content["problems"]] == ["levers[0].until"]
    assert f"{bad}:" in printed.err and "is a date" in printed.err


def test_a_card_is_shown_as_a_file_that_can_be_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cards", "show", "p4-rabot-de-10"]) == 0
    mine = tmp_path / "mine.yaml"
    mine.write_text(capsys.readouterr().out, encoding="utf-8")
    assert run(["cards", "validate", str(mine)]) == 0


@pytest.mark.parametrize("identifier", ["mon-scenario", "true", "2026"])
def test_a_new_scenario_starts_from_another_and_is_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], identifier: str
) -> None:
    out = tmp_path / "mon-scenario.yaml"
    arguments = ["scenarios", "new", identifier, "--from", "choc-regional", "--out", str(out)]
    assert run(arguments) == 0
    assert run(["scenarios", "validate", str(out)]) == 0
    assert run(arguments) == 2  # never written over
    assert "exists" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_leaves_no_folder_that_looks_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "simulator", "run", "fil-de-l-eau", "--population", "demo",
            "--replicates", "400", "--workers", "2", "--out", str(out),
        ],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if " of 400" in line:
            break
    started = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    told = process.stderr.read()
    assert process.wait(60) == 1
    assert time.monotonic() - started < 30
    assert "interrupted" in told and "Traceback" not in told
    assert (out / "INCOMPLETE").exists()
    assert len(Results.load(out, allow_incomplete=True).units) >= 1
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
