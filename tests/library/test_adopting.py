"""横展開 by body, marks by person."""

from datetime import date

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.library.commands import Adopt, Mark
from hub.library.models import Adoption, Bookmark, Thanks
from hub.library.services.adopting import adopt_case, bookmark_case, propose_adoption, thank_for_case
from tests.factories import World
from tests.library.conftest import Library


def adoption(world: World) -> Adoption:
    with world.store.read() as session:
        return session.scalars(sa.select(Adoption)).one()


@pytest.mark.parametrize("who", ["supporter", "lead", "bureau", "guest", "admin"])
def test_only_a_town_speaks_for_a_town(library: Library, world: World, who: str) -> None:
    case = library.published()
    with pytest.raises((Forbidden, NotFound)):
        world.write(adopt_case, who, Adopt(case, "adopted"))


def test_a_draft_is_adopted_by_nobody(library: Library, world: World) -> None:
    case = library.draft()
    with pytest.raises(NotFound):
        world.write(adopt_case, "foreign_officer", Adopt(case, "adopted"))
    with pytest.raises(Forbidden):
        world.write(adopt_case, "officer", Adopt(case, "adopted"))


def test_a_town_says_what_it_does_and_changes_its_mind(library: Library, world: World) -> None:
    case = library.published()
    world.write(adopt_case, "foreign_officer", Adopt(case, "declined", reason="人手がない。", ease="hard"))
    assert (adoption(world).state, adoption(world).ease) == ("declined", "")
    full = Adopt(
        case, "adapted", changes="平日だけ", person_days=12, cost_yen=0, ease="easy", started_on=date(2026, 4, 1)
    )
    world.write(adopt_case, "foreign_officer", full)
    found = adoption(world)
    assert (found.state, found.reason, found.changes, found.ease) == ("adapted", "", "平日だけ", "easy")
    assert found.confirmed_at is not None


def test_what_makes_no_sense_is_refused(library: Library, world: World) -> None:
    case = library.published()
    with pytest.raises(ValidationFailed):
        world.write(adopt_case, "officer", Adopt(case, "adopted"))  # its own
    for more in (
        {"started_on": date(2026, 4, 2), "ended_on": date(2026, 4, 1)},
        {"learned_from_id": world.foreign_town},
        {"learned_from_id": 999_999},
        {"reason": "あ" * 2_001},
    ):
        with pytest.raises(ValidationFailed):
            world.write(adopt_case, "foreign_officer", Adopt(case, "adopted", **more))


@pytest.mark.parametrize("days", ["1.5", "-1", "半日"])
def test_person_days_are_whole_numbers(library: Library, world: World, days: str) -> None:
    browser, address = world.client("foreign_officer"), f"/cases/{library.published()}/adoption"
    answer = browser.post_form(address, state="adopted", person_days=days)
    assert answer.status_code == 422
    assert "0以上の整数で入力してください" in answer.text
    assert f'value="{days}"' in answer.text
    assert "数が大きすぎます" in browser.post_form(address, state="adopted", person_days="9" * 12).text
    assert browser.post_form(address, state="adopted", person_days="2").status_code == 303


def test_a_supporter_proposes_and_the_town_confirms(library: Library, world: World) -> None:
    case = library.published()
    with pytest.raises(ValidationFailed):
        world.write(propose_adoption, "supporter", Adopt(case, "trial", world.prefecture))
    world.write(propose_adoption, "supporter", Adopt(case, "trial", world.foreign_town))
    assert adoption(world).confirmed_at is None
    world.write(adopt_case, "foreign_officer", Adopt(case, "adopted"))
    assert adoption(world).confirmed_at is not None
    with pytest.raises(ValidationFailed):
        world.write(propose_adoption, "supporter", Adopt(case, "declined", world.foreign_town))


@pytest.mark.parametrize(("service", "kind"), [(bookmark_case, Bookmark), (thank_for_case, Thanks)])
def test_marks_are_set_once_and_taken_back(library: Library, world: World, service, kind) -> None:
    case = library.published()
    for on, expected in ((True, 1), (True, 1), (False, 0), (False, 0)):
        world.write(service, "foreign_officer", Mark(case, on))
        with world.store.read() as session:
            assert session.execute(sa.select(sa.func.count()).select_from(kind)).scalar_one() == expected
    with pytest.raises(NotFound):
        world.write(service, "foreign_officer", Mark(library.draft(), True))
