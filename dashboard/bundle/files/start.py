"""Prepares an environment from the wheels beside, once, then starts the workshop.

Run by the launchers with a Python that `suitable.py` agreed to. Arguments replace the command
that is started (`workshop`).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WHEELS = HERE / "wheels"
REQUIREMENTS = HERE / "requirements.txt"
ENVIRONMENT = HERE / "env"
KERNELS = ENVIRONMENT / "kernels"
READY = ENVIRONMENT / "ready.txt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Windows writes paths of 259 characters; the longest file of the environment needs some 145.
LONGEST = 110


def main(arguments: list[str]) -> int:
    if os.name == "nt" and len(str(HERE)) > LONGEST:
        return told(
            "Ce dossier est rangé trop profondément pour Windows. Déplacez-le, par exemple dans "
            "C:\\Penser demain, puis recommencez."
        )
    own = project()
    wanted = fingerprint(own)
    if not (READY.is_file() and READY.read_text(encoding="utf-8") == wanted):
        try:
            prepare(own)
            READY.write_text(wanted, encoding="utf-8")
        except PermissionError as error:
            return told(
                f"Rien ne peut être écrit ici ({error.filename or error}). Copiez tout le dossier "
                "sur le disque de cet ordinateur, puis recommencez."
            )
        except subprocess.CalledProcessError as error:
            print((error.stdout or "").strip(), file=sys.stderr)
            return told(
                "La préparation a échoué ; les lignes ci-dessus disent pourquoi. S'il manque de "
                "la place (il faut 2 Go), libérez-en, puis recommencez."
            )
    command = [str(PYTHON), "-m", "simulator", *(arguments or ["workshop"])]
    os.chdir(HERE.parent)
    if os.name != "nt":
        os.execve(PYTHON, command, clean())
    process = subprocess.Popen(command, env=clean())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # it was told as well, and ends in its own time
            continue


def prepare(own: Path) -> None:
    """Make the environment anew, install from the wheels alone, play a small world in it."""
    print("Première fois sur cet ordinateur : préparation, quelques minutes…", flush=True)
    run(sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT))
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
           "--no-deps", "--no-index"]  # fmt: skip
    run(*pip, f"--find-links={WHEELS}", "--require-hashes", f"--requirement={REQUIREMENTS}")
    run(*pip, str(own))
    print("Essai d'une petite simulation…", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        run(str(PYTHON), "-m", "simulator", "run", "rabot-10", "--population=demo",
            "--replicates=2", "--quarters=4", f"--out={Path(folder, 'essai')}")  # fmt: skip
    print("C'est prêt.", flush=True)


def run(*command: str) -> None:
    subprocess.run(
        command, env=clean(), cwd=HERE, check=True, text=True, encoding="utf-8", errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def clean() -> dict[str, str]:
    """The environment without what other Pythons or a company's pip were set to."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "PYTHON")) and name != "VIRTUAL_ENV"
    }
    return {
        **kept,
        "NUMBA_CACHE_DIR": str(KERNELS),
        "PIP_CONFIG_FILE": os.devnull,
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
    }


def project() -> Path:
    (own,) = WHEELS.glob("penser_demain-*.whl")
    return own


def fingerprint(own: Path) -> str:
    """Of what is installed and by which Python: another bundle or another machine starts anew."""
    python = f"{sys.version} {sys.base_prefix}".encode()
    content = REQUIREMENTS.read_bytes() + own.read_bytes() + python
    return hashlib.sha256(content).hexdigest()


def told(message: str) -> int:
    print("\n" + message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
