"""What each lever compiles to: all that the engine will ever know of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from simulator import codes
from simulator.levers import LEVERS, Effects, Lever
from simulator.parameters import SPECS, Parameters

QUARTERS = 40


def lever(name: str, /, **fields: Any) -> Lever:
    fields = {key.rstrip("_"): value for key, value in fields.items()}
    return LEVERS[name].model_validate({"lever": name, **fields})


def compiled(name: str, /, **fields: Any) -> Effects:
    return lever(name, **fields).compile(QUARTERS)


EXAMPLES: dict[str, dict[str, Any]] = {
    "public_funding": {"change": "-10%"},
    "employment_aid": {"change": {2026: "-50%"}},
    "payment_delay": {"quarters": 2},
    "advance_payment": {"share": "30%"},
    "late_vote": {"quarters": 2, "years": [2026]},
    "multi_year_agreements": {"share": "60%", "by": 2029, "amount": "10 M€"},
    "indexation": {"share": "100%"},
    "cofunding": {"withdrawal": "0%", "max_rate": "90%"},
    "grants_to_calls": {"share": "47%", "by": 2028, "application_cost": "0.5x"},
    "grants_to_procurement": {"share": "40%", "by": 2030},
    "emergency_fund": {"amount": "50 M€"},
    "bridge_credit": {"loan_to_receivable": "95%", "acceptance": "90%", "guarantee": "80%",
                      "amount": "10 M€"},
    "quasi_equity": {"amount": "100 M€"},
    "philanthropy": {"pool": "+30%", "tax_relief": "+10 pts", "unrestricted": "50%"},
    "fundraising_effort": {"change": "+50%"},
    "prices": {"change": "+15%", "social_scale": True},
    "membership": {"change": "+20%"},
    "market_activity": {"attempts": "2.5x", "support": "30%", "price_cap": "40%"},
    "scic": {"encouragement": "20x"},
    "mergers": {"encouragement": "4x", "integration_support": "50%", "funder_haircut": "10%"},
    "mutualisation": {"subsidy": "1%", "encouragement": "2x"},
    "wages_and_prices": {"inflation": {2026: "3%"}, "wages": "3.5%"},
    "demand": {"change": "+25%"},
    "volunteers": {"change": "-10%"},
    "reserves": {"target_months": 9},
    "administration": {"pot_share": "1%"},
    "support_programme": {"programme": "consolidation", "capacity": 500},
    "parameter": {"name": "inertia", "set": 0.5},
}  # fmt: skip
PAYING = {name for name, cls in LEVERS.items() if cls.pays}


def test_the_registry_has_every_lever_of_the_contract_but_the_later_one() -> None:
    assert set(LEVERS) == set(EXAMPLES)


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_compiles_to_known_parameters_on_the_whole_horizon(name: str) -> None:
    effects = compiled(name, **EXAMPLES[name])
    assert effects.modifiers or effects.votes or effects.programmes
    for modifier in effects.modifiers:
        assert modifier.name in SPECS
        assert modifier.path.shape == (QUARTERS,)
        assert not modifier.neutral.all()
    for vote in effects.votes:
        assert vote.factor.shape == (QUARTERS,) and vote.growth.shape == (QUARTERS // 4,)
    for programme in effects.programmes:
        assert programme.amount.shape == programme.share.shape == (QUARTERS,)
        assert np.isfinite(programme.amount).all()


@pytest.mark.parametrize("name", LEVERS)
def test_numbers_and_truth_values_are_never_read_from_texts(name: str) -> None:
    """`ramp: "4"`, `social_scale: yes`: only a quantity with a unit is a text."""
    for field, value in {"ramp": 0, **EXAMPLES[name]}.items():
        if isinstance(value, int | float):
            for text in (str(value).lower(), "yes", "1"):
                with pytest.raises(ValidationError):
                    lever(name, **{**EXAMPLES[name], field: text})


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_can_be_told_in_both_languages(name: str) -> None:
    one = lever(name, **EXAMPLES[name])
    french, english = one.sentence("fr"), one.sentence("en")
    assert not french[0].islower() and not english[0].islower() and french != english
    assert set(type(one).names) == set(type(one).about) == {"fr", "en"}
    for field in type(one).model_fields.values():
        if field.alias == "lever" or field.description is None:
            continue
        assert isinstance(field.json_schema_extra, dict)
        assert field.json_schema_extra["description_fr"]


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_with_none_of_its_own_fields_is_refused(name: str) -> None:
    fields = {"name": "inertia"} if name == "parameter" else {}
    with pytest.raises(ValidationError) as caught:
        lever(name, **fields)
    assert "changes nothing" in str(caught.value.errors()[0]["ctx"]["faults"])


@pytest.mark.parametrize("name", LEVERS)
def test_selectors_only_limit_what_the_parameter_varies_by(name: str) -> None:
    for modifier in compiled(name, **EXAMPLES[name]).modifiers:
        for dimension in LEVERS[name].selects:
            if getattr(modifier.selector, dimension) is not None:
                assert dimension in SPECS[modifier.name].varies_by


NULL = {
    "public_funding": {"change": {2026: "0%", 2030: "0%"}},
    "employment_aid": {"change": "0%"},
    "payment_delay": {"quarters": 0},
    "late_vote": {"quarters": 0},
    "grants_to_calls": {"share": "0%", "application_cost": "1x"},
    "emergency_fund": {"amount": "0 €"},
    "quasi_equity": {"amount": "0 €"},
    "philanthropy": {"pool": "0%", "tax_relief": "+0 pts", "unrestricted": "0%"},
    "fundraising_effort": {"change": "0%"},
    "prices": {"change": "0%", "social_scale": False},
    "membership": {"change": "0%"},
    "market_activity": {"attempts": "1x", "support": "0%"},
    "scic": {"encouragement": "1x"},
    "mergers": {"encouragement": "1x", "integration_support": "0%"},
    "mutualisation": {"subsidy": "0%", "encouragement": "1x"},
    "demand": {"change": "0%"},
    "volunteers": {"change": "0%"},
    "administration": {"pot_share": "0%"},
    "support_programme": {"programme": "governance", "capacity": 0},
    "parameter": {"name": "inertia", "multiply": "1x"},
}


@pytest.mark.parametrize("name", NULL)
def test_a_null_lever_is_exactly_neutral(name: str) -> None:
    effects = lever(name, **NULL[name], ramp=0).compile(QUARTERS)
    assert all(modifier.neutral.all() for modifier in effects.modifiers)
    assert all((v.factor == 1.0).all() and np.isnan(v.growth).all() for v in effects.votes)
    for programme in effects.programmes:
        assert (programme.amount == 0).all() and (programme.share == 0).all()
        assert programme.of_pot is None or (programme.of_pot == 0).all()


def test_public_funding_selects_level_region_sector_and_instrument() -> None:
    (vote,) = compiled(
        "public_funding", change={2026: "-50%", 2027: "-30%"}, instrument="subvention",
        where={"funder": "region", "region": ["PDL"], "sector": ["culture", "SPORT"]},
    ).votes  # fmt: skip
    cells = vote.selector.cell_mask()
    assert cells.sum() == 2
    assert cells[codes.LEVELS.index("region"), codes.REGIONS.index("52")].sum() == 2
    assert vote.instruments == {codes.INSTRUMENTS.index("subvention")}
    assert vote.factor[3] == pytest.approx(0.5) and vote.factor[4] == pytest.approx(0.35)


def test_nominal_growth_holds_in_the_years_given_and_leaves_the_others() -> None:
    (vote,) = compiled("public_funding", mode="nominal_growth", change={2027: "0%"}).votes
    assert vote.growth[1] == 0.0 and np.isnan(np.delete(vote.growth, 1)).all()
    (vote,) = compiled(
        "public_funding", mode="nominal_growth", change="0%", from_=2026, until=2030
    ).votes
    assert (vote.growth[:5] == 0.0).all() and np.isnan(vote.growth[5:]).all()
    assert (vote.factor == 1.0).all()


def test_form_and_size_select_organisations() -> None:
    (vote,) = compiled("public_funding", change="-10%", where={"size": ["XS", "S"]}).votes
    assert vote.selector.divides_cells and vote.selector.cell_mask().all()
    region = np.array([0, 0, 1], dtype=np.int8)
    size = np.array([0, 2, 1], dtype=np.int8)
    mask = vote.selector.row_mask(region, region, region, size, region)
    assert list(np.asarray(mask)) == [True, False, True]


@pytest.mark.parametrize(
    ("where", "payer", "paid_by"),
    [({}, None, "etat"), ({"funder": "region"}, None, "region"),
     ({"funder": ["region", "departement"]}, None, "etat"),
     ({"funder": "region"}, "foundations", "foundations")],
)  # fmt: skip
def test_who_pays_when_nobody_is_named(where: dict, payer: str | None, paid_by: str) -> None:
    fields = {"payer": payer} if payer else {}
    (programme,) = compiled("emergency_fund", amount="1 M€", where=where, **fields).programmes
    assert programme.payer == paid_by
    assert programme.selector.funder is None, "the payer does not limit who is helped"


@pytest.mark.parametrize("name", sorted(PAYING))
def test_every_paying_lever_takes_a_payer(name: str) -> None:
    assert lever(name, **EXAMPLES[name], payer="foundations").paid_by == "foundations"


POTS: dict[str, dict[str, Any]] = {
    "administration": {}, "emergency_fund": {}, "bridge_credit": {},
    "mergers": {"integration_support": "50%"},
}  # fmt: skip


@pytest.mark.parametrize("name", POTS)
def test_what_a_pot_gives_is_taken_from_its_vote(name: str) -> None:
    fields = {"pot_share": "8%", "payer": "region", "from_": "2026Q3", "until": 2027, **POTS[name]}
    effects = compiled(name, **fields, where={"region": "BRE"})
    (vote,), programme = effects.votes, effects.programmes[-1]
    assert programme.of_pot is not None and programme.payer == "region"
    assert list(programme.of_pot[:9]) == [0, 0, *[0.08] * 6, 0]
    assert vote.factor == pytest.approx(1.0 - programme.of_pot)
    assert vote.instruments == {codes.INSTRUMENTS.index("subvention")}
    assert vote.selector.cell_mask().sum() == codes.N_SECTORS, "the Région's own grants there"


@pytest.mark.parametrize("name", POTS)
def test_foundations_hold_back_what_they_pay(name: str) -> None:
    fields = {"pot_share": "8%", "payer": "foundations", "from_": "2026Q3", **POTS[name]}
    effects = compiled(name, **fields)
    assert effects.votes == ()
    (pool,) = (m for m in effects.modifiers if m.name == "foundation_pool_factor")
    assert pool.path[:2] == pytest.approx(1.0) and pool.path[2:] == pytest.approx(0.92)


def test_a_share_of_organisations_is_kept_in_file_and_in_selectors() -> None:
    where = {"size": "M", "share": "30%", "draw": "essai"}
    one = lever("reserves", target_months=9, where=where)
    (modifier,) = one.compile(QUARTERS).modifiers
    assert (modifier.selector.share, modifier.selector.draw) == (0.3, "essai")
    assert one.model_dump(mode="json")["where"] == {"size": ["M"], "share": "30%", "draw": "essai"}
    assert one.sentence("fr").endswith("(30\u00a0% des organisations ; taille : 200 à 500 k€)")
    assert one.sentence("en").endswith("(30% of organisations; size: €200k–500k)")


@pytest.mark.parametrize(
    ("name", "fields"),
    [("public_funding", {"change": "-10%"}), ("indexation", {"share": "100%"}),
     ("philanthropy", {"pool": "+10%"}), ("demand", {"change": "+10%"}),
     ("parameter", {"name": "score_noise", "set": 2}),
     ("mergers", {"funder_haircut": "10%"})],
)  # fmt: skip
def test_what_is_the_same_for_all_reaches_no_share(name: str, fields: dict) -> None:
    with pytest.raises(ValidationError) as caught:
        lever(name, **fields, where={"share": "30%"})
    assert "share of the organisations" in str(caught.value.errors()[0]["ctx"]["faults"])


def test_agreements_move_from_the_share_of_each_world_to_the_target() -> None:
    one = lever("multi_year_agreements", share="60%", from_=2026, by=2028)
    high = Parameters.default().with_("multi_year_share", set=0.5)
    for parameters, today in ((Parameters.default(), 0.22), (high, 0.5)):
        (modifier,) = one.compile(QUARTERS, parameters).modifiers
        assert np.isnan(modifier.path[0]), "nothing changes on the first day"
        assert modifier.path[4] == pytest.approx((today + 0.6) / 2)
        assert (modifier.path[8:] == 0.6).all()


def test_calls_take_from_what_is_renewed() -> None:
    inertia, cost = compiled(
        "grants_to_calls", share="40%", from_=2026, by=2027, application_cost="2x"
    ).modifiers
    assert inertia.name == "inertia" and inertia.operation == "multiply"
    assert inertia.path[0] == 1.0 and inertia.path[4:] == pytest.approx(0.6)
    assert cost.name == "application_cost" and (cost.path == 2.0).all()


def test_a_late_vote_is_late_in_its_years_only() -> None:
    (modifier,) = compiled("late_vote", quarters=2, years=[2027]).modifiers
    assert (modifier.path[4:8] == 2.0).all() and np.isnan(
        np.delete(modifier.path, range(4, 8))
    ).all()


def test_a_social_scale_halves_what_prices_do_to_vulnerable_users() -> None:
    price, scale = compiled("prices", change="+15%", social_scale=True, from_=2027).modifiers
    assert price.name == "price_factor" and price.path[4] == pytest.approx(1.15)
    assert scale.name == "vulnerable_price_elasticity"
    assert (scale.path[:4] == 1.0).all() and (scale.path[4:] == 0.5).all()


def test_the_equal_cost_kinds_take_the_same_euros() -> None:
    kinds = {}
    for name, fields in (
        ("emergency_fund", {}), ("multi_year_agreements", {}), ("bridge_credit", {}),
        ("mutualisation", {}),
    ):  # fmt: skip
        (programme,) = compiled(
            name, amount="100 M€", payer="etat", from_=2026, until=2029, **fields
        ).programmes
        kinds[programme.kind] = programme.amount
    assert set(kinds) == {"emergency_fund", "core_funding", "guarantee", "mutualisation_subsidy"}
    expected = np.where(np.arange(QUARTERS) < 16, 100e6, 0.0)
    assert all((amount == expected).all() for amount in kinds.values())


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("payment_delay", {"quarters": 5}, "less than or equal"),
        ("payment_delay", {"quarters": -3}, "greater than or equal"),
        ("philanthropy", {"tax_relief": "+10 pts", "where": {"region": "PDL"}}, "faults"),
        ("mutualisation", {"subsidy": "1%", "amount": "1 M€"}, "faults"),
        ("multi_year_agreements", {"amount": "1 M€", "by": 2028}, "faults"),
        ("parameter", {"name": "inertia", "set": 0.5, "ramp": 2}, "faults"),
        ("wages_and_prices", {"inflation": "3%", "where": {"sector": "IAE"}}, "faults"),
    ],
)
def test_combinations_that_make_no_sense_are_refused(name: str, fields: dict, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        lever(name, **fields)


def test_money_with_words_for_people() -> None:
    one = lever("emergency_fund", amount="1.5 Md€", payer="foundations", from_=2026, until=2027)
    assert one.sentence("fr").startswith("Les fondations paient 1,5\u00a0Md€ par an")
    assert one.sentence("en") == "Foundations pay €1.5bn a year of emergency fund from 2026 to 2027"
    cut = lever("public_funding", change="-30%", where={"funder": "region", "region": "52"})
    assert cut.sentence("fr") == (
        "La Région réduit ses financements de 30\u00a0% (région : Pays de la Loire)"
    )
