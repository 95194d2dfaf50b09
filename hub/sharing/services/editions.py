"""An edition goes out as a thread of its own, and comes back as a tombstone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict
from hub.events.happenings import happened
from hub.feed.log import append, rewrite_thread
from hub.feed.streams import room_stream
from hub.feed.submissions import Receipt
from hub.people.authors import AuthorKey, authors
from hub.people.models import Organisation, Posting, Section
from hub.rooms.models import Room
from hub.security.permissions import Permission, require
from hub.sharing.commands import WithdrawSharing
from hub.sharing.consents import Agreed
from hub.sharing.happenings import SharingWithdrawn
from hub.sharing.models import OPEN, Sharing, SharingPart
from hub.sharing.queries import Shared, get_sharing_for, parts_of
from hub.text import POLICY
from hub.text_ahead import rendered, require_rendered
from hub.threads.announce import announce_thread
from hub.threads.erasing import erase_message
from hub.threads.happenings import MessagePosted, ThreadOpened
from hub.threads.models import Message, SummaryRevision, Thread
from hub.threads.presenters import message_data, thread_data
from hub.threads.pseudonyms.accounts import keep_alias, new_account
from hub.threads.pseudonyms.models import Alias
from hub.threads.queries import Found, Place


def publish_edition(session: Session, shared: Shared, agreed: Agreed) -> None:
    """A new thread in the wider room; appends thread:opened and message:posted. Everything in it is of this moment and
    numbered anew, so that neither dates nor gaps tell of the original; files, notes and marks stay behind. Raises
    Conflict when what was agreed to is another version."""
    sharing = shared.sharing
    if not agreed.is_to(sharing):
        raise Conflict
    room = session.get_one(Room, sharing.room_id)
    parts = [part for part in parts_of(session, sharing.id) if part.included]
    query = sa.select(Message).where(Message.id.in_([p.message_id for p in parts]))
    originals = {m.id: m for m in session.scalars(query)}
    wrote = [originals[p.message_id] for p in parts]
    writers = _aliases(session, wrote) if sharing.anonymous else {_writer(m): _writer(m) for m in wrote}
    thread = _new_thread(session, sharing, room, writers[_writer(wrote[0])])
    sharing.edition_id, sharing.state, sharing.out_at = thread.id, "out", utc_now()
    if sharing.anonymous:
        for real, account in writers.items():
            keep_alias(session, thread.id, account, real.staff_id, real.posting_id)
    _say(session, room, thread, parts, originals, writers)


def _writer(message: Message) -> AuthorKey:
    return AuthorKey(message.author_id, message.posting_id, message.writer_name)


def _aliases(session: Session, messages: Iterable[Message]) -> dict[AuthorKey, AuthorKey]:
    """An account for every person, in the order in which they come; a shared account is one person."""
    found: dict[AuthorKey, AuthorKey] = {}
    of_person: dict[int, AuthorKey] = {}
    numbers: Counter[str] = Counter()
    for message in messages:
        if message.author_id not in of_person:
            side = _side(session, message.posting_id)
            numbers[side] += 1
            of_person[message.author_id] = new_account(session, side, numbers[side])
        found[_writer(message)] = of_person[message.author_id]
    return found


def _side(session: Session, posting_id: int) -> str:
    query = sa.select(Organisation).join(Section, Section.organisation_id == Organisation.id)
    body = session.scalars(query.join(Posting, Posting.section_id == Section.id).where(Posting.id == posting_id)).one()
    return body.side


def _new_thread(session: Session, sharing: Sharing, room: Room, opener: AuthorKey) -> Thread:
    now = utc_now()
    thread = Thread(
        room_id=room.id,
        kind="talk",
        title=sharing.title,
        titled=True,
        version=1,
        last_position=0,
        last_message_at=now,
        created_at=now,
        opened_by_id=opener.staff_id,
        opened_posting_id=opener.posting_id,
        opened_writer_name=opener.writer_name,
        summary_version=0,
        edition="anonymous" if sharing.anonymous else "named",
    )
    session.add(thread)
    session.flush()
    return thread


def _say(
    session: Session,
    room: Room,
    thread: Thread,
    parts: list[SharingPart],
    originals: dict[int, Message],
    writers: dict[AuthorKey, AuthorKey],
) -> None:
    """The thread and its messages, into the rows and into the room's stream. Nobody is called by an old @."""
    require_rendered(session, [part.body for part in parts])
    people = authors(session, writers.values())
    stream = room_stream(room.id)
    opener = AuthorKey(thread.opened_by_id, thread.opened_posting_id, thread.opened_writer_name)
    opened = cast(dict[str, Any], thread_data(thread, people[opener], None))
    append(session, stream, "thread:opened", opened, thread_id=thread.id)
    happened(session, None, ThreadOpened(thread.id))
    made: dict[int, Message] = {}
    for position, part in enumerate(parts, start=1):
        original = originals[part.message_id]
        writer, replied = writers[_writer(original)], made.get(original.reply_to_id or 0)
        message = Message(thread_id=thread.id, position=position, version=1, mark=original.mark, body=part.body)
        message.body_html, message.policy, message.created_at = rendered(session, part.body), POLICY, thread.created_at
        message.author_id, message.posting_id, message.writer_name = writer
        message.reply_to_id = replied.id if replied else None
        session.add(message)
        session.flush()
        made[original.id] = message
        data = message_data(message, room.id, people[writer], reply_position=replied.position if replied else None)
        ids = {"thread_id": thread.id, "message_id": message.id}
        append(session, stream, "message:posted", cast(dict[str, Any], data), **ids)
        happened(session, None, MessagePosted(message.id, thread.id, room.id, position, message.mark))
    thread.last_position = len(made)
    session.flush()


