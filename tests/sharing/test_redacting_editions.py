"""墨消し in an edition that is out: somebody is in charge of it, and it tells of nobody."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden, NotFound
from hub.threads.commands import ChangeHead, RedactMessage, RedactThread
from hub.threads.models import Message, Thread
from hub.threads.presenters import present_message, present_thread
from hub.threads.services.editing import redact_message
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import change_head
from tests.factories import World
from tests.sharing.conftest import Shared

Make = Callable[..., Shared]
SECTION = "群馬県 DX戦略課"


def redact(world: World, thread_id: int, who: str, part: str = "title") -> None:
    world.write(redact_thread, who, RedactThread(thread_id, part, "団体が分かる"))


def by(world: World, thread_id: int) -> list[str]:
    with world.store.read() as session:
        return [r["by"] for r in present_thread(session, session.get_one(Thread, thread_id))["redactions"]]


def messages(world: World, thread_id: int) -> list[Message]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Message).where(Message.thread_id == thread_id)))


@pytest.mark.parametrize("anonymous", [True, False])
@pytest.mark.parametrize(
    ("who", "fault"), [("supporter", Forbidden), ("foreign_officer", Forbidden), ("admin", NotFound)]
)
def test_others_may_not(world: World, out: Make, anonymous: bool, who: str, fault: type[Exception]) -> None:
    shared = out(anonymous)
    with pytest.raises(fault):
        redact(world, shared.thread_id, who)
    said = messages(world, shared.thread_id)[0].id
    with pytest.raises(fault):
        world.write(redact_message, who, RedactMessage(said, "団体が分かる"))


def test_not_even_the_manager_of_who_asked_where_it_would_tell(world: World, out: Make) -> None:
    shared = out(True)
    for part in ("title", "summary"):
        with pytest.raises(Forbidden):
            redact(world, shared.thread_id, "manager", part)
    said = messages(world, shared.thread_id)[0].id
    with pytest.raises(Forbidden):
        world.write(redact_message, "manager", RedactMessage(said, "団体が分かる"))
    page = world.client("manager").get(f"/threads/{shared.thread_id}").text
    assert f'href="/threads/{shared.thread_id}/redact"' not in page


def test_the_lead_redacts_an_anonymous_edition_as_the_section(world: World, out: Make) -> None:
    """Seen to fail: Forbidden for everybody in daily charge."""
    shared = out(True)
    world.write(
        change_head, "foreign_officer", ChangeHead(shared.thread_id, body="待ち時間のまとめ", summary_version=0)
    )
    world.message(shared.asked, "統括からも一言", by="lead")
    page = world.client("lead").get(f"/threads/{shared.thread_id}").text
    assert f'href="/threads/{shared.thread_id}/redact"' in page
    for part in ("title", "summary"):
        redact(world, shared.thread_id, "lead", part)
    assert by(world, shared.thread_id) == [SECTION, SECTION]
    for message in messages(world, shared.thread_id):
        world.write(redact_message, "lead", RedactMessage(message.id, "団体が分かる"))
    with world.store.read() as session:
        shown = [present_message(session, world.commons, m) for m in messages(world, shared.thread_id)]
    assert [m["redaction"]["by"] for m in shown] == [SECTION, SECTION]
    for path in ("", "/print", "/head"):
        text = world.client("foreign_officer").text_of(f"/threads/{shared.thread_id}{path}")
        assert "県 五月" not in text, path


def test_messages_under_an_alias_have_their_button_for_the_lead_alone(world: World, out: Make) -> None:
    shared = out(True)
    said = messages(world, shared.thread_id)[0]
    with world.store.read() as session:
        alias_body = present_message(session, world.commons, said)["author"]["organisation_id"]

    def redacts(who: str) -> bool:
        page = world.client(who).get(f"/messages/{said.id}/redact")
        shown = (
            f'"{alias_body}"' in world.client(who).get(f"/threads/{shared.thread_id}").text.partition("redacts")[2][:60]
        )
        assert shown == (page.status_code == 200)
        return shown

    assert [redacts(who) for who in ("lead", "manager", "supporter")] == [True, False, False]


def test_an_edition_by_name_is_redacted_by_its_body_or_the_lead_each_by_name(world: World, out: Make) -> None:
    shared = out(False)
    redact(world, shared.thread_id, "manager")
    world.write(change_head, "officer", ChangeHead(shared.thread_id, body="まとめ", summary_version=0))
    redact(world, shared.thread_id, "lead", "summary")
    assert by(world, shared.thread_id) == ["吉岡 二葉", "県 五月"]
