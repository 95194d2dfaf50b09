"""Drafts: who may write them, what becomes a version, and two editors at once."""

import pytest

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.library.commands import SettleContact
from hub.library.services.writing import EditedMeanwhile, settle_contact
from tests.factories import World
from tests.library.conftest import Library

OUTSIDERS = ("foreign_officer", "bureau", "guest", "admin")


@pytest.mark.parametrize("who", ["bureau", "guest", "admin"])
def test_others_begin_no_case(library: Library, who: str) -> None:
    with pytest.raises(Forbidden):
        library.draft(who)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_draft_is_not_there_for_others(library: Library, who: str) -> None:
    case = library.draft()
    with pytest.raises(NotFound):
        library.save(case, who, lessons="横から")


def test_a_town_writes_for_itself_whatever_it_names(library: Library, world: World) -> None:
    assert library.case(library.draft("officer", organisation=world.foreign_town)).organisation_id == world.town
    assert library.case(library.draft("supporter", organisation=world.town)).organisation_id == world.town
    with pytest.raises(ValidationFailed):
        library.draft("supporter")


def test_a_save_that_changes_nothing_is_no_version(library: Library) -> None:
    case = library.draft()
    assert library.save(case, lessons="学んだこと") == 2
    assert library.save(case, "supporter", lessons=" 学んだこと".strip()) == 2
    assert (library.content(case, 1).lessons, library.content(case, 2).lessons) == ("", "学んだこと")


def test_faults_name_their_fields_and_write_nothing(library: Library) -> None:
    case = library.draft()
    with pytest.raises(ValidationFailed) as fault:
        library.save(case, title="", effects=[{"metric": "x" * 301}], cost_yearly="約3割")
    assert set(fault.value.fields) == {"title", "effects", "cost_yearly"}
    with pytest.raises(ValidationFailed):
        library.save(case, fields=["ない分野"])
    assert library.case(case).version == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", " ", "入力してください。"),
        ("title", "長" * 101, "100文字以内で入力してください。"),
        ("lessons", "長" * 4_001, "4,000文字以内で入力してください。"),
        ("tags", ["多"] * 41, "40行以内で入力してください。"),
        ("cost_yearly", "約3割", "0以上の数字で入力してください。分からないときは空欄にしてください。"),
        ("cost_yearly", "99999999億円", "数が大きすぎます。桁を確認してください。"),
    ],
)
def test_what_is_wrong_is_said_of_what_it_is(library: Library, field: str, typed: object, said: str) -> None:
    with pytest.raises(ValidationFailed) as fault:
        library.save(library.draft(), **{field: typed})
    assert fault.value.fields == {field: said}


def test_editors_of_different_fields_do_not_disturb_each_other(library: Library) -> None:
    case = library.draft()
    library.save(case, base=1, lessons="町の学び")
    assert library.save(case, "supporter", base=1, difficulties="県が聞いた苦労") == 3
    assert (library.content(case).lessons, library.content(case).difficulties) == ("町の学び", "県が聞いた苦労")


def test_editors_of_one_field_are_told_and_nothing_is_lost(library: Library) -> None:
    case = library.draft()
    library.save(case, base=1, lessons="町の学び", team="2人")
    with pytest.raises(EditedMeanwhile) as clash:
        library.save(case, "supporter", base=1, lessons="県の学び", team="2人")
    assert (clash.value.fields, clash.value.newest) == (["lessons"], 2)
    assert library.save(case, "supporter", base=2, lessons="県の学び") == 3
    assert library.content(case, 2).lessons == "町の学び"


def test_a_change_takes_the_agreement_back(library: Library) -> None:
    case = library.published()
    library.save(case, lessons="新しい学び")
    found = library.case(case)
    assert (found.status, found.approved_version, found.published_version, found.version) == ("draft", None, 1, 2)


def test_the_contact_is_a_duty_of_the_body(library: Library, world: World) -> None:
    case = library.draft()
    own, foreign = library.duty("officer", world.town), library.duty("foreign_officer", world.foreign_town)
    with pytest.raises(ValidationFailed):
        world.write(settle_contact, "officer", SettleContact(case, foreign))
    world.write(settle_contact, "officer", SettleContact(case, own))
    assert library.case(case).contact_duty_id == own