def withdraw_sharing(session: Session, actor: Actor, command: WithdrawSharing) -> Receipt:
    """Take it back: before it went out it is simply over; afterwards the edition's texts are gone everywhere and a
    tombstone stays. Either side may, alone and at any time."""
    shared = get_sharing_for(session, actor, command.sharing_id, lock=True)
    require(actor, Permission.SHARING_WITHDRAW, shared.subject)
    sharing = shared.sharing
    if sharing.state not in (*OPEN, "out") or sharing.case_id:
        raise Conflict
    if sharing.edition_id:
        _empty_edition(session, session.get_one(Thread, sharing.edition_id))
    for part in parts_of(session, sharing.id):
        part.body = ""
    sharing.state, sharing.title, sharing.remark = "withdrawn", "", ""
    happened(session, actor, SharingWithdrawn(sharing_id=sharing.id, organisation_id=sharing.organisation_id))
    return Receipt({"sharing_id": str(sharing.id), "state": sharing.state})


def _empty_edition(session: Session, thread: Thread) -> None:
    """Empty what the edition said and what its people wrote under their aliases since. What others answered is theirs
    and stays; a summary may say anything and goes. Nobody can write any more."""
    place = Place(thread, session.get_one(Room, thread.room_id))
    thread.title, thread.edition, thread.locked_at = "", "withdrawn", utc_now()
    thread.summary_version = 0
    session.execute(sa.delete(SummaryRevision).where(SummaryRevision.thread_id == thread.id))

    def change(data: dict[str, Any]) -> dict[str, Any]:
        return data | {"title": "", "untitled": thread.untitled, "summary": None}

    rewrite_thread(session, thread.id, change)
    for message in _own(session, thread):
        message.deleted_at = utc_now()
        erase_message(session, Found(message, place))
    announce_thread(session, place)


def _own(session: Session, thread: Thread) -> Sequence[Message]:
    """The messages that came with the edition, and later ones by the same people."""
    went_out = sa.select(sa.func.count()).select_from(SharingPart).join(Sharing, Sharing.id == SharingPart.sharing_id)
    count = session.execute(went_out.where(Sharing.edition_id == thread.id, SharingPart.included)).scalar_one()
    hidden = sa.select(Alias.alias_id).where(Alias.thread_id == thread.id)
    own = sa.or_(Message.position <= count, Message.author_id.in_(hidden))
    query = sa.select(Message).where(Message.thread_id == thread.id, own, Message.redacted_at.is_(None))
    return session.scalars(query.where(Message.deleted_at.is_(None)).order_by(Message.position)).all()
