"""Hearing of new cases in a field or with a tag; new cases near to a town on its home page."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.errors import NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.feed.streams import user_stream
from hub.library.commands import Adopt, FollowSubject, SeeNews
from hub.library.models import Adoption, Tag
from hub.library.news import list_case_news
from hub.library.services.adopting import adopt_case
from hub.library.services.following import follow_subject, see_news
from hub.people.models import Field
from tests.factories import World
from tests.library.conftest import Library


def field_id(world: World, name: str) -> int:
    with world.store.read() as session:
        return session.scalars(sa.select(Field.id).where(Field.name == name)).one()


def news(world: World, who: str) -> list[int]:
    with world.store.read() as session:
        return [case.id for case, _body in list_case_news(session, world.actor(who))]


def test_a_new_case_in_a_followed_field_is_in_the_inbox_until_it_is_looked_at(library: Library, world: World) -> None:
    before = library.published(title="前からある事例", fields=["防災"])
    reader, field = world.client("foreign_officer"), field_id(world, "防災")
    assert "「防災」の新しい事例を通知で受け取る" in reader.text_of(f"/cases?field={field}")
    assert reader.post_form("/cases/following", field=str(field), on="1").status_code == 303
    assert "「防災」の通知を止める" in reader.text_of(f"/cases?field={field}")
    count = reader.get_json("/inbox/count").json["count"]
    case, _other = (
        library.published(title="新しい防災", fields=["防災"]),
        library.published(title="窓口", fields=["窓口改革"]),
    )
    assert news(world, "foreign_officer") == [case]
    assert reader.get_json("/inbox/count").json["count"] == count + 1
    assert "新しい防災" in reader.text_of("/inbox")
    assert news(world, "supporter") == [], "who follows nothing"
    library.save(case, title="新しい防災（改）")
    library.publish(case)
    assert news(world, "foreign_officer") == [case], "another version is no other case"
    assert reader.post_form(f"/cases/{case}/news").headers["Location"].endswith(f"/cases/{case}")
    assert news(world, "foreign_officer") == []
    assert before not in news(world, "foreign_officer")
    reader.post_form("/cases/following", field=str(field), on="0")
    library.published(title="さらに新しい防災", fields=["防災"])
    assert news(world, "foreign_officer") == []


def told(world: World, publish: Callable[[], object]) -> list[str]:
    """Of new cases, as the log has it, for people of the other town."""
    stream = user_stream(world.staff_id("foreign_officer"))
    query = sa.select(FeedEvent.data).where(FeedEvent.stream == stream, FeedEvent.type == "inbox:changed")
    with world.store.read() as session:
        before = len(session.scalars(query).all())
    publish()
    with world.store.read() as session:
        return [data["kind"] for data in session.scalars(query.order_by(FeedEvent.seq)).all()[before:]]


def test_who_follows_is_told_at_once(library: Library, world: World) -> None:
    world.write(follow_subject, "foreign_officer", FollowSubject(True, field=field_id(world, "防災")))
    assert told(world, lambda: library.published(fields=["窓口改革"])) == []
    assert told(world, lambda: library.published(fields=["防災"])) == ["new_case"]


def test_a_followed_tag_is_told_of_as_well(library: Library, world: World) -> None:
    library.published(tags=["LINE"])
    with world.store.read() as session:
        tag = session.scalars(sa.select(Tag.id).where(Tag.name == "LINE")).one()
    for who in ("officer", "foreign_officer"):
        world.write(follow_subject, who, FollowSubject(True, tag=tag))
    case = library.published(title="LINEの窓口", tags=["LINE"])
    assert (news(world, "foreign_officer"), news(world, "officer")) == ([case], [case])
    assert news(world, "manager") == []


def test_nobody_hears_of_what_they_may_not_read(library: Library, world: World) -> None:
    world.write(follow_subject, "foreign_officer", FollowSubject(True, field=field_id(world, "防災")))
    case = library.draft(title="町だけの事例")
    library.save(case, fields=["防災"])
    assert told(world, lambda: library.publish(case, audience="town")) == []
    assert news(world, "foreign_officer") == []
    assert "町だけの事例" not in world.client("foreign_officer").text_of("/inbox")
    with pytest.raises(NotFound):
        world.write(see_news, "foreign_officer", SeeNews(case))


def test_what_is_no_field_or_tag_cannot_be_followed(library: Library, world: World) -> None:
    library.draft(title="下書き")
    for command, fault in (
        (FollowSubject(True), ValidationFailed),
        (FollowSubject(True, field=1, tag=1), ValidationFailed),
        (FollowSubject(True, field=999), NotFound),
        (FollowSubject(True, tag=999), NotFound),
    ):
        with pytest.raises(fault):
            world.write(follow_subject, "foreign_officer", command)


def test_the_home_of_a_town_shows_three_new_cases_near_to_it(library: Library, world: World) -> None:
    cases = [library.published(title=f"近い事例{n}") for n in range(4)]
    home = world.client("foreign_officer").text_of("/")
    assert "自団体に近い新しい事例" in home
    assert [f"近い事例{n}" in home for n in range(4)] == [False, True, True, True]
    world.write(adopt_case, "foreign_officer", Adopt(cases[3], "declined"))
    home = world.client("foreign_officer").text_of("/")
    assert ["近い事例3" in home, "近い事例0" in home] == [False, True], "what it has decided on is no news"
    assert "自団体に近い新しい事例" not in world.client("officer").text_of("/"), "its own"
    assert "自団体に近い新しい事例" not in world.client("supporter").text_of("/")
    with world.store.read() as session:
        assert session.scalars(sa.select(Adoption.state)).all() == ["declined"]
