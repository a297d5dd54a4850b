"""The file: closed in itself, the same bytes for the same folder, safe, whole in two languages."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import experiments.report
from experiments.report import write_report
from experiments.report.words import Words, every
from simulator.command import run
from simulator.problems import InputError
from tests.experiments.report import fabricated_experiments as fabricated
from tests.experiments.report.pages import Page

SOURCE = Path(experiments.report.__file__).parent
EVIL = "<script>alert('x')</script> & \"moi\""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment whose plan is written by somebody hostile."""
    given = fabricated.plan(
        "{kind: latin_hypercube, n: 24}", fabricated.PARAMETERS, "{policies: [rabot-10, rabot-20]}"
    )
    title = given.title.model_copy(update={"fr": EVIL, "en": EVIL})
    given = given.model_copy(update={"title": title})
    return fabricated.write(tmp_path_factory.mktemp("page") / "essai", given)


@pytest.fixture(scope="module", params=["fr", "en"])
def path(request: pytest.FixtureRequest, folder: Path) -> Path:
    return write_report(folder, request.param, folder.parent / f"{request.param}.html")


def test_nothing_comes_from_elsewhere(path: Path) -> None:
    page = Page(path)
    assert "script" not in page.tags and "link" not in page.tags and "iframe" not in page.tags
    assert all(re.match(r"#|data:image/svg\+xml;base64,", a) for a in page.addresses)
    style = path.read_text(encoding="utf-8").partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style and "@import" not in style


def test_what_a_plan_says_is_text(path: Path) -> None:
    page = Page(path)
    assert page.headings[0] == (1, EVIL)
    assert "<script" not in path.read_text(encoding="utf-8")


def test_the_same_folder_gives_the_same_bytes(folder: Path, path: Path) -> None:
    figures = {f: f.read_bytes() for f in (folder / "figures").iterdir()}
    again = write_report(folder, path.stem, folder.parent / f"{path.stem}-2.html")
    assert again.read_bytes() == path.read_bytes()
    assert {f: f.read_bytes() for f in figures} == figures


def test_anchors_lead_somewhere(path: Path) -> None:
    page = Page(path)
    assert {a[1:] for a in page.addresses if a.startswith("#")} <= page.anchors


def test_languages_do_not_mix(folder: Path) -> None:
    french, english = (
        Page(folder.parent / f"{language}.html")
        if (folder.parent / f"{language}.html").exists()
        else Page(write_report(folder, language, folder.parent / f"{language}.html"))
        for language in ("fr", "en")
    )
    assert (french.language, english.language) == ("fr", "en")
    told = re.findall(r"[a-zàâçéèêëîïôûùœ]+", english.words.lower())
    known = {"le", "les", "des", "avec", "est", "une", "écart", "dans", "sur", "par"}
    assert not known & set(told)
    assert not {"the", "with", "which", "is", "was"} & set(
        re.findall(r"[a-z]+", french.words.lower())
    )
    assert not re.search(r"\d\.\d+\u202f(%|pt)", french.words)
    assert not re.search(r"\d,\d\u202f(%|pt)", english.words)


def test_words_are_whole_in_both_languages() -> None:
    for name, words in every().items():
        assert set(words) == {"fr", "en"}, name
        fields = [{f for _, f, _, _ in string.Formatter().parse(words[la]) if f} for la in words]
        assert fields[0] == fields[1], name


def test_words_are_asked_for_and_known() -> None:
    text = "\n".join(f.read_text(encoding="utf-8") for f in
                     [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")])  # fmt: skip
    asked = set(re.findall(r'say\(\s*"([a-z0-9_]+)"', text))
    assert asked <= set(every())
    quoted = set(re.findall(r'"([a-z0-9_]+)"', text))
    built = re.compile("|".join(re.escape(p) for p in re.findall(r'f"([a-z_]+_)\{', text)))
    measures = {"worst_case", "maximum_regret", "regret_90"}  # of `analysis.robustness`
    assert set(every()) - quoted - measures - {n for n in every() if built.match(n)} == set()


def test_french_double_punctuation_keeps_its_space() -> None:
    say = Words("fr")
    assert say.quoted("Fil") == "«\u00a0Fil\u00a0»"
    assert say("limit_region", regions="Bretagne").count("\u00a0:") == 1


def test_the_command_writes_where_it_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "r.html"
    assert run(["experiment", "report", str(folder), "--language", "en", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert Page(out).language == "en"


def test_what_is_no_experiment_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["experiment", "report", str(tmp_path)]) == 2
    assert "does not hold an experiment" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_and_a_folder_for_a_file_are_refused(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="fr or en"):
        write_report(folder, "de")
    with pytest.raises(InputError, match="name a file"):
        write_report(folder, out=tmp_path)
