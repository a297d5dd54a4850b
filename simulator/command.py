"""The command `penser-demain`: joins the commands of all packages, turns errors into statuses.

Each package declares a function `register(app)` under the entry point group
`penser_demain.commands`, so that no package has to import the ones above it.
Exit status: 0 done, 2 bad input (one line per problem on stderr), 1 anything else.
"""

from __future__ import annotations

import errno
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from pathlib import Path
from typing import Annotated

import typer

from simulator.problems import InputError
from simulator.version import __version__

DISTRIBUTION = "penser-demain"
COMMANDS = "penser_demain.commands"
DONE, FAILED, BAD_INPUT = 0, 1, 2
INTERRUPTED_BY_TYPER = 130
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{DISTRIBUTION} {__version__}")
        raise typer.Exit


def build_app() -> typer.Typer:
    """The root application with the commands of every installed package."""
    app = typer.Typer(
        name=DISTRIBUTION,
        help="Simule et compare des futurs de l'économie sociale et solidaire. "
        "/ Simulates and compares futures of the French social and solidarity economy.",
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback(invoke_without_command=True)
    def root(
        context: typer.Context,
        version: Annotated[
            bool,
            typer.Option(
                "--version", callback=_print_version, is_eager=True, help="Print the version."
            ),
        ] = False,
    ) -> None:
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    # Simulator first, dashboard last: the order in which they build on each other.
    for entry_point in sorted(_entry_points(), key=lambda entry: entry.name, reverse=True):
        entry_point.load()(app)
    return app


def _entry_points() -> Iterator[EntryPoint]:
    """Those of the installed distribution, or of the source tree when nothing is installed."""
    try:
        declared = distribution(DISTRIBUTION).entry_points
    except PackageNotFoundError:
        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        tables = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["entry-points"]
        yield from (EntryPoint(name, value, COMMANDS) for name, value in tables[COMMANDS].items())
        return
    yield from declared.select(group=COMMANDS)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status; messages go to stderr."""
    try:
        result = build_app()(
            args=None if arguments is None else list(arguments),
            prog_name=DISTRIBUTION,
            standalone_mode=False,
        )
    except InputError as error:
        for problem in error.problems:
            _complain(str(problem))
        return BAD_INPUT
    except typer.TyperException as error:
        _complain(_usage_message(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        _complain(f"{error.filename or 'output'}: the disk is full; free some space and run again")
        return FAILED
    if result == INTERRUPTED_BY_TYPER:
        return _interrupted()
    return result if isinstance(result, int) else DONE


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run())


def _interrupted() -> int:
    _complain("interrupted")
    return FAILED


def _usage_message(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else DISTRIBUTION
    what = " ".join(error.format_message().split()).rstrip(".")
    return f"command line: {what}; see '{command} --help'"


def _complain(message: str) -> None:
    print(message, file=sys.stderr)
