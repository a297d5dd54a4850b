"""How far a live run is, with the button that cancels it, and why it ended where it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.language import Texts

if TYPE_CHECKING:
    from dashboard.address import Address
    from dashboard.live.run import Run
    from dashboard.reading import Library

CLOCK = 400  # milliseconds between two looks at a run


def run_of(library: Library, address: Address) -> Run | None:
    """The run that an address names, as far as this server knows it."""
    key = address.asked("run")
    return None if key is None or library.desk is None else library.desk.run(key)


def state_of(library: Library, address: Address) -> str:
    """What would change what is shown; a final one begins with `over`."""
    run = run_of(library, address)
    if run is None or library.desk is None:
        return "over"
    told = f"{run.state} {run.done} {run.restarts} {library.desk.before(run)}"
    return f"over {told}" if run.over else told


def watched(parts: list[Any], state: str, look: str) -> html.Div:
    """The place of a run, which `assets/scenarios.js` looks at again until it is over."""
    return html.Div(
        parts,
        id="live-run",
        **{"data-state": state, "data-look": look, "data-clock": str(CLOCK)},
    )


def unfinished(library: Library, run: Run, texts: Texts) -> list[Any]:
    """A bar, words and the button, or why nothing more will come."""
    if run.state == "cancelled":
        return [html.P(texts("Simulation annulée. Rien n'a été gardé."), className="problem")]
    if run.state == "failed":
        words = texts(
            "La simulation a échoué : {reason}. Rien n'a été gardé ; votre scénario est toujours "
            "dans l'adresse. Vous pouvez réessayer.",
            reason=_reason(run, texts),
        )
        return [html.P(words, className="problem")]
    parts: list[Any] = [
        html.Div(
            [
                html.P(_words(library, run, texts), id="run-words"),
                html.Progress(
                    value=str(run.done),
                    max=str(run.total),
                    **{"aria-label": texts("Mondes simulés")},
                ),
                html.Button(
                    texts("Annuler"),
                    className="button",
                    **{"type": "button", "data-post": "/scenarios/essais/annuler"},
                ),
            ],
            className="run-state",
        )
    ]
    if run.restarts:
        words = texts(
            "Un processus de calcul s'est arrêté : le monde qu'il simulait a été recommencé."
        )
        parts.append(html.P(words, className="note"))
    return parts


def _reason(run: Run, texts: Texts) -> str:
    if run.error == "disk":
        return texts("le disque de ce serveur ne garde pas ce qui est simulé")
    if run.error == "process":
        return texts("un processus de calcul s'est arrêté, peut-être faute de mémoire")
    return texts("une erreur, que le serveur a notée")


def gone(texts: Texts) -> html.P:
    """A run that this server neither plays nor keeps."""
    words = texts(
        "Cet essai n'est pas gardé ici : il n'a pas encore été simulé sur ce serveur, ou il a "
        "été retiré pour faire de la place. Vous pouvez le simuler."
    )
    return html.P(words, className="problem")


def about(seconds: float, texts: Texts) -> str:
    """`environ 15 s`, `environ 2 min`: rounded up, since nobody minds a run that ends early."""
    if seconds <= 50:
        return texts("environ {count} s", count=5 * -int(-seconds // 5))
    return texts("environ {count} min", count=-int(-seconds // 60))


def _words(library: Library, run: Run, texts: Texts) -> str:
    assert library.desk is not None
    if run.state == "waiting":
        before = library.desk.before(run)
        return texts("En attente : {count} devant vous.", count=before)
    return texts("{done} mondes simulés sur {total}.", done=run.done, total=run.total)
