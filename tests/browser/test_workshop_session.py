"""Whole sessions over a real server, as people play them: on one laptop, and with phones.

In the second the server is killed half through, and what was played runs again from its files.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

SEED = "2"  # of a room whose first table is dealt a card that acts once another table agrees
MERGER = "o9-fusionner"
LONG = 180_000  # milliseconds, for what is simulated
PHONE = {"viewport": {"width": 390, "height": 844}}


class Server:
    """`penser-demain workshop` on one port and one folder, started again after a kill."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None
        self.said: dict[str, Any] = {}

    def start(self) -> None:
        command = [sys.executable, "-m", "simulator", "workshop", "--json", "--port",
                   str(self.port), "--store", str(self.folder)]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.said = json.loads(self.process.stdout.readline())

    def end(self, how: signal.Signals) -> None:
        assert self.process is not None and self.process.stdout is not None
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "rooms")
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGTERM)


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    made: list[BrowserContext] = []
    yield made
    for context in made:
        context.close()


def opened(browser: Browser, contexts: list[BrowserContext], **options: Any) -> Page:
    """A page of a browser of its own."""
    contexts.append(browser.new_context(accept_downloads=True, **options))
    page = contexts[-1].new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def room(console: Page, server: Server, title: str) -> None:
    """Open a room of two rounds and two worlds for six people, through the form."""
    console.goto(server.said["open"])
    console.locator("button[name=set]").first.click()
    console.locator("input[name=title]").fill(title)
    unfold(console)
    console.locator("select[name=rounds]").select_option("2")
    console.locator("input[name=worlds]").fill("2")
    console.locator("input[name=seed]").fill(SEED)
    console.locator("main form button[type=submit]:not([name])").click()
    console.wait_for_url("**/atelier/animation/**")


def unfold(page: Page, inside: str = "") -> None:
    """Open what is folded on a page."""
    page.locator(f"{inside} details").evaluate_all("all => all.forEach(one => one.open = true)")


def forward(console: Page, heading: str) -> None:
    """Press the one button that goes on, and wait for the next phase."""
    console.locator("#part-next button").click()
    expect(console.locator("h1")).to_have_text(heading, timeout=30_000)


def projected(console: Page, page: Page) -> Page:
    """The projector's page, by the link that the console shows."""
    unfold(console)
    page.goto(console.locator("a[href*='/atelier/ecran/']").first.get_attribute("href") or "")
    return page


def tables(console: Page) -> int:
    return console.locator("[id^=part-table-]:not(:empty)").count()


def enter_cards(console: Page, number: int, card: str = "") -> None:
    """Enter a card of table `number`, the first that it may play by default, as from paper."""
    form = console.locator(f"#part-entry-{number}")
    unfold(console, f"#part-entry-{number}")
    named = f"[value={card}]" if card else ""
    form.locator(f"input[data-list=cards]{named}").first.check()
    form.get_by_role("button", name="Enregistrer, la table est prête").click()
    expect(console.locator(f"#part-table-{number}")).to_contain_text(
        "saisi par l'animation", timeout=10_000
    )


