"""What the README tells people to type exists and does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from simulator.command import build_app
from simulator.version import __version__

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def shell_lines() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


COMMANDS = [line for line in shell_lines() if line.startswith("penser-demain ")]
TARGETS = [line for line in shell_lines() if line.startswith("make ")]


@pytest.mark.parametrize("line", COMMANDS)
def test_command_exists_with_these_options(line: str) -> None:
    # `--help` ends before anything is done, but after every word of the line has been parsed.
    arguments = shlex.split(line, comments=True)[1:]
    shown = CliRunner().invoke(build_app(), [*arguments, "--help"])
    assert shown.exit_code == 0, shown.output


@pytest.mark.parametrize("line", TARGETS)
def test_make_target_exists(line: str) -> None:
    target = shlex.split(line, comments=True)[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_readme_shows_the_whole_tour() -> None:
    assert {"make run", "make test"} <= {line.partition("  #")[0].strip() for line in TARGETS}
    subcommands = {line.split()[1] for line in COMMANDS}
    assert {"run", "scenarios", "parameters", "indicators", "facts", "dashboard"} <= subcommands


@pytest.mark.slow
def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})


def test_links_inside_the_repository_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", README)
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert missing == []


def test_citation_names_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"title", "message", "authors", "type"} <= citation.keys()
    assert str(citation["version"]) == __version__


def test_changelog_tells_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## [{__version__}]" in changelog


def test_the_test_command_of_the_readme_is_the_one_that_runs_automatically() -> None:
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"
    assert script.stat().st_mode & 0o111
