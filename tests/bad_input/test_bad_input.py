"""Each file of this folder holds one kind of error; its message is part of what we promise."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulator.problems import InputError
from simulator.scenario import load_scenario, parse_scenario

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))


def test_at_least_thirty_kinds_of_errors_are_told() -> None:
    first_lines = {path.with_suffix(".expected").read_text("utf-8") for path in FILES}
    assert len(first_lines) >= 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bad_file_is_told_with_place_and_remedy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(InputError) as caught:
        load_scenario(path.name)
    assert str(caught.value) + "\n" == path.with_suffix(".expected").read_text("utf-8")
    for problem in caught.value.problems:
        assert problem.hint, "every message says what would be right"
        assert problem.line is not None or path.stem == "empty"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.yaml: no such file"):
        load_scenario(tmp_path / "nowhere.yaml")


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        load_scenario(tmp_path)


def test_a_file_that_never_ends_is_not_read() -> None:
    with pytest.raises(InputError, match="is not an ordinary file"):
        load_scenario(Path("/dev/zero") if os.path.exists("/dev/zero") else Path(os.devnull))


def test_a_name_that_no_file_can_have_is_told() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario("a\0b.yaml")
    with pytest.raises(InputError, match=r"cannot be read|no such file"):
        load_scenario("x" * 5000 + ".yaml")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "locked.yaml"
    path.write_text("id: a\n", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario(path)


def test_a_file_over_one_megabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_text("id: a\n" + "# " + "x" * 1_000_000, encoding="utf-8")
    with pytest.raises(InputError, match="larger than 1 MB"):
        load_scenario(path)
    with pytest.raises(InputError, match="larger than 1 MB"):
        parse_scenario("x" * 1_000_001)


def test_an_unknown_id_is_told_with_the_one_probably_meant() -> None:
    with pytest.raises(InputError, match=r"did you mean fil-de-l-eau\?"):
        load_scenario("fil-de-leau")


def test_a_text_cannot_extend_a_file_of_the_machine() -> None:
    text = (
        "extends: ../secret.yaml\nid: a\ntitle: {fr: a, en: a}\n"
        "narrative: {fr: a, en: a}\nfamily: mergers\n"
    )
    with pytest.raises(InputError, match="a file cannot be named from here"):
        parse_scenario(text)


def test_faults_of_a_parent_are_told_in_its_own_file(tmp_path: Path) -> None:
    good = (FOLDER / "no-sign.yaml").read_text("utf-8")
    (tmp_path / "parent.yaml").write_text(good, encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text(
        "extends: parent\nid: a\ntitle: {fr: a, en: a}\n"
        "narrative: {fr: a, en: a}\nfamily: mergers\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"parent\.yaml:8:37: levers\[0\]\.change"):
        load_scenario(child)


def test_faults_of_appended_levers_keep_the_place_in_their_file(tmp_path: Path) -> None:
    child = tmp_path / "child.yaml"
    child.write_text(
        "extends: rabot-general\nid: a\ntitle: {fr: a, en: a}\n"
        "narrative: {fr: a, en: a}\nfamily: mergers\nlevers:\n  - {lever: mergers, payer: me}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_scenario(child)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.field) == (7, 29, "levers[0].payer")


def test_an_error_survives_the_way_between_processes() -> None:
    import pickle

    error = InputError.single("seed", "is negative", "give 0 or more")
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