def exported(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download(timeout=LONG) as started:
        page.locator(f"a[href*='/export/'][href*='/{name}']").click()
    path = folder / name
    started.value.save_as(path)
    return path


def test_a_session_on_one_laptop(
    browser: Browser, contexts: list[BrowserContext], server: Server, tmp_path: Path
) -> None:
    """Console and projector alone: predictions, cards and agreements come from paper."""
    console = opened(browser, contexts)
    room(console, server, "Un seul ordinateur")
    screen = projected(console, contexts[-1].new_page())
    assert screen.locator("button, input, select, form").count() == 0
    for number in range(2):
        forward(console, "Prévoir")
        if number == 0:
            shocked_paused_and_taken_back(console, screen)
        entry = console.locator("#part-entry-1")
        unfold(console, "#part-entry-1")
        for field, value in enumerate(("80", "95")):
            entry.locator("input[type=number]").nth(field).fill(value)
        entry.get_by_role("button", name="Enregistrer").first.click()
        expect(console.locator("#part-next")).not_to_contain_text("Toutes les tables sont prêtes")
        forward(console, "Décider")
        for table in range(1, tables(console) + 1):
            enter_cards(console, table, MERGER if (number, table) == (0, 1) else "")
        if number == 0:
            agreed_by_word_of_mouth(console)
        expect(console.locator("#part-next")).to_contain_text("Toutes les tables sont prêtes")
        forward(console, "Révéler")
        expect(screen.locator("h1")).to_have_text("Révéler")
        expect(screen.locator("svg[role=img]").first).to_be_visible(timeout=LONG)
        expect(screen.locator("body")).to_contain_text("pas une prévision")
        forward(console, "Débattre")
    unfold(console, "#part-suppose")
    console.get_by_role("button", name="Rejouer avec elle").click()
    # The same decisions under both assumptions, apart from what the room decided.
    expect(console.locator("#part-suppose .beside li").first).to_contain_text(
        "Autre hypothèse", timeout=LONG
    )
    forward(console, "Prendre du recul")
    console.locator("#part-next button").click()
    expect(screen.locator("h1")).to_have_text("Fin", timeout=30_000)
    expect(screen.locator("body")).to_contain_text("3114")  # whom to turn to
    played = exported(console, "scenario.yaml", tmp_path).read_text(encoding="utf-8")
    assert MERGER in played.partition("played:")[2]
    _runs_again(exported(console, "resultats.zip", tmp_path), tmp_path / "again")


def agreed_by_word_of_mouth(console: Page) -> None:
    """A card that two tables play together is entered with the agreement of the other one."""
    one = console.locator("#part-table-1")
    expect(one).to_contain_text("n'aura d'effet qu'avec l'accord d'une autre table")
    entry = console.locator("#part-entry-1")
    entry.get_by_role("button", name="est d'accord").first.click()
    expect(one).to_contain_text("accord donné par", timeout=10_000)


def shocked_paused_and_taken_back(console: Page, screen: Page) -> None:
    """A shock is drawn, undone by its name, drawn again; a pause is seen and lifted."""
    unfold(console, "#part-shocks")
    draw = console.get_by_role("button", name="Tirer au hasard")
    draw.click()
    expect(screen.locator("main")).to_contain_text("Choc", timeout=10_000)
    expect(console.locator("#undo-step")).to_contain_text("Choc tiré")
    console.get_by_role("button", name="Annuler la dernière action").click()
    expect(screen.locator("main")).not_to_contain_text("Choc", timeout=10_000)
    draw.click()
    expect(screen.locator("main")).to_contain_text("Choc", timeout=10_000)
    console.get_by_role("button", name="Mettre en pause").click()
    expect(screen.locator("main")).to_contain_text("Pause", timeout=10_000)
    console.get_by_role("button", name="Reprendre").click()
    expect(screen.locator("main")).not_to_contain_text("Pause", timeout=10_000)


def test_a_session_with_phones_and_a_server_that_is_killed(
    browser: Browser, contexts: list[BrowserContext], server: Server, tmp_path: Path
) -> None:
    console = opened(browser, contexts)
    room(console, server, "Quatre téléphones")
    wall = opened(browser, contexts, viewport={"width": 1920, "height": 1080})
    screen = projected(console, wall)
    code = screen.locator(".big-code").first.inner_text().strip()
    phones = []
    for number in range(4):
        phone = opened(browser, contexts, **PHONE)
        phone.goto(f"http://127.0.0.1:{server.port}/atelier/{code}")
        phone.locator("form button").nth(number).click()
        phone.wait_for_url("**/atelier/table/**")
        phones.append(phone)
    unfold(console, "#part-entry-4")
    console.locator("#part-entry-4").get_by_role("button", name="Rendre la table libre").click()
    # The phone is led back to the choice of a table, by itself.
    expect(phones[3].locator(".choose-table")).to_be_visible(timeout=30_000)
    expect(phones[3].locator("main")).to_contain_text("L'animation a rendu la table libre")
    phones[3].locator("form button").nth(3).click()
    forward(console, "Prévoir")
    for phone in phones:
        expect(phone.locator("h1")).to_have_text("Prévoir", timeout=10_000)
        for number, value in enumerate(("77", "96")):
            phone.locator("#part-predict input[type=number]").nth(number).fill(value)
        phone.get_by_role("button", name="Noter notre prévision").click()
        expect(phone.locator("#part-noted")).to_contain_text("Prévision notée", timeout=10_000)
    # Nobody sees what another table wrote.
    assert all("77" not in page.locator("main").inner_text() for page in (console, screen))
    forward(console, "Décider")
    for phone in phones:
        expect(phone.locator("h1")).to_have_text("Décider", timeout=10_000)
        card = f"[value={MERGER}]" if phone is phones[0] else ":enabled"
        phone.locator(f"input[data-list=cards]{card}").first.check()
        expect(phone.locator("li.taken")).to_have_count(1, timeout=10_000)
    expect(phones[0].locator("#part-budget")).to_contain_text("n'aura d'effet qu'avec")
    phones[1].get_by_role("button", name="Nous sommes d'accord").click()
    expect(phones[0].locator("#part-budget")).to_contain_text("accord donné par", timeout=10_000)

    server.end(signal.SIGKILL)
    server.start()
    for page in (console, screen, *phones):  # nobody does anything: they come back by themselves
        expect(page.locator("h1")).to_have_text("Décider", timeout=30_000)
    expect(phones[0].locator("#part-budget")).to_contain_text("accord donné par")
    for phone in phones:
        expect(phone.locator("li.taken")).to_have_count(1)
        button = phone.locator("#part-budget button")
        button.click()
        expect(phone.locator("#part-budget")).to_contain_text("C'est prêt", timeout=30_000)
    forward(console, "Révéler")
    for page in (screen, *phones):
        expect(page.locator("h1")).to_have_text("Révéler", timeout=30_000)
        expect(page.locator("svg[role=img]").first).to_be_visible(timeout=LONG)
    console.get_by_role("button", name="Passer tout de suite au débat final").click()
    expect(console.locator("h1")).to_have_text("Prendre du recul", timeout=30_000)
    packed = exported(console, "resultats.zip", tmp_path)
    _runs_again(packed, tmp_path / "again")


def _runs_again(packed: Path, folder: Path) -> None:
    """The files of the room, given to the command line, write the same tables to the byte."""
    with zipfile.ZipFile(packed) as zipped:
        zipped.extractall(folder)
    (told,) = folder.glob("*.txt")
    command = told.read_text(encoding="utf-8").split()
    assert command[:2] == ["penser-demain", "run"]
    subprocess.run(
        [sys.executable, "-m", "simulator", *command[1:-1], str(folder / "again")],
        cwd=folder, check=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    kept = next(path for path in folder.iterdir() if path.is_dir() and path.name != "again")
    for name in ("trajectories.parquet", "lifetimes.parquet", "flows.parquet"):
        assert (kept / name).read_bytes() == (folder / "again" / name).read_bytes(), name
