"""What is done to one thread touches no row of another that stands beside it with everything a thread can have."""

from typing import Any

import pytest
import sqlalchemy as sa

from hub.inbox.models import InboxEntry
from hub.sharing.commands import Prepare
from hub.sharing.services.preparing import prepare
from hub.tables import Base
from hub.threads.commands import (
    Acknowledge,
    ChangeHead,
    EditMessage,
    MoveThread,
    PreferThread,
    RedactThread,
    SaveDraft,
    SetPassage,
    SetReaction,
)
from hub.threads.services.editing import edit_message
from hub.threads.services.moving import move_thread
from hub.threads.services.passages import set_passage
from hub.threads.services.reading import prefer_thread, save_draft
from hub.threads.services.redacting import redact_thread
from hub.threads.services.responding import acknowledge, set_reaction
from hub.threads.services.steering import change_head
from tests.factories import Posted, World
from tests.threads.acts import ALLOWED, LOCK, WRITES, Act, doing

MORE: dict[str, Act] = {
    "lock": LOCK,
    "move": doing(move_thread, "supporter", lambda t: MoveThread(t.thread_id, 1)),
    "edit again": doing(edit_message, "officer", lambda t: EditMessage(t.message_id, "二度目の直し", 2)),
    "summarise again": doing(change_head, "officer", lambda t: ChangeHead(t.thread_id, body=" ", summary_version=1)),
    "redact the summary": doing(redact_thread, "manager", lambda t: RedactThread(t.thread_id, "summary", "個人情報")),
    "take a reaction back": doing(set_reaction, "lead", lambda t: SetReaction(t.message_id, "👀", False)),
    "take 確認しました back": doing(acknowledge, "lead", lambda t: Acknowledge(t.thread_id, False)),
    "empty a draft": doing(save_draft, "officer", lambda t: SaveDraft(f"thread:{t.thread_id}", "")),
    "unmark": doing(set_passage, "officer", lambda t: SetPassage(t.message_id, "issue", False)),
}


def furnished(world: World) -> Posted:
    """A consultation of 吉岡町 in the room of all members, answered, with everything that can hang on it."""
    thread = world.thread(world.commons, "consultation", "@県 四季 さん、どうですか", attachment_ids=[world.upload()])
    id_, first = thread.thread_id, thread.message_id
    answer = world.message(thread, "@吉岡 一郎 さん、こうです", by="supporter", reply_to=first)
    world.note(thread)
    for who in ("officer", "lead"):
        world.write(acknowledge, who, Acknowledge(id_, True))
        world.write(set_reaction, who, SetReaction(first, "👀", True))
        world.write(set_reaction, who, SetReaction(answer.message_id, "👀", True))
        world.write(save_draft, who, SaveDraft(f"thread:{id_}", "書きかけ"))
    world.write(save_draft, "officer", SaveDraft(f"message:{first}", "直しかけ"))
    world.write(prefer_thread, "officer", PreferThread(id_, True, False))
    world.write(set_passage, "officer", SetPassage(first, "issue", True))
    return thread


def rows_of(world: World, thread: Posted) -> dict[str, list[Any]]:
    """Whatever names the thread, one of its messages, or a place in it."""
    with world.store.read() as session:
        messages = Base.metadata.tables["messages"]
        ids = list(session.scalars(sa.select(messages.c.id).where(messages.c.thread_id == thread.thread_id)))
        places = [f"thread:{thread.thread_id}", *(f"message:{id_}" for id_ in ids)]
        found = {}
        for table in Base.metadata.sorted_tables:
            columns = table.columns
            names = [columns.thread_id == thread.thread_id] if "thread_id" in columns else []
            names += [columns.message_id.in_(ids)] if "message_id" in columns else []
            names += [columns.place.in_(places)] if table.name == "drafts" else []
            names += [columns.id == thread.thread_id] if table.name == "threads" else []
            if names:
                rows = session.execute(sa.select(table).where(sa.or_(*names)).order_by(*table.primary_key))
                found[table.name] = [tuple(row) for row in rows]
        return found


@pytest.fixture
def pair(world: World) -> tuple[Posted, Posted]:
    return furnished(world), furnished(world)


def test_the_one_beside_has_everything(world: World, pair: tuple[Posted, Posted]) -> None:
    full = {name for name, rows in rows_of(world, pair[1]).items() if rows}
    expected = {
        *("threads", "messages", "consultations", "notes", "drafts", "mentions", "reactions", "acknowledgements"),
        *("attachments", "feed_events", "passages", "read_marks", "thread_preferences", InboxEntry.__tablename__),
    }
    assert expected <= full


@pytest.mark.parametrize("name", [*WRITES, *ALLOWED, *MORE])
def test_nothing_is_done_to_the_one_beside(world: World, pair: tuple[Posted, Posted], name: str) -> None:
    beside, thread = pair
    if name in ("edit again", "summarise again", "redact the summary"):
        for either in pair:
            WRITES["edit" if name == "edit again" else "summarise"](world, either)
    before, own = rows_of(world, beside), rows_of(world, thread)
    (WRITES | ALLOWED | MORE)[name](world, thread)
    assert rows_of(world, beside) == before
    assert rows_of(world, thread) != own


def test_a_sharing_of_the_one_beside_keeps_its_text(world: World) -> None:
    thread, beside = (world.thread(world.room, "consultation", f"{n}番目の相談") for n in ("一", "二"))
    for either in (thread, beside):
        world.write(prepare, "officer", Prepare(either.thread_id, "edition"))
    ALLOWED["redact the title"](world, thread)
    ALLOWED["redact"](world, thread)
    with world.store.read() as session:
        parts, sharings = (Base.metadata.tables[name] for name in ("sharing_parts", "sharings"))
        bodies = session.scalars(sa.select(parts.c.body).order_by(parts.c.sharing_id)).all()
        titles = session.scalars(sa.select(sharings.c.title).order_by(sharings.c.id)).all()
    assert (bodies, titles) == (["", "二番目の相談"], ["", "二番目の相談"])
