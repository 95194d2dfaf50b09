"""An administrator who gave a reason reads the room of the record, and nothing else that the same people read."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.audiences.services import MEMBERS, ensure_audience
from hub.errors import NotFound
from hub.feed.queries import readable_streams
from hub.library.commands import CreateCase
from hub.library.models import Case
from hub.library.services.writing import create_case
from hub.people.models import Field
from hub.rooms.commands import ReadWithReason
from hub.rooms.models import Room
from hub.rooms.reasons import read_with_reason
from hub.rooms.services import create_commons, open_case_room
from hub.threads.queries import get_thread_for
from tests.agreed import put_out_as_agreed
from tests.factories import World

WHY = "情報公開請求の調査"


def let_in(world: World, room: int) -> None:
    world.write(read_with_reason, "admin", ReadWithReason(room, WHY))


def commons(world: World, name: str) -> int:
    with world.store.transaction() as session:
        return create_commons(session, name, "").id


def case_of(world: World, published: bool) -> int:
    case_id = int(world.write(create_case, "officer", CreateCase("書かない窓口", "要約", None)).data["case_id"])
    with world.store.transaction() as session:
        case = session.get_one(Case, case_id)
        if published:
            case.audience_id = ensure_audience(session, MEMBERS).id
            put_out_as_agreed(world, session, case)
    return case_id


def statuses(world: World, *addresses: str) -> list[int]:
    admin = world.client("admin")
    return [admin.get(address).status_code for address in addresses]


def test_a_reason_for_one_commons_room_opens_no_other(world: World) -> None:
    """Would fail while the reason was a grant to the audience of the room, which all commons rooms share."""
    other = commons(world, "別の部屋")
    file = world.upload("officer")
    here = world.thread(world.commons, body="ここの投稿", attachment_ids=[file])
    elsewhere = world.upload("officer", name="よその手引.pdf")
    there = world.thread(other, body="よその投稿", attachment_ids=[elsewhere])
    case = case_of(world, published=True)
    let_in(world, world.commons)
    mine = (f"/rooms/{world.commons}", f"/threads/{here.thread_id}", f"/attachments/{file}")
    assert statuses(world, *mine) == [200, 200, 200]
    foreign = (f"/rooms/{other}", f"/threads/{there.thread_id}", f"/attachments/{elsewhere}", f"/cases/{case}")
    assert statuses(world, *foreign) == [404] * 4
    with world.store.read() as session:
        rooms = session.scalars(sa.select(Room.id)).all()
        keys = [f"{kind}:{room}" for kind in ("room", "notes") for room in rooms]
        assert readable_streams(session, world.actor("admin"), keys) == {f"room:{world.commons}"}
    admin = world.client("admin")
    listed = admin.get_json("/rooms").json["rooms"]
    assert [row["room_id"] for row in listed] == [str(world.commons)]
    assert admin.get_json(f"/feed/room:{world.commons}?after=0").status_code == 200
    assert admin.get_json(f"/feed/room:{other}?after=0").status_code == 404
    for page in ("/cases", "/search?q=よそ", "/", "/inbox"):
        assert "よその投稿" not in admin.get(page).text
        assert "書かない窓口" not in admin.get(page).text


def test_a_reason_for_a_towns_room_opens_none_of_its_drafts(world: World) -> None:
    """The town's room and its unpublished cases are read by the same people."""
    thread, draft = world.thread(world.room, "consultation"), case_of(world, published=False)
    note = world.note(thread)
    let_in(world, world.room)
    assert statuses(world, f"/threads/{thread.thread_id}", f"/cases/{draft}", f"/cases/{draft}/edit") == [200, 404, 403]
    assert "県内だけの話" not in world.client("admin").get(f"/threads/{thread.thread_id}").text
    assert note


def test_a_reason_for_the_room_of_a_case_opens_no_case(world: World) -> None:
    with world.store.transaction() as session:
        room = open_case_room(session, "書かない窓口", ensure_audience(session, MEMBERS).id).id
    let_in(world, room)
    assert statuses(world, f"/rooms/{world.commons}", f"/rooms/{world.room}") == [404, 404]
    with world.store.read() as session:
        assert readable_streams(session, world.actor("admin"), [f"room:{room}"]) == {f"room:{room}"}


def test_it_ends_after_an_hour_and_with_the_role(world: World) -> None:
    thread = world.thread(world.room)
    let_in(world, world.room)
    actor = world.actor("admin")
    assert actor.valid_until is not None
    assert actor.valid_until <= clock.utc_now() + timedelta(hours=1)
    later = clock.utc_now() + timedelta(minutes=61)
    clock.set_source(lambda: later)
    with world.store.read() as session, pytest.raises(NotFound):
        get_thread_for(session, world.actor("admin"), thread.thread_id)


def test_the_readers_of_the_room_are_told(world: World) -> None:
    let_in(world, world.commons)
    words = world.client("officer").get_json(f"/rooms/{world.commons}/readers").json["readers"]
    assert "県 六花" in words
    other = world.client("officer").get_json(f"/rooms/{world.room}/readers").json["readers"]
    assert "県 六花" not in other


@pytest.fixture(autouse=True)
def _fields(world: World) -> None:
    with world.store.transaction() as session:
        session.add(Field(name="窓口改革", position=0))
