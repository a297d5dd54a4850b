"""`workshop cards`: sheets of what ships or of a folder; faults are told, nothing is written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dashboard.language import texts_in
from dashboard.workshop import pdf
from dashboard.workshop.cli_cards import register_cards
from dashboard.workshop.printing import (
    BACK_HOLDS,
    FRONT_HOLDS,
    back,
    cards_page,
    front,
    printed_cards,
)
from simulator.cards import Shock, card_folder, load_card, shock_folder
from simulator.problems import InputError


def run(*arguments: str) -> None:
    """The command, which raises what goes wrong."""
    app = typer.Typer()
    app.callback()(lambda: None)
    register_cards(app)
    CliRunner().invoke(app, ["cards", *arguments], catch_exceptions=False, standalone_mode=False)


def refused(*arguments: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        run(*arguments)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with one card, `o9-fusionner`, whose title is a script."""
    folder = tmp_path / "own"
    folder.mkdir()
    text = (card_folder() / "o9-fusionner.yaml").read_text(encoding="utf-8")
    text = text.replace('"Fusionner"', '"<script>alert(1)</script> & co"')
    (folder / "o9-fusionner.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_page_has_each_card_and_its_back_in_the_language_asked_for(tmp_path: Path) -> None:
    for language, title, cost in (("fr", "Fonds d&#39;urgence", "Coût"),
                                  ("en", "Emergency fund", "Cost")):  # fmt: skip
        path = tmp_path / "new" / f"{language}.html"
        run("--out", str(path), "--language", language)
        page = path.read_text(encoding="utf-8")
        assert f'lang="{language}"' in page
        assert page.count(f"<h2>{title}</h2>") == 2
        assert page.count("<article") == 2 * (26 + 8)
        assert cost in page
        assert "http" not in page.replace("https://www.w3.org", "")


def test_backs_lie_behind_their_fronts_when_the_sheet_is_turned(tmp_path: Path) -> None:
    decisions = [card for card in printed_cards() if not isinstance(card, Shock)]
    sheets = sheets_of(cards_page(decisions, "fr"))
    assert len(sheets) == 2 * 3
    for one, other in zip(sheets[::2], sheets[1::2], strict=True):
        fronts, backs = (
            [place.partition("</h2>")[0] if "<h2>" in place else "" for place in rows(sheet)]
            for sheet in (one, other)
        )
        for row in range(0, 9, 3):
            assert backs[row : row + 3] == fronts[row : row + 3][::-1]


def test_shocks_have_sheets_of_their_own_and_backs_that_tell_nothing() -> None:
    sheets = sheets_of(cards_page(printed_cards(), "fr"))
    assert len(sheets) == 2 * (3 + 1)
    shocks, backs = (
        {place.partition("</article>")[0] for place in rows(sheet) if "</article>" in place}
        for sheet in sheets[-2:]
    )
    assert len(shocks) == 8 and len(backs) == 1
    assert all('class="face diamond"' not in sheet for sheet in sheets[:-2])


def test_own_shocks_are_printed_too(own: Path, tmp_path: Path) -> None:
    shutil.copy(shock_folder() / "s3-inflation.yaml", own)
    path = tmp_path / "own.html"
    run("--out", str(path), "--cards", str(own))
    assert len(sheets_of(path.read_text(encoding="utf-8"))) == 2 * 2


def sheets_of(page: str) -> list[str]:
    return [part.split("</section>")[0] for part in page.split("<section")[1:]]


def rows(sheet: str) -> list[str]:
    """The nine places of a sheet, each from its title on."""
    places = sheet.split('class="face')[1:]
    return [place.partition("<h2>")[1] + place.partition("<h2>")[2] for place in places]


def test_own_cards_are_printed_alone_and_their_text_is_text(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.html"
    run("--out", str(path), "--cards", str(own))
    page = path.read_text(encoding="utf-8")
    assert page.count("<article") == 2
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; co") == 2
    assert "<script>alert" not in page


def test_every_fault_of_every_own_card_is_told_with_its_line(own: Path, tmp_path: Path) -> None:
    for name in ("side", "cost"):
        text = (card_folder() / "o3-plan-social.yaml").read_text(encoding="utf-8")
        (own / f"{name}.yaml").write_text(text.replace(f"\n{name}:", "\nwrong:"), encoding="utf-8")
    path = tmp_path / "own.html"
    told = refused("--out", str(path), "--cards", str(own))
    assert {Path(line.split(".yaml:")[0]).name for line in told} == {"side", "cost"}
    assert not path.exists()


def test_a_text_that_paper_cannot_hold_is_refused(own: Path, tmp_path: Path) -> None:
    card = own / "o9-fusionner.yaml"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("Il faut un an ou deux", "mot " * 300), encoding="utf-8")
    path = tmp_path / "own.html"
    (told,) = refused("--out", str(path), "--cards", str(own))
    assert told.startswith("o9-fusionner: text: ")
    assert told.endswith(f"at most {FRONT_HOLDS}")
    assert not path.exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_ships_leaves_room(language: str) -> None:
    texts = texts_in("fr" if language == "fr" else "en")
    cards = printed_cards()
    assert max(front(card, texts).length for card in cards) < 0.7 * FRONT_HOLDS
    assert max(back(card, texts, cards).length for card in cards) < 0.7 * BACK_HOLDS


def test_the_back_says_who_pays_and_what_is_needed_before() -> None:
    texts = texts_in("fr")
    told = dict(back(load_card("o3-plan-social"), texts, []).parts)
    assert told["Qui la joue et la paie"] == ("celles qui suivent",)
    assert (
        told["Conditions"][0]
        == "Après «\N{NO-BREAK SPACE}Geler les recrutements\N{NO-BREAK SPACE}»."
    )
    told = dict(back(load_card("f8-garantie-pret-relais"), texts, []).parts)
    assert told["Qui la joue et la paie"] == ("Région, État, Fondations",)
    assert told["Sources"] == ("S25 franceactive.org ; jugement de modélisation".replace(
        " ;", "\N{NO-BREAK SPACE};"),)  # fmt: skip


@pytest.mark.parametrize("name", ["cards", "cards.docx"])
def test_only_pages_and_pdf_are_written(name: str, tmp_path: Path) -> None:
    (told,) = refused("--out", str(tmp_path / name))
    assert "name a file that ends in .html or .pdf" in told
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (told,) = refused("--out", str(tmp_path / "x.html"), "--cards", str(tmp_path))
    assert "no card in" in told


def test_without_a_browser_the_page_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    if pdf.find_browser() is not None:
        pytest.skip("a browser stands where none can be hidden")
    path = tmp_path / "cards.pdf"
    (told,) = refused("--out", str(path))
    assert "no Chromium, Chrome or Edge was found" in told
    assert f"write {path.with_suffix('.html')}" in told


@pytest.mark.skipif(shutil.which("false") is None, reason="needs a program that fails")
def test_a_browser_that_cannot_print_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(tmp_path, "chromium").symlink_to(shutil.which("false") or "")
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "cards.pdf"
    path.write_bytes(b"before")
    (told,) = refused("--out", str(path))
    assert "could not print it" in told
    assert path.read_bytes() == b"before"
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run([str(tmp_path / "chromium")], check=True)
