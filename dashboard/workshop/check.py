"""What `penser-demain workshop --check` says to whoever prepares a session."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from dashboard.language import Language, Texts, texts_in
from dashboard.workshop.readiness import SECONDS, WANTED, Pace, Readiness, measure

__all__ = ["Readiness", "measure", "report"]

HOTSPOT_TAKES: Final = 8  # phones, about [judgement]
WIDTH: Final = 92
_GIGABYTE: Final = 1e9


def report(readiness: Readiness, language: Language) -> str:
    """The whole answer in plain words, for somebody who is no technician."""
    texts = texts_in(language)
    rows = list(_rows(readiness, texts))
    longest = max(len(title) for _, title, _ in rows)
    marks = {True: texts("bien"), False: texts("à régler"), None: texts("à voir")}
    indent = " " * (max(map(len, marks.values())) + longest + 5)
    lines = [texts("Penser demain : cet ordinateur est-il prêt pour un atelier ?"), ""]
    for state, title, said in rows:
        head = f"{marks[state]:>{len(indent) - longest - 4}}  {title:<{longest}}  "
        lines += textwrap.wrap(head + said, WIDTH, subsequent_indent=indent, break_long_words=False)
    lines += ["", *_filled(_verdict(readiness, texts)), "", *_phone(readiness, texts)]
    return "\n".join(lines) + "\n"


def _rows(found: Readiness, texts: Texts) -> Iterator[tuple[bool | None, str, str]]:
    """State (True good, False in the way, None to be looked at), title, what was found."""
    faults = found.faults
    state = None if not found.pace.in_time or found.pace.worlds < WANTED else True
    yield state, texts("Calcul"), _pace(found.pace, found.processors, texts)
    left, free = found.memory_left / _GIGABYTE, found.disk_free / _GIGABYTE
    yield (
        "memory" not in faults,
        texts("Mémoire"),
        texts("il reste {left} Go sur {all} Go", left=texts.number(left, 1),
              all=texts.number(found.memory / _GIGABYTE, 1)),
    )  # fmt: skip
    yield (
        "disk" not in faults,
        texts("Disque"),
        texts("{free} Go libres dans {folder}", free=texts.number(free, 1), folder=found.folder),
    )
    yield (
        "journal" not in faults,
        texts("Journal"),
        texts("chaque décision peut être gardée à mesure qu'elle est prise")
        if found.journal_fault is None
        else texts(
            "rien ne peut être gardé dans {folder} ({fault}) : choisissez un dossier de ce disque, "
            "ni partagé ni synchronisé", folder=found.folder, fault=found.journal_fault),
    )  # fmt: skip
    yield (
        "port" not in faults,
        texts("Port"),
        texts("{port} est libre", port=found.port)
        if found.port_fault is None
        else texts(
            "{port} est déjà pris : fermez l'autre programme, ou donnez un autre numéro avec "
            "--port", port=found.port),
    )  # fmt: skip
    yield (
        True if found.addresses else None,
        texts("Réseau"),
        texts.series([f"{one.url(found.port)} ({one.interface})" for one in found.addresses])
        or texts("aucun : jouez avec cet ordinateur seul, ou rejoignez un Wi-Fi"),
    )


def _pace(pace: Pace, processors: int, texts: Texts) -> str:
    populations = {"workshop": texts("atelier"), "demo": texts("démonstration")}
    return texts(
        "avec {processors} processeurs et la population « {population} », une révélation de trois "
        "ans montre une première distribution en {first} s environ ({wanted} s voulues), et celle "
        "de ses {worlds} mondes en {seconds} s",
        processors=processors, population=populations[pace.population], worlds=pace.worlds,
        first=texts.number(pace.first, 1), seconds=texts.number(pace.seconds, 1),
        wanted=texts.number(SECONDS),
    )  # fmt: skip


def _verdict(found: Readiness, texts: Texts) -> str:
    if found.faults:
        return texts("Pas encore : réglez d'abord ce qui est marqué « à régler ».")
    if not found.pace.in_time:
        return texts("Oui, mais chaque révélation se fera attendre : prévoyez d'en parler pendant "
                     "ce temps.")  # fmt: skip
    if found.pace.worlds < WANTED:
        return texts(
            "Oui. Avec {worlds} mondes au lieu de {wanted}, les distributions seront plus "
            "grossières : dites-le.", worlds=found.pace.worlds, wanted=WANTED,
        )  # fmt: skip
    return texts("Oui, il est prêt.")


def _phone(found: Readiness, texts: Texts) -> list[str]:
    """What a phone should see, and what it means when it sees something else."""
    if not found.addresses:
        return _filled(
            texts("Sans réseau, tout se joue quand même : cet ordinateur, un projecteur et les "
                  "cartes en papier suffisent. Vous saisissez vous-même les choix des tables.")
        )  # fmt: skip
    first = found.addresses[0].url(found.port)
    steps = [
        texts("Lancez l'atelier avec --host 0.0.0.0, mettez un téléphone sur le même réseau que "
              "cet ordinateur, et ouvrez {url} : il doit voir « Penser demain » en quelques "
              "secondes.", url=first),
        texts("S'il voit une page qui demande un identifiant, un numéro de chambre ou d'accepter "
              "des conditions : c'est le portail du lieu. Il faut le passer sur chaque appareil, "
              "cet ordinateur compris."),
        texts("S'il charge sans fin, ou dit que le site est inaccessible : le Wi-Fi des invités "
              "isole souvent les appareils, ou le pare-feu de cet ordinateur les bloque "
              "(autorisez Python sur ce réseau). Essayez un autre réseau, un petit routeur à "
              "vous, ou le partage de connexion d'un téléphone, qui en accepte environ {count}.",
              count=HOTSPOT_TAKES),
        texts("Si rien ne marche, jouez sans téléphones : cet ordinateur, un projecteur et les "
              "cartes en papier suffisent. Vous saisissez vous-même les choix des tables."),
    ]  # fmt: skip
    lines = [texts("Ce qu'un téléphone doit voir")]
    for step in steps:
        lines += textwrap.wrap(
            f"  - {step}", WIDTH, subsequent_indent="    ", break_long_words=False
        )
    return lines


def _filled(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False)
