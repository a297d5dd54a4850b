"""Plans of the tests: a short one, with parts exchanged."""

from __future__ import annotations

from experiments.plan import Plan, parse_plan

PARTS = {
    "levers": "{policies: [rabot-10]}",
    "uncertainties": "{parameters: {inertia: {}}}",
    "outcomes": "[{indicator: jobs_fte, at: 2027Q4}]",
    "design": "{kind: latin_hypercube, n: 10}",
    "replicates": "5",
    "population": "demo",
    "quarters": "8",
}


def plan(**changes: str | None) -> Plan:
    """The short plan with other parts; None leaves a part out."""
    parts = {**PARTS, **changes}
    head = 'id: essai\ntitle: {fr: "Essai", en: "Trial"}\nquestion: {fr: "Quoi ?", en: "What?"}\n'
    return parse_plan(head + "".join(f"{k}: {v}\n" for k, v in parts.items() if v is not None))
