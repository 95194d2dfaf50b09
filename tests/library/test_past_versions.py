"""What was taken away from readers, or was for fewer of them, does not come back with a later version: by no door."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from hub.library.commands import ApproveCase, ShareCase, WithdrawCase
from hub.library.models import Case
from hub.library.services.published import share_case, withdraw_case
from hub.library.services.workflow import approve_case, publish_case, submit_case
from hub.rooms.commands import Admit
from hub.rooms.models import Room
from hub.rooms.services import create_circle
from hub.rooms.steering import admit
from tests.factories import World
from tests.library.conftest import Library
from tests.library.test_pages import shown
from tests.search.finding import index

SECRET = "山田太郎"


def doors(world: World, case: int, who: str) -> Iterator[str]:
    """Everything that a reader can open of a case."""
    browser = world.client(who)
    for number in range(1, 6):
        yield browser.get(f"/cases/{case}?version={number}").text
        yield browser.get(f"/cases/{case}/versions?old=1&new={number}").text
    for address in ("", "/versions", "/print", "/leader"):
        yield browser.get(f"/cases/{case}{address}").text
    yield browser.get(f"/cases/compare?id={case}").text
    yield SECRET if case in shown(browser, f"/cases?q={SECRET}") else ""
    yield str(browser.get_json("/cases/export?format=json").json)


def finds(world: World, case: int, who: str) -> bool:
    """Whether the name stands anywhere."""
    return any(SECRET in text for text in doors(world, case, who))


def test_what_was_withdrawn_stays_away_when_the_case_is_out_again(library: Library, world: World) -> None:
    file = world.upload("officer")
    case = library.published(lessons=f"{SECRET}が担当した。", documents=[{"name": "名簿", "attachment_id": str(file)}])
    reader = world.client("foreign_officer")
    assert finds(world, case, "foreign_officer")
    assert reader.get(f"/attachments/{file}").status_code == 200
    named = library.case(case).version
    world.write(withdraw_case, "manager", WithdrawCase(case))
    library.save(case, lessons="", documents=[])
    library.publish(case)
    index(world)
    assert reader.get(f"/cases/{case}").status_code == 200
    assert reader.get(f"/cases/{case}?version={named}").status_code == 404
    assert reader.get(f"/attachments/{file}").status_code == 404
    assert not finds(world, case, "foreign_officer")
    assert finds(world, case, "officer")  # those who work on it keep every version
    assert world.client("officer").get(f"/attachments/{file}").status_code == 200


def test_a_link_to_an_older_version_stays_where_nothing_was_taken_away(library: Library, world: World) -> None:
    case = library.published()
    first = library.case(case).version
    library.save(case, lessons="追記")
    library.publish(case)
    assert world.client("foreign_officer").get(f"/cases/{case}?version={first}").status_code == 200


def test_a_version_for_few_is_not_for_more_who_come_later(library: Library, world: World) -> None:
    case = library.draft()
    library.save(case, lessons=f"{SECRET}が担当した。")
    library.publish(case, "town")
    library.save(case, lessons="")
    world.write(share_case, "manager", ShareCase(case, "dx"))
    library.on(submit_case, case, "officer")
    library.on(approve_case, case, "manager")
    library.on(publish_case, case, "supporter")
    world.write(share_case, "manager", ShareCase(case, "members"))
    index(world)
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 200
    assert not finds(world, case, "foreign_officer")


def test_readers_agreed_to_with_a_new_version_come_with_it(library: Library, world: World) -> None:
    """Not before it: the word was not about the version that is out."""
    case = library.draft()
    library.save(case, lessons=f"{SECRET}が担当した。")
    library.publish(case, "town")
    library.save(case, lessons="")
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, library.case(case).version, "members"))
    index(world)
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 404
    library.on(publish_case, case, "supporter")
    index(world)
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 200
    assert not finds(world, case, "foreign_officer")


@pytest.mark.parametrize("since", ["edited", "narrowed", "withdrawn"])
def test_readers_agreed_to_do_not_outlive_what_they_were_agreed_for(library: Library, world: World, since: str) -> None:
    case = library.draft()
    library.publish(case, "town")
    library.save(case, lessons="追記")
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, library.case(case).version, "members"))
    if since == "narrowed":
        world.write(share_case, "supporter", ShareCase(case, "dx"))
    elif since == "withdrawn":
        world.write(withdraw_case, "manager", WithdrawCase(case))
        library.on(submit_case, case, "officer")
    else:
        library.save(case, lessons="さらに追記")
        library.on(submit_case, case, "officer")
    library.on(approve_case, case, "manager")  # to the readers that are set
    library.on(publish_case, case, "supporter")
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 404


def test_a_town_that_leaves_the_circle_takes_back_what_it_agreed_to(library: Library, world: World) -> None:
    with world.store.transaction() as session:
        room = create_circle(session, "窓口研究会", "", (world.town, world.foreign_town)).id
    case = library.draft()
    library.publish(case, "town")
    library.save(case, lessons="追記")
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, library.case(case).version, f"circle:{room}"))
    world.write(admit, "supporter", Admit(room, world.town, False))
    with world.store.read() as session:
        audience = session.get_one(Room, room).audience_id
        assert session.scalars(sa.select(Case.id).where(Case.agreed_audience_id == audience)).all() == []
        assert session.get_one(Case, case).approved_version is None
