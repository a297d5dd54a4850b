"""A bundle starts where no registry can be reached, from a folder as people name them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dashboard.bundle.build import build
from dashboard.bundle.targets import PLATFORMS, PYTHONS

HERE = next((n for n, p in PLATFORMS.items() if p.sys_platform == sys.platform), "")
THIS_PYTHON = "{}.{}".format(*sys.version_info[:2])
NOWHERE = "http://127.0.0.1:9"


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.skipif(
    HERE in ("", "windows") or THIS_PYTHON not in PYTHONS,
    reason="bundles have launchers for Linux and macOS to run here, and for 3.11 to 3.13",
)
def test_a_copy_elsewhere_prepares_itself_and_serves(tmp_path: Path) -> None:
    try:
        made = build(HERE, [THIS_PYTHON], tmp_path / "dist")
    except RuntimeError as error:
        if "Retrying" in str(error) or "connection" in str(error).lower():
            pytest.skip("no package registry can be reached from here")
        raise
    assert made.with_name(made.name + ".zip").is_file()
    folder = tmp_path / "Clé USB d'été" / "Penser demain"
    folder.parent.mkdir()
    made.rename(folder)
    (tmp_path / "home").mkdir()
    python = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    launch = ["/bin/sh", str(folder / PLATFORMS[HERE].launcher)]
    offline = {
        "PATH": os.pathsep.join([str(python.parent), "/usr/bin", "/bin"]),
        "HOME": str(tmp_path / "home"),
        "PIP_NO_INDEX": "1",
        "PIP_INDEX_URL": NOWHERE,
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
    }
    prepared = subprocess.run(
        [*launch, "cards", "list"], env=offline, cwd="/", capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert prepared.returncode == 0, prepared.stderr
    assert "Première fois sur cet ordinateur" in prepared.stdout
    assert "o9-fusionner" in prepared.stdout
    with subprocess.Popen(
        [*launch, "workshop", "--port=0", "--json"], env=offline, cwd="/",
        stdout=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        try:
            health = json.loads(server.stdout.readline())["url"] + "health"
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(health, timeout=60) as answer:
                assert json.load(answer)["status"] == "ok"
        finally:
            server.terminate()
    assert list((tmp_path / "home").iterdir()) == []
