"""What was deleted or redacted is in no sharing any more, and nothing of one goes out to which nobody agreed."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from hub.errors import Closed, Conflict, ValidationFailed
from hub.sharing.commands import OnSharing, PartText, Prepare, SaveSharing
from hub.sharing.models import Consent, Sharing
from hub.sharing.queries import parts_of
from hub.sharing.services.cases import make_case
from hub.sharing.services.consenting import ask_consent, consent
from hub.sharing.services.preparing import prepare, save_sharing
from hub.threads.commands import ChangeHead, DeleteMessage, RedactMessage, RedactThread
from hub.threads.models import Message, Thread
from hub.threads.services.editing import delete_message, redact_message
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import change_head
from tests.factories import Posted, World, places_of

SECRET = "himitsu3141592"  # letters that JSON does not escape
COPIES = {"sharings.title", "sharing_parts.body"}


class Begun(NamedTuple):
    asked: Posted
    answered: Posted
    sharing_id: int


@pytest.fixture
def begun(world: World) -> Callable[..., Begun]:
    """A consultation with an answer and the edition that is prepared of it: `begun(title="題名")`."""

    def make(body: str = f"{SECRET} 困りごと", anonymous: bool = False, **more: str) -> Begun:
        asked = world.thread(world.room, "consultation", body=body, **more)
        answered = world.message(asked, "数えてみてください", by="supporter")
        data = world.write(prepare, "supporter", Prepare(asked.thread_id, "edition", anonymous)).data
        return Begun(asked, answered, int(data["sharing_id"]))

    return make


def row(world: World, begun: Begun) -> Sharing:
    with world.store.read() as session:
        return session.get_one(Sharing, begun.sharing_id)


def form(world: World, begun: Begun, **changes: object) -> SaveSharing:
    """What stands in the form of whoever opens it now."""
    with world.store.read() as session:
        sharing = session.get_one(Sharing, begun.sharing_id)
        texts = [PartText(p.position, p.included, p.body) for p in parts_of(session, sharing.id)]
    same = {"title": sharing.title, "room_id": sharing.room_id, "anonymous": sharing.anonymous, "parts": texts}
    return SaveSharing(sharing.id, sharing.version, **same | changes)


def copies(world: World) -> set[str]:
    with world.store.read() as session:
        return places_of(session, SECRET)


def consents(world: World) -> int:
    with world.store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Consent)) or 0


def on(world: World, begun: Begun) -> OnSharing:
    return OnSharing(begun.sharing_id, row(world, begun).version)


def go_out(world: World, begun: Begun) -> int:
    world.write(ask_consent, "supporter", on(world, begun))
    world.write(consent, "manager", on(world, begun))
    return row(world, begun).edition_id or 0


def delete(world: World, said: int) -> None:
    world.write(delete_message, "officer", DeleteMessage(said))


def redact(world: World, said: int) -> None:
    world.write(redact_message, "manager", RedactMessage(said, "個人情報"))


ERASE = pytest.mark.parametrize("erase", [delete, redact])


@ERASE
def test_a_title_that_people_gave_stays_and_the_raw_one_does_not_come_back(
    world: World, begun: Callable[..., Begun], erase: Callable[[World, int], None]
) -> None:
    shared = begun("困りごと", title=f"{SECRET} 一")
    world.write(save_sharing, "supporter", form(world, shared, title="読み直した題名"))
    world.write(ask_consent, "supporter", on(world, shared))
    agreed = on(world, shared)
    erase(world, shared.asked.message_id)
    found = row(world, shared)
    assert (found.title, found.state, found.version) == ("読み直した題名", "preparing", agreed.version + 1)
    assert consents(world) == 0
    with pytest.raises(Closed):
        world.write(consent, "manager", agreed)
    assert row(world, shared).edition_id is None
    edition_id = go_out(world, shared)
    with world.store.read() as session:
        assert session.get_one(Thread, edition_id).title == "読み直した題名"


@ERASE
@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("renamed", [False, True])
def test_a_title_that_was_the_first_line_goes_with_it(
    world: World, begun: Callable[..., Begun], erase: Callable[[World, int], None], anonymous: bool, renamed: bool
) -> None:
    shared = begun(f"{SECRET} 吉岡 一郎の困りごと", anonymous)
    assert copies(world) >= COPIES
    if renamed:
        world.write(change_head, "supporter", ChangeHead(shared.asked.thread_id, "決めた題名"))
    erase(world, shared.asked.message_id)
    assert (row(world, shared).title, row(world, shared).version) == ("", 2)
    assert copies(world) == set()


def test_what_was_typed_since_stays_when_somebody_gave_the_thread_a_title(
    world: World, begun: Callable[..., Begun]
) -> None:
    shared = begun()
    world.write(change_head, "supporter", ChangeHead(shared.asked.thread_id, "決めた題名"))
    world.write(save_sharing, "supporter", form(world, shared, title="読み直した題名"))
    redact(world, shared.asked.message_id)
    assert row(world, shared).title == "読み直した題名"


@pytest.mark.parametrize("part", ["message", "title"])
def test_a_form_that_was_read_before_is_refused(world: World, begun: Callable[..., Begun], part: str) -> None:
    shared = begun(title=f"{SECRET} 一")
    before = form(world, shared)
    world.write(ask_consent, "supporter", on(world, shared))
    if part == "message":
        redact(world, shared.asked.message_id)
    world.write(redact_thread, "manager", RedactThread(shared.asked.thread_id, "title", "個人情報"))
    assert consents(world) == 0
    with pytest.raises(Conflict):
        world.write(save_sharing, "supporter", before)
    assert not copies(world) & ({"sharings.title", "sharing_parts.body"} if part == "message" else {"sharings.title"})


@ERASE
def test_what_is_gone_cannot_be_included_again(
    world: World, begun: Callable[..., Begun], erase: Callable[[World, int], None]
) -> None:
    shared = begun(title="題名")
    texts = form(world, shared).parts
    erase(world, shared.asked.message_id)
    with pytest.raises(ValidationFailed) as refusal:
        world.write(save_sharing, "supporter", form(world, shared, parts=texts))
    assert set(refusal.value.fields) == {"body-1"}
    assert copies(world) == set()
    world.write(save_sharing, "supporter", form(world, shared))  # without it


def test_without_javascript_the_form_comes_again_without_what_is_gone(
    world: World, begun: Callable[..., Begun]
) -> None:
    shared = begun(title=f"{SECRET} 一")
    sent = {"version": "1", "title": f"{SECRET} 一", "room_id": str(world.commons)}
    sent |= {"included-1": "1", "body-1": f"{SECRET} 困りごと", "included-2": "1", "body-2": "数えてみてください"}
    redact(world, shared.asked.message_id)
    world.write(redact_thread, "manager", RedactThread(shared.asked.thread_id, "title", "個人情報"))
    again = world.client("supporter").post_form(f"/sharings/{shared.sharing_id}", **sent)
    assert again.status_code == 409
    assert SECRET not in again.text
    assert "元の投稿は削除されたため、含められません。" in again.text
    assert 'name="body-1"' not in again.text


def test_what_is_redacted_in_the_edition_leaves_its_sharing(world: World, begun: Callable[..., Begun]) -> None:
    shared = begun("困りごと", title="題名")
    texts = [PartText(1, False, ""), PartText(2, True, f"{SECRET} 数えて")]
    world.write(save_sharing, "supporter", form(world, shared, title=f"{SECRET} 題名", parts=texts))
    edition_id = go_out(world, shared)
    assert copies(world) >= COPIES
    with world.store.read() as session:
        said = session.scalars(sa.select(Message.id).where(Message.thread_id == edition_id)).one()
    world.write(redact_message, "lead", RedactMessage(said, "個人情報"))
    assert "sharing_parts.body" not in copies(world)
    assert "sharings.title" in copies(world)
    world.write(redact_thread, "lead", RedactThread(edition_id, "title", "個人情報"))
    assert copies(world) == set()
    found = row(world, shared)
    assert (found.state, consents(world)) == ("out", 2)  # what went out stays what people agreed to
    page = world.client("officer").text_of(f"/sharings/{shared.sharing_id}")
    assert "（削除された投稿）" in page
    assert "同意しました" in page


@ERASE
def test_what_is_gone_from_the_consultation_leaves_the_sharing_that_is_out_and_not_the_edition(
    world: World, begun: Callable[..., Begun], erase: Callable[[World, int], None]
) -> None:
    shared = begun(title="題名")
    edition_id = go_out(world, shared)
    erase(world, shared.asked.message_id)
    assert "sharing_parts.body" not in copies(world)
    with world.store.read() as session:
        bodies = session.scalars(sa.select(Message.body).where(Message.thread_id == edition_id)).all()
    assert set(bodies) == {f"{SECRET} 困りごと", "数えてみてください"}


def test_the_pages_of_redaction_name_what_came_of_it(world: World, begun: Callable[..., Begun]) -> None:
    shared = begun(title="題名")
    message, thread = f"/messages/{shared.asked.message_id}/redact", f"/threads/{shared.asked.thread_id}/redact"
    assert "この相談を元にした共有版・事例" not in world.client("manager").text_of(message)
    edition_id = go_out(world, shared)
    case = int(world.write(prepare, "officer", Prepare(shared.asked.thread_id, "case")).data["sharing_id"])
    case_id = world.write(make_case, "officer", OnSharing(case, 1)).data["case_id"]
    world.admit("admin", world.room)
    for page in (message, thread):
        text = world.client("manager").get(page).text
        assert f'href="/threads/{edition_id}"' in text
        assert f'href="/cases/{case_id}"' in text
        assert "この相談を元にした共有版・事例" not in world.client("admin").text_of(
            page
        )  # reads the room, and no sharings
