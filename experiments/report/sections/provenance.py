"""Where the numbers come from, how to make them again, how to cite."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from experiments.report.blocks import Block, Code, Heading, Paragraph, Section, Table
from experiments.report.pairs import Pairs
from experiments.report.subject import Subject
from experiments.store.sessions import commits


def section(subject: Subject, pairs: Pairs) -> Section:
    """Versions, digests, commands, citation, licence."""
    say, manifest = subject.say, subject.results.manifest
    platform = manifest["platform"]
    rows = [
        (say("version"), f"penser-demain {manifest['version']}"),
        (say("code_digest"), manifest["code_sha256"]),
        (say("experiments_digest"), manifest.get("experiments_sha256")),
        (say("commit"), ", ".join(commits(manifest))),
        (say("python"), manifest["python"]),
        (say("platform"), f"{platform['system']} {platform['machine']}"),
        (say("libraries"), ", ".join(f"{k} {v}" for k, v in manifest["libraries"].items())),
        (say("seed"), str(manifest["seed"])),
        (say("plan_digest"), manifest["plan"]["sha256"]),
        (say("population"), manifest["population"]["name"]),
        (say("population_digest"), manifest["population"]["sha256"]),
        (say("started"), manifest.get("started")),
    ]
    known = [(name, str(value)) for name, value in rows if value]
    name = subject.results.folder.resolve().name
    cited = citation()
    blocks: list[Block] = [
        Table(say("provenance_caption"), [say("item"), say("value")], known, numbers_from=2),
        Paragraph(say("run_again")),
        Code(f"penser-demain experiment run {name}/plan.resolved.yaml --out {name}-2"),
        Paragraph(say("verify_it")),
        Code(f"penser-demain experiment verify {name}"),
        Heading(say("cite")),
        Paragraph(say(
            "cite_text", authors=say.listed([str(a["name"]) for a in cited["authors"]]),
            title=str(cited["title"]), version=manifest["version"],
            plan=getattr(subject.plan.title, subject.language),
            digest=manifest["plan"]["sha256"][:12],
        )),
        Paragraph(say("licence", code=str(cited["license"]))),
    ]  # fmt: skip
    return Section("provenance", say("provenance"), blocks)


def citation() -> dict[str, Any]:
    """CITATION.cff, of the installed package or of the source tree."""
    shipped = files("experiments.report") / "CITATION.cff"
    if shipped.is_file():
        text = shipped.read_text(encoding="utf-8")
    else:
        text = (Path(__file__).parents[3] / "CITATION.cff").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content
