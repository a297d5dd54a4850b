"""The form that opens a room: under a minute with what it proposes, everything can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from markupsafe import Markup

from dashboard.language import Language, Texts, texts_in
from dashboard.workshop.opening import PHASES, ROUNDS, role_rows
from dashboard.workshop.ready_sets import ORGANISATIONS, ready_sets
from dashboard.workshop.room.settings import FUNDERS, LONGEST_NAME, LONGEST_TITLE, MOST_TABLES
from dashboard.workshop.views.document import shell
from dashboard.workshop.views.elements import Child, el, joined, once
from dashboard.workshop.views.quantities import indicator_name
from dashboard.workshop.views.words import phase_name
from simulator.codes import FUNDING_PROFILES, REGIONS, SECTORS, SIZES, label

ADDRESS = "/atelier/ouvrir"


def create_page(
    language: Language,
    given: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    key: str | None = None,
    faults: Sequence[str] = (),
    request: str | None = None,
) -> str:
    """The whole page. `given`: fields as `opening.blank` or as posted; `problems`: field → words;
    `key`: the organiser's, sent along as `cle`; `faults`: of one's own files of cards, as
    `Deck.load` tells them; `request`: an id that no other page has, so that a double click opens
    one room. A button named `set` asks for a ready-made set."""
    texts = texts_in(language)
    form = _Form(given, problems or {}, texts)
    content = joined([
        el("h1", texts("Ouvrir une salle")),
        el("p", texts("Tout est déjà rempli : on peut ouvrir tout de suite."), class_="lead"),
        form.summary(),
        (el("p", texts("Carte laissée de côté : {fault}", fault=fault), class_="note", role="alert")
         for fault in faults),
        el(
            "form",
            el("input", type="hidden", name="cle", value=key) if key else None, once(request),
            form.essentials(), form.sets(), form.roles(), form.advanced(),
            el("button", texts("Ouvrir la salle"), type="submit", class_="button primary large"),
            method="post", action=ADDRESS, class_="opening",
        ),
    ])  # fmt: skip
    return shell("create", language, texts("Ouvrir une salle"), {"main": str(content)})


class _Form:
    """Fields with their labels, values and problems."""

    def __init__(self, given: Mapping[str, str], problems: Mapping[str, str], texts: Texts) -> None:
        self.given, self.problems, self.texts = given, problems, texts

    def summary(self) -> Markup | None:
        """How many things are to be mended."""
        if not self.problems:
            return None
        return el("p", self.texts("À corriger avant d'ouvrir : {count}.", count=len(self.problems)),
                  class_="problem", role="alert")  # fmt: skip

    def essentials(self) -> Markup:
        texts = self.texts
        regions = sorted(((code, label(code)) for code in REGIONS), key=lambda pair: pair[1])
        rounds = {key: _rounds_words(key, texts) for key in ROUNDS}
        return el("div", [
            self.field("title", texts("Titre"), el(
                "input", type="text", name="title", value=self.given.get("title"), required=True,
                maxlength=LONGEST_TITLE, autocomplete="off")),
            self.field("scenario", texts("Futur de départ"), el(
                "select", self._scenarios(), name="scenario")),
            self.select("region", texts("Territoire"),
                        [("", texts("France entière")), *regions]),
            self.select("rounds", texts("Tours"), rounds.items()),
            self.select("language", texts("Langue des écrans"),
                        [("fr", "Français"), ("en", "English")]),
        ], class_="fields")  # fmt: skip

    def sets(self) -> Markup:
        """Ready-made sets; each is a button that fills the roles in again."""
        texts = self.texts
        chosen = self.given.get("set") or self.given.get("chosen_set")
        buttons = [
            el("button", name, type="submit", name="set", value=key, formnovalidate=True,
               class_="button chip", aria_pressed="true" if key == chosen else "false")
            for key, (name, _) in ready_sets(texts).items()
        ]  # fmt: skip
        return el("fieldset", el("legend", texts("Combien de personnes ?")),
                  el("div", buttons, class_="buttons"),
                  el("input", type="hidden", name="chosen_set", value=chosen))  # fmt: skip

    def roles(self) -> Markup:
        texts = self.texts
        rows = role_rows(self.given)
        count = sum(bool(row["name"]) for row in rows)
        title = texts("Rôles et tables : {count} rôles, à changer si besoin", count=count)
        wrong = any(name.startswith("role") for name in self.problems)
        lines = [self._role(number, row) for number, row in enumerate(rows, start=1)]
        return el(
            "details", el("summary", title), self.problem("roles"),
            el("p", texts("Un rôle est une famille d'organisations, ou un financeur : secteur, "
                          "taille et ressource ne comptent alors pas. Une ligne sans nom ne compte "
                          "pas."), class_="note"),
            lines, open=wrong, class_="roles",
        )  # fmt: skip

    def advanced(self) -> Markup:
        from simulator.indicators import HEADLINES

        texts = self.texts
        indicators = [
            el("label", el("input", type="checkbox", name=f"indicator-{code}", value="1",
                           checked=bool(self.given.get(f"indicator-{code}"))),
               el("span", indicator_name(code, texts)))
            for code in HEADLINES
        ]  # fmt: skip
        names = ("seed", "worlds", "hand", "budget_organisations", "budget_funders", "indicators")
        wrong = any(n in names or n.startswith("minutes") for n in self.problems)
        sources = [("accepted", texts("le hasard et les hypothèses du modèle")),
                   ("default", texts("le hasard seul"))]  # fmt: skip
        populations = [
            ("workshop", texts("pour un atelier : plus d'organisations, plus lente")),
            ("demo", texts("de démonstration : moins d'organisations, plus rapide")),
        ]
        return el(
            "details",
            el("summary", texts("Réglages avancés")),
            el("div", [
                self.number("seed", texts("Graine : même graine, mêmes cartes et mêmes mondes"), 1),
                self.number("worlds", texts("Mondes simulés côte à côte"), 2, 100),
                self.select("population", texts("Population artificielle de la France entière"),
                            populations),
                self.select("source", texts("Ce qui varie d'un monde à l'autre"), sources),
                self.number("hand", texts("Cartes par rôle et par tour"), 1, 26),
                self.number("budget_organisations",
                            texts("Ce qu'une table d'organisations peut engager par tour, en % de "
                                  "son budget annuel"), 1, 50),
                self.number("budget_funders",
                            texts("Ce qu'une table de financeurs peut engager par tour, en % de "
                                  "son enveloppe annuelle"), 1, 50),
                *(self.number(f"minutes-{phase}", texts(
                    "Minutes pour : {phase}", phase=phase_name(phase, texts)), 1, 240)
                  for phase in PHASES),
            ], class_="fields"),
            el("fieldset", el("legend", texts("Indicateurs projetés")), self.problem("indicators"),
               el("div", indicators, class_="checks")),
            open=wrong,
        )  # fmt: skip

    def field(self, name: str, title: str, control: Markup) -> Markup:
        return el("div", el("label", el("span", title), control, class_="field"),
                  self.problem(name))  # fmt: skip

    def select(self, name: str, title: str, options: Iterable[tuple[str, str]]) -> Markup:
        chosen = self.given.get(name, "")
        return self.field(name, title, el("select", _options(options, chosen), name=name))

    def number(self, name: str, title: str, low: int, high: int | None = None) -> Markup:
        return self.field(name, title, el(
            "input", type="number", name=name, value=self.given.get(name), min=low, max=high,
            step=1, required=True, inputmode="numeric"))  # fmt: skip

    def problem(self, name: str) -> Markup | None:
        said = self.problems.get(name)
        return None if said is None else el("p", said, class_="field-problem", role="alert")

    def _role(self, number: int, row: Mapping[str, str]) -> Markup:
        texts, language = self.texts, self.texts.language
        every = texts("toutes")
        who = [(ORGANISATIONS, texts("une famille d'organisations")),
               *((code, texts("financeur : {name}", name=label(code, language)))
                 for code in FUNDERS)]  # fmt: skip
        kinds = [
            ("sector", texts("Secteur"), SECTORS), ("size", texts("Taille"), SIZES),
            ("funding_profile", texts("Ressource principale"), FUNDING_PROFILES),
        ]  # fmt: skip

        def named(name: str) -> str:
            return f"role-{number}-{name}"

        return el(
            "fieldset",
            el("legend", texts("Rôle {number}", number=number)),
            self.problem(f"role-{number}"),
            el("div", [
                self.field(named("name"), texts("Nom"), el(
                    "input", type="text", name=named("name"), value=row["name"] or None,
                    maxlength=LONGEST_NAME, autocomplete="off")),
                self.field(named("who"), texts("Joue"), el(
                    "select", _options(who, row["who"]), name=named("who"))),
                *(self.field(named(name), title, el(
                    "select",
                    _options([("", every), *((c, label(c, language)) for c in known)], row[name]),
                    name=named(name))) for name, title, known in kinds),
                self.field(named("tables"), texts("Tables"), el(
                    "input", type="number", name=named("tables"), value=row["tables"] or "1",
                    min=1, max=MOST_TABLES, step=1, inputmode="numeric")),
            ], class_="fields"),
        )  # fmt: skip

    def _scenarios(self) -> list[Markup]:
        chosen = self.given.get("scenario", "")
        return [
            el("optgroup", _options(titles, chosen), label=family)
            for family, titles in scenario_titles(self.texts.language)
        ]


@cache
def scenario_titles(language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """Futures to start from by family: (family, [(id, title)]); those of the starting set first."""
    from dashboard.scenarios.form import family_names
    from simulator.scenario import STARTING_SET, list_scenarios, load_scenario

    texts = texts_in(language)
    titles = {name: load_scenario(name).title.in_language(language) for name in list_scenarios()}
    families = {name: load_scenario(name).family for name in titles}
    first = [(name, texts.spaced(titles[name])) for name in STARTING_SET]
    found = [(texts("Pour commencer"), first)]
    for family, said in family_names(texts).items():
        named = [(name, texts.spaced(title)) for name, title in titles.items()
                 if families[name] == family and name not in STARTING_SET]  # fmt: skip
        if named:
            found.append((said, sorted(named, key=lambda pair: pair[1])))
    return found


def _options(options: Iterable[tuple[str, str]], chosen: str) -> Child:
    return [
        el("option", said, value=value, selected=value == chosen) for value, said in options
    ]  # fmt: skip


def _rounds_words(key: str, texts: Texts) -> str:
    ends = ", ".join(quarter[:4] for quarter in ROUNDS[key])
    return texts("{count} tours, jusqu'à fin {years}", count=key, years=ends)
