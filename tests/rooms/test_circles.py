"""Running a 研究会: who is admitted, who is told, and which rooms are not run by hand."""

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.people.models import ALIAS_SIDES, Organisation
from hub.rooms.commands import Admit, Archive, CreateRoom, DescribeRoom
from hub.rooms.models import Room
from hub.rooms.steering import admit, archive, create_room, describe_room
from tests.factories import World


@pytest.fixture
def circle(world: World) -> int:
    """Of 吉岡町, beside another one that nobody touches."""
    rooms = [int(world.write(create_room, "supporter", CreateRoom(name)).data["room_id"]) for name in ("窓口", "防災")]
    for room in rooms:
        world.write(admit, "supporter", Admit(room, world.town, True))
    return rooms[0]


def room_of(world: World, id_: int) -> Room:
    with world.store.read() as session:
        return session.get_one(Room, id_)


def readers(world: World, room: int) -> set[str]:
    keys = ("officer", "manager", "foreign_officer", "supporter", "bureau", "guest")
    return {key for key in keys if world.client(key).get(f"/rooms/{room}").status_code == 200}


def told(world: World, who: str) -> int:
    stream = f"user:{world.staff_id(who)}"
    with world.store.read() as session:
        query = sa.select(sa.func.count()).where(FeedEvent.stream == stream, FeedEvent.type == "access:changed")
        return session.scalar(query) or 0


@pytest.mark.parametrize("body", ["prefecture", "outside", "alias", "unknown", "no member"])
def test_only_a_municipality_that_takes_part_is_admitted(world: World, circle: int, body: str) -> None:
    with world.store.transaction() as session:
        outside = session.scalars(sa.select(Organisation.id).where(Organisation.kind == "その他")).one()
        session.get_one(Organisation, world.foreign_town).member = False
        kind = next(kind for kind, side in ALIAS_SIDES.items() if side == "municipality")
        stands_for_a_town = Organisation(name="ある市町村", kana="", kind=kind, member=False, mail_domains=[])
        session.add(stands_for_a_town)
        session.flush()
        alias = stands_for_a_town.id
    ids = {"prefecture": world.prefecture, "outside": outside, "alias": alias, "unknown": 999_999}
    ids["no member"] = world.foreign_town
    before = readers(world, circle)
    with pytest.raises(ValidationFailed):
        world.write(admit, "supporter", Admit(circle, ids[body], True))
    assert readers(world, circle) == before == {"officer", "manager", "supporter"}


def test_who_is_dismissed_reads_no_more_and_is_told(world: World, circle: int) -> None:
    world.write(admit, "supporter", Admit(circle, world.foreign_town, True))
    assert readers(world, circle) == {"officer", "manager", "foreign_officer", "supporter"}
    before = {who: told(world, who) for who in ("officer", "foreign_officer")}
    world.write(admit, "supporter", Admit(circle, world.foreign_town, False))
    assert readers(world, circle) == {"officer", "manager", "supporter"}
    assert told(world, "foreign_officer") == before["foreign_officer"] + 1
    assert told(world, "officer") == before["officer"]


def test_whoever_leaves_one_room_stays_in_the_others(world: World, circle: int) -> None:
    other = circle + 1
    world.write(admit, "supporter", Admit(circle, world.town, False))
    assert readers(world, circle) == {"supporter"}
    assert readers(world, other) == {"officer", "manager", "supporter"}


def test_admitting_twice_and_dismissing_once_leaves_nothing(world: World, circle: int) -> None:
    world.write(admit, "supporter", Admit(circle, world.town, True))
    world.write(admit, "supporter", Admit(circle, world.town, False))
    assert readers(world, circle) == {"supporter"}


@pytest.mark.parametrize("room", ["room", "commons"])
def test_who_reads_other_rooms_is_not_chosen_by_hand(world: World, room: str) -> None:
    with pytest.raises(Forbidden):
        world.write(admit, "supporter", Admit(getattr(world, room), world.foreign_town, True))


def test_a_support_room_is_neither_put_away_nor_renamed(world: World) -> None:
    with pytest.raises(Forbidden):
        world.write(archive, "supporter", Archive(world.room, True))
    world.write(describe_room, "supporter", DescribeRoom(world.room, "別の名前", "町のルーム"))
    room = room_of(world, world.room)
    assert (room.name, room.description, room.archived_at) == ("吉岡町", "町のルーム", None)


def test_a_circle_is_renamed_put_away_and_opened_again(world: World, circle: int) -> None:
    world.write(describe_room, "supporter", DescribeRoom(circle, "窓口と電話", "毎月"))
    world.write(archive, "supporter", Archive(circle, True))
    room = room_of(world, circle)
    assert (room.name, room.description, room.archived_at is None) == ("窓口と電話", "毎月", False)
    world.write(archive, "supporter", Archive(circle, False))
    assert room_of(world, circle).archived_at is None


@pytest.mark.parametrize(("who", "fault"), [("officer", Forbidden), ("manager", Forbidden), ("guest", NotFound)])
def test_nobody_else_runs_a_circle(world: World, circle: int, who: str, fault: type[Exception]) -> None:
    for service, command in (
        (admit, Admit(circle, world.foreign_town, True)),
        (archive, Archive(circle, True)),
        (describe_room, DescribeRoom(circle, "乗っ取り")),
    ):
        with pytest.raises(fault):
            world.write(service, who, command)
    with pytest.raises(Forbidden):
        world.write(create_room, who, CreateRoom("勝手に"))


@pytest.mark.parametrize(("name", "taken"), [("", False), ("長" * 60, True), ("長" * 61, False)])
def test_a_room_has_a_name_of_at_most_sixty_characters(world: World, name: str, taken: bool) -> None:
    if taken:
        room = int(world.write(create_room, "lead", CreateRoom(name, "commons")).data["room_id"])
        assert (room_of(world, room).name, room_of(world, room).kind) == (name, "commons")
        assert "foreign_officer" in readers(world, room)
    else:
        with pytest.raises(ValidationFailed):
            world.write(create_room, "lead", CreateRoom(name))
