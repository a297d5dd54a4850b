"""Words for sentences about levers, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator import codes
from simulator.levers.selection import Where
from simulator.units import first_quarter, last_quarter, write_money

_SUBJECTS = {
    "etat": ("l'État", "the State"),
    "region": ("la Région", "the Région"),
    "departement": ("le Département", "the Département"),
    "bloc_communal": (
        "les communes et intercommunalités", "communes and intercommunalities"
    ),
    "securite_sociale": ("la Sécurité sociale (CAF comprises)", "social security bodies"),
    "europe": ("l'Union européenne", "the European Union"),
    "foundations": ("les fondations", "foundations"),
    "banks": ("les banques", "banks"),
    "households": ("les ménages", "households"),
    "organisations": ("les organisations elles-mêmes", "the organisations themselves"),
}  # fmt: skip
_PLURALS = {"region": ("les Régions", "Régions"), "departement": (
    "les Départements", "Départements")}  # fmt: skip


def decimal(value: float, language: str) -> str:
    """A number with the decimal mark of the language, without useless zeros."""
    text = f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    return text.replace(".", ",") if language == "fr" else text


def percent(value: float, language: str, signed: bool = False) -> str:
    """`30 %` in French, `30%` in English."""
    number = round(value * 100, 4)
    sign = ("+" if number > 0 else "−" if number < 0 else "") if signed else ""
    shown = decimal(abs(number) if signed else number, language)
    return f"{sign}{shown}\u00a0%" if language == "fr" else f"{sign}{shown}%"


def money(value: float, language: str) -> str:
    """Euros a year with their unit: `100 M€`, `€100M`."""
    number, unit = write_money(value).split(" ")
    if language == "fr":
        return f"{number.replace('.', ',')}\u00a0{unit}"
    return f"€{number}{ {'€': '', 'k€': 'k', 'M€': 'M', 'Md€': 'bn'}[unit] }"


def joined(parts: Sequence[str], language: str) -> str:
    """`a, b et c`."""
    if len(parts) <= 1:
        return "".join(parts)
    last = " et " if language == "fr" else " and "
    return ", ".join(parts[:-1]) + last + parts[-1]


def payer(code: str, language: str) -> str:
    """Who pays, as the subject of a sentence."""
    return _SUBJECTS[code][0 if language == "fr" else 1]


def funders(where: Where, language: str) -> tuple[str, bool]:
    """Public funders as a subject, and whether it is plural."""
    column = 0 if language == "fr" else 1
    if where.funder is None or len(where.funder) == codes.N_LEVELS:
        return ("tous les financeurs publics" if column == 0 else "all public funders"), True
    one_region = where.region is not None and len(where.region) == 1
    names = [
        (_SUBJECTS if one_region or code not in _PLURALS else _PLURALS)[code][column]
        for code in where.funder
    ]
    plural = len(names) > 1 or names[0].startswith(
        ("les ", "communes", "social", "Régions", "Départements")
    )
    return joined(names, language), plural


def quarter(label: str, language: str) -> str:
    """`1er trimestre 2027`, `first quarter of 2027`."""
    year, number = label[:4], int(label[5])
    if language == "fr":
        return f"{'1er' if number == 1 else f'{number}e'} trimestre {year}"
    return f"{('first', 'second', 'third', 'fourth')[number - 1]} quarter of {year}"


def moment(value: str | int, language: str) -> str:
    """A year or a quarter in words."""
    return str(value) if isinstance(value, int) else quarter(value, language)


def period(start: str | int | None, end: str | int | None, language: str) -> str:
    """` de 2027 à 2028`, ` à partir de 2027`; empty where the effect spans the horizon."""
    if start is not None and first_quarter(start) == 0 and end is None:
        return ""
    years = _whole_years(start, end)
    if years is not None:
        first, last = years
        if first == last:
            return f" en {first}" if language == "fr" else f" in {first}"
        return f" de {first} à {last}" if language == "fr" else f" from {first} to {last}"
    words = ""
    if start is not None:
        if language == "fr":
            words += f" à partir {'de' if isinstance(start, int) else 'du'} {moment(start, 'fr')}"
        else:
            words += f" from {'' if isinstance(start, int) else 'the '}{moment(start, 'en')}"
    if end is not None:
        if language == "fr":
            words += f" jusqu'{'à' if isinstance(end, int) else 'au'} {moment(end, 'fr')}"
        else:
            words += f" until {'' if isinstance(end, int) else 'the '}{moment(end, 'en')}"
    return words


def _whole_years(start: str | int | None, end: str | int | None) -> tuple[int, int] | None:
    if start is None or end is None:
        return None
    first, last = first_quarter(start), last_quarter(end)
    if first % 4 or last % 4 != 3:
        return None
    return codes.FIRST_YEAR + first // 4, codes.FIRST_YEAR + last // 4


def spread(ramp: int, language: str) -> str:
    """`, progressivement sur 12 trimestres`; empty where the change comes at once."""
    if ramp <= 1:
        return ""
    if language == "fr":
        return f", progressivement sur {ramp} trimestres"
    return f", spread over {ramp} quarters"


def verb(one_fr: str, many_fr: str, one_en: str, many_en: str, language: str, many: bool) -> str:
    """The form of a verb for its subject and language."""
    if language == "fr":
        return many_fr if many else one_fr
    return many_en if many else one_en


def pays(code: str, what: str, language: str) -> str:
    """`l'État paie …`."""
    return f"{payer(code, language)} {_paying(code, language)} {what}"


def _paying(code: str, language: str) -> str:
    many = code in ("bloc_communal", "foundations", "banks", "households", "organisations")
    many = many or (language == "en" and code == "securite_sociale")
    return verb("paie", "paient", "pays", "pay", language, many)


def spends(code: str, amount: float, what_fr: str, what_en: str, language: str) -> str:
    """`l'État paie 100 M€ par an de …`."""
    if language == "fr":
        return pays(code, f"{money(amount, 'fr')} par an {what_fr}", "fr")
    return pays(code, f"{money(amount, 'en')} a year {what_en}", "en")


def spends_of_pot(code: str, share: float, what_fr: str, what_en: str, language: str) -> str:
    """`la Région consacre 5 % de ses subventions au …`."""
    many = code in ("bloc_communal", "foundations") or (
        language == "en" and code == "securite_sociale"
    )
    if language == "fr":
        spending, own = ("consacrent", "leurs") if many else ("consacre", "ses")
        return (
            f"{payer(code, 'fr')} {spending} {percent(share, 'fr')} de {own} subventions {what_fr}"
        )
    spending, own = ("spend", "their") if many else ("spends", "its")
    return f"{payer(code, 'en')} {spending} {percent(share, 'en')} of {own} grants {what_en}"


def scope(where: Where, language: str, skip: Sequence[str] = ("funder",)) -> str:
    """` (secteurs : Culture ; régions : Bretagne)`; empty where all are meant.

    A share stands first: ` (30 % des organisations ; secteur : Culture)`.
    """
    titles = {
        "funder": ("financeurs", "funders"), "region": ("régions", "régions"),
        "sector": ("secteurs", "sectors"), "form": ("formes", "legal forms"),
        "size": ("tailles", "sizes"),
        "funding_profile": ("ressources principales", "main resources"),
    }  # fmt: skip
    column = 0 if language == "fr" else 1
    colon, separator = (" : ", " ; ") if column == 0 else (": ", "; ")
    parts = []
    if where.share is not None:
        of = "des organisations" if column == 0 else "of organisations"
        parts.append(f"{percent(where.share, language)} {of}")
    for name, chosen in where.given().items():
        if name in skip:
            continue
        title = titles[name][column]
        if len(chosen) == 1:
            title = " ".join(word.removesuffix("s") for word in title.split())
        labels = ", ".join(codes.label(code, language) for code in chosen)
        parts.append(f"{title}{colon}{labels}")
    return f" ({separator.join(parts)})" if parts else ""


def by_year(values: Mapping[int, float], language: str, signed: bool = True) -> str:
    """`−50 % en 2026, puis −30 % en 2027`; without signs, `50 % en 2026, puis de 30 % en 2027`."""
    inside = "en" if language == "fr" else "in"
    then = ", puis " if language == "fr" else ", then "
    if not signed:
        then += "de " if language == "fr" else "by "
    return then.join(
        f"{percent(value, language, signed)} {inside} {year}"
        for year, value in sorted(values.items())
    )


def changed(changes: float | Mapping[int, float], language: str, signed: bool = True) -> str:
    """A change, or changes by year, as a noun phrase."""
    if isinstance(changes, Mapping):
        return by_year(changes, language, signed)
    return percent(changes, language, signed)
