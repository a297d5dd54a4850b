"""Organisations alike under a few futures, as their panels write and draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dashboard.alike import Alike, Estimate, condition
from dashboard.description import in_words
from dashboard.figures.dots import Dot, Group, dots_figure
from dashboard.figures.theme import LETTERS, Figure
from dashboard.panels.origin import Origin, simulated
from dashboard.panels.recipe import Recipe, written
from dashboard.view import View


@dataclass(frozen=True)
class AlikeView:
    """Organisations alike, under the futures of a view."""

    view: View
    alike: Alike

    @property
    def end(self) -> str:
        """The last quarter as it is read."""
        # `View.end` reads trajectories, which this page does without.
        return self.view.texts.quarter(self.alike.cohort.results.quarters[-1])

    def out_of_100(self, value: float) -> str:
        return self.view.texts.number(100 * value)

    def interval(self, estimate: Estimate) -> str:
        """`de 51 à 64`."""
        return self.view.texts(
            "de {low} à {high}",
            low=self.out_of_100(estimate.low),
            high=self.out_of_100(estimate.high),
        )

    @property
    def intervals_sentence(self) -> str:
        """What intervals hold, and over what."""
        texts, view = self.view.texts, self.view
        rows = texts.number(self.alike.rows)
        if view.comparison.draws > 1:
            return texts(
                "Intervalles à 90 %. Ils réunissent deux incertitudes : ce que le modèle suppose "
                "et le hasard (étendue 5–95 % de {count} tirages {sample}), et le petit nombre de "
                "fiches ({rows} fiches inventées tiennent lieu de toutes celles qui leur "
                "ressemblent).",
                count=view.comparison.draws,
                sample=view.sample_name,
                rows=rows,
            )
        return texts(
            "Intervalles à 90 %. Ils réunissent deux incertitudes : le hasard ({count} mondes, "
            "intervalle de leur moyenne) et le petit nombre de fiches ({rows} fiches inventées "
            "tiennent lieu de toutes celles qui leur ressemblent). Les paramètres gardent leurs "
            "valeurs par défaut : ce que le modèle suppose n'a pas varié.",
            count=len(view.comparison.units),
            rows=rows,
        )

    @property
    def origin(self) -> Origin:
        """Source of a panel, which an image of it says as well."""
        said = simulated(self.view, self.intervals_sentence)
        texts = self.view.texts
        alike = texts(
            "{words} ({rows} fiches). Ne prédit l'avenir d'aucune organisation.",
            words=in_words(self.alike.chosen, texts),
            rows=texts.number(self.alike.rows),
        )
        return replace(said, caption=(alike, *said.caption[1:]))

    def written(self, estimate: Estimate) -> str:
        """`62 (de 55 à 69)`."""
        return f"{self.out_of_100(estimate.value)} ({self.interval(estimate)})"


def scenario_dots(
    seen: AlikeView,
    groups: Mapping[str, Mapping[str, Estimate]],
    span: tuple[float, float],
    axis: str,
) -> Figure:
    """Name of a group → scenario → estimate, drawn out of 100."""
    rank = {s: i for i, s in enumerate(seen.view.selection.scenarios)}
    made = [
        Group(
            name,
            [
                Dot(
                    rank[s],
                    100 * one.value,
                    100 * one.low,
                    100 * one.high,
                    seen.view.texts.said(
                        f"{LETTERS[rank[s]]} · {seen.view.title(s)}", seen.written(one)
                    ),
                )
                for s, one in values.items()
            ],
        )
        for name, values in groups.items()
    ]
    return dots_figure(made, axis, span)


def whole_tens(groups: Iterable[Mapping[str, Estimate]]) -> tuple[float, float]:
    """A span that holds every interval, in steps of ten."""
    every = [one for values in groups for one in values.values()]
    low, high = min(one.low for one in every), max(one.high for one in every)
    return 10 * (100 * low // 10), 10 * -(-100 * high // 10)


def columns(estimate: Estimate) -> dict[str, float]:
    """An estimate as the columns of a table."""
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def share_recipe(view: View, alike: Alike, said: str, part: str, value: float) -> Recipe:
    """A share of the reference, counted on the table of lifetimes.

    said: the share in words. part: which of the `rows` are in it, in Python.
    """
    kept = [f"scenario == '{view.selection.reference}'", "entry_quarter == '2025Q4'"]
    kept += [condition(field, code) for field, code in alike.chosen.items()]
    return written(
        view,
        said,
        [
            f'rows = results.lifetimes.query("{" and ".join(kept)}")',
            f'part = rows["weight"].where({part}, 0.0)',
            'world = [rows[name] for name in ("draw", "structure", "replicate")]',
            "shares = part.groupby(world, observed=True).sum() "
            '/ rows["weight"].groupby(world, observed=True).sum()',
        ],
        "shares.mean()",
        value,
    )
