"""The form that opens a room: what it proposes opens one, what is wrong is said at its field."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.language import LANGUAGES, Language, texts_in
from dashboard.workshop.opening import Incomplete, blank, settings_from, with_set
from dashboard.workshop.ready_sets import ready_sets
from dashboard.workshop.room.settings import Family, Settings
from dashboard.workshop.views import create_page
from simulator.compare import SHOWN_FROM_ROWS
from tests.workshop.test_views import Checked

FRENCH = texts_in("fr")
FIELDS = blank(FRENCH, 42)


def enough(family: Family, region: str | None, population: str) -> int:
    return SHOWN_FROM_ROWS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ready_made_set_opens_a_room_as_it_is(language: Language) -> None:
    texts = texts_in(language)
    tables = {}
    for key in ready_sets(texts):
        made = settings_from(with_set(blank(texts, 7), key, texts), enough)
        assert made.seed == 7 and made.language == language
        tables[key] = len(made.tables)
        kinds = [role.kind for role in made.roles]
        # So that cards that need an agreement can be played.
        assert kinds.count("organisations") > 1 and kinds.count("funders") > 1
    assert tables == {"6": 6, "12": 4, "24": 6, "60": 12}


def test_a_family_that_is_too_small_is_refused_with_its_number() -> None:
    def rows(family: Family, region: str | None, population: str) -> int:
        return 29 if (family.sector, region) == ("CULTURE", "52") else 30

    assert settings_from(FIELDS, rows).region is None
    with pytest.raises(Incomplete) as refused:
        settings_from({**FIELDS, "region": "52"}, rows)
    ((field, said),) = refused.value.problems.items()
    assert FIELDS[f"{field}-sector"] == "CULTURE" and "29" in said and "30" in said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "), ("title", "x" * 81), ("seed", "0"), ("seed", "1.5"), ("seed", "²"),
        ("worlds", "101"), ("hand", ""), ("budget_funders", "60"), ("minutes-debrief", "-1"),
        ("scenario", "Pas un id"), ("region", "99"), ("source", "autre"),
    ],
)  # fmt: skip
def test_a_value_that_is_wrong_is_said_at_its_field(field: str, value: str) -> None:
    with pytest.raises(Incomplete) as refused:
        settings_from({**FIELDS, field: value}, enough)
    assert list(refused.value.problems) == [field]
    page = create_page("fr", {**FIELDS, field: value}, refused.value.problems)
    assert Checked(page).faults == []
    assert refused.value.problems[field] in Checked(page).text


def test_roles_without_a_name_do_not_count_and_one_at_least_must() -> None:
    empty = {name: "" if name.endswith("-name") else value for name, value in FIELDS.items()}
    with pytest.raises(Incomplete) as refused:
        settings_from(empty, enough)
    assert list(refused.value.problems) == ["roles"]


def test_two_roles_cannot_play_the_same_and_tables_have_an_end() -> None:
    same = {**FIELDS, "role-2-sector": FIELDS["role-1-sector"]}
    with pytest.raises(Incomplete) as refused:
        settings_from(same, enough)
    assert list(refused.value.problems) == ["role-2"]
    with pytest.raises(Incomplete) as refused:
        settings_from({**FIELDS, "role-1-tables": "20"}, enough)
    assert list(refused.value.problems) == ["roles"]


def test_the_form_proposes_what_a_room_is_without_it() -> None:
    made = settings_from(FIELDS, enough)
    for name in (
        "scenario", "region", "population", "rounds", "worlds", "source", "hand", "indicators",
        "budget_organisations", "budget_funders", "minutes",
    ):  # fmt: skip
        assert getattr(made, name) == Settings.model_fields[name].default, name


def test_nothing_that_was_typed_is_lost() -> None:
    given = {**FIELDS, "title": 'Un "titre" <b>', "worlds": "1", "role-3-name": "Nom à moi"}
    page = create_page("fr", given, {"worlds": "non"}, key="clé")
    assert "Un &#34;titre&#34; &lt;b&gt;" in page and "Nom à moi" in page and 'value="clé"' in page


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=50)))
@settings(max_examples=40, deadline=None)
def test_whatever_is_posted_opens_a_room_or_is_told(posted: dict[str, str]) -> None:
    given = {**FIELDS, **posted}
    try:
        made = settings_from(given, enough)
    except Incomplete as refused:
        assert refused.problems and all(refused.problems.values())
        page = create_page("fr", given, refused.problems)
        assert Checked(page).faults == []
    else:
        assert isinstance(made, Settings)
