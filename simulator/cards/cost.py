"""What a card costs those who play it, as people write it: `0.2% of budget`, `5% of pot`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from simulator.levers import wording
from simulator.strict_model import Bilingual, Fault, StrictModel, doc, faults
from simulator.units import fault, parse_share, shown, write_percent

NOTHING = "nothing"
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?% of (budget|pot)")
_HINT = "write nothing, 0.2% of budget or 5% of pot"


def _amount(value: object) -> str:
    if not isinstance(value, str):
        raise fault(f"{shown(value)} has no unit", _HINT)
    text = " ".join(value.split())
    if text == NOTHING:
        return text
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise fault(f"{shown(value)} is no cost", _HINT)
    if not 0 < Decimal(match[1]) <= 50:
        raise fault(f"{value} is out of reach", "write nothing, or at most 50%")
    return text


Amount = Annotated[
    str,
    BeforeValidator(_amount),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(nothing|(\d+(\.\d+)?|\.\d+) ?% of (budget|pot))$",
        }
    ),
]


class Cost(StrictModel):
    """What a card costs, and who puts it into the accounts.

    `amount` is a share of the yearly budget of those who take the card up, or of the grants that
    the payer gives in a year; the card spends it over the four quarters that begin with the play.
    """

    amount: Amount | None = doc(
        "`nothing`, `0.2% of budget` ou `5% of pot`", "`nothing`, `0.2% of budget` or `5% of pot`",
        default=None,
    )  # fmt: skip
    charged: Literal["card", "levers"] = doc(
        "`card` : la carte la dépense ; `levers` : ses leviers la font payer en agissant",
        "`card`: the card spends it; `levers`: its levers charge it as they act",
        default="card",
    )
    words: Bilingual | None = doc(
        "ce que l'on montre à la place", "what is shown instead", default=None
    )

    @model_validator(mode="after")
    def _complete(self) -> Cost:
        found: list[Fault] = []
        if self.amount is None and self.charged == "card":
            found.append((("amount",), "is missing", f"add it, or charged: levers; {_HINT}"))
        if self.amount is None and self.words is None:
            found.append((("words",), "is missing", "say what it costs, in French and English"))
        if found:
            raise faults(found)
        return self

    @property
    def share(self) -> str | None:
        """The percentage alone, `0.2%`; None where there is none."""
        match = _AMOUNT.fullmatch(self.amount or "")
        return None if match is None else write_percent(float(Decimal(match[1]) / 100))

    @property
    def base(self) -> Literal["budget", "pot"] | None:
        """What it is a share of."""
        match = _AMOUNT.fullmatch(self.amount or "")
        return None if match is None else match[2]  # type: ignore[return-value]

    def in_words(self, language: str) -> str:
        """What players read."""
        if self.words is not None:
            return self.words.in_language(language)
        if self.share is None:
            return "rien" if language == "fr" else "nothing"
        number = wording.percent(parse_share(self.share), language)
        return number + _BASES[language, self.base or ""]

    def written(self) -> str | dict[str, Any]:
        """As in a file, in its short form where that says all."""
        if self.charged == "card" and self.words is None and self.amount is not None:
            return self.amount
        return self.model_dump(mode="json", exclude_none=True)


_BASES = {
    ("fr", "budget"): " du budget annuel", ("en", "budget"): " of the yearly budget",
    ("fr", "pot"): " de l'enveloppe annuelle de subventions",
    ("en", "pot"): " of the yearly grants budget",
}  # fmt: skip


def _short(value: object) -> object:
    """`0.2% of budget` alone is `{amount: 0.2% of budget}`."""
    return value if isinstance(value, dict | Cost) else {"amount": value}


CardCost = Annotated[Cost, BeforeValidator(_short, json_schema_input_type=Amount | Cost)]
