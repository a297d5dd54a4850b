"""Files of results that are damaged: told in the reader's language, the rest to the log."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dashboard.application import create_app
from tests.dashboard.real_client import Client, serving

TOLD = "Un fichier de ces résultats ne peut pas être lu"
IN_ENGLISH = "A file of these results cannot be read"
TABLES = ("flows", "lifetimes", "trajectories")


@pytest.fixture(scope="module")
def damaged(
    results_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Client]]:
    """Table → server on results of which it is damaged, and on whole ones behind."""
    parent = tmp_path_factory.mktemp("here")
    clients = {}
    with ExitStack() as servers:
        for table in TABLES:
            folder = parent / table
            shutil.copytree(results_folder, folder)
            file = folder / f"{table}.parquet"
            content = file.read_bytes()
            file.write_bytes(content[:-200] + b"x" * 200)  # of the size that the manifest tells
            app = create_app([folder, results_folder])
            clients[table] = servers.enter_context(serving(app.server))
        yield clients


@pytest.mark.parametrize(
    "table, path",
    [
        ("flows", "/flux"),
        ("lifetimes", "/comparer"),
        ("trajectories", "/comparer"),
        ("trajectories", "/territoires?show=jobs_fte"),
    ],
)
def test_a_page_tells_of_a_damaged_file_and_lets_others_be_chosen(
    damaged: dict[str, Client], table: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    client, join = damaged[table], "&" if "?" in path else "?"
    for language, words in (("fr", TOLD), ("en", IN_ENGLISH)):
        page = client.ask(f"{path}{join}v=2&lang={language}")
        text = html.unescape(page.text)
        assert page.status == 200 and words in text
        assert "parquet" not in text and "command line" not in text
        assert 'value="essai"' in text, "the list of results is still there"
    code = re.search(r"avec ce code\s*:\s*([0-9a-f]{8})", html.unescape(client.ask(path).text))
    assert code is not None
    noted = next(record for record in caplog.records if code[1] in record.message)
    assert noted.exc_info is not None and f"{table}.parquet" in str(noted.exc_info[1])
    part = client.ask(f"{path.replace('?', '/contenu?') if '?' in path else path + '/contenu'}",
                      accept="application/json")  # fmt: skip
    last = json.loads(part.text.splitlines()[-1])
    assert TOLD in last["message"] and "parquet" not in last["message"]


@pytest.mark.parametrize(
    "table, path",
    [
        ("flows", "/flux/payers.csv"),
        ("flows", "/flux/flows.html"),
        ("lifetimes", "/organisations"),
        ("lifetimes", "/comparer/survival.csv?format=tableur"),
        ("lifetimes", "/comparer/imprimer"),
        ("trajectories", "/comparer/fichier"),
    ],
)
def test_a_file_of_damaged_results_is_an_error_in_words(
    damaged: dict[str, Client], table: str, path: str
) -> None:
    answer = damaged[table].ask(path)
    text = html.unescape(answer.text)
    assert answer.status == 500 and TOLD in text
    assert "parquet" not in text and "attachment" not in answer.headers.get(
        "content-disposition", ""
    )


def test_the_container_keeps_runs_where_it_may_write() -> None:
    lines = Path("Containerfile").read_text(encoding="utf-8").splitlines()
    command = next(json.loads(line[4:]) for line in lines if line.startswith("CMD ["))
    store = command[command.index("--store") + 1]
    assert f"VOLUME {store}" in lines
    assert any(f"--owner penser {store}" in line for line in lines)
    assert store in Path("docs/hosting.md").read_text(encoding="utf-8")
