"""Moving a thread to the room where it belongs. Only for a mispost: whom it leaves must not keep what they saw."""

from typing import Any, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import Closed, ValidationFailed
from hub.events.happenings import happened
from hub.feed.log import append, void_thread
from hub.feed.streams import notes_stream, room_stream
from hub.feed.submissions import Receipt
from hub.files.presenters import attachments_of_notes
from hub.people.authors import AuthorKey, authors
from hub.rooms.models import Room
from hub.rooms.queries import get_room_for, room_subject
from hub.security.permissions import Permission, require
from hub.threads.commands import MoveThread
from hub.threads.happenings import ThreadMoved
from hub.threads.models import Message, Thread
from hub.threads.notes.models import Note
from hub.threads.notes.presenters import note_data
from hub.threads.presenters import present_messages, present_thread
from hub.threads.queries import get_thread_for, hold

SNAPSHOT_MESSAGES = 200


def move_thread(session: Session, actor: Actor, command: MoveThread) -> Receipt:
    """Void what the old room's log says of the thread, append thread:left there and thread:arrived in the new room.

    The snapshot holds the newest 200 messages. Raises NotFound, Forbidden, Closed, ValidationFailed.
    """
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.MOVE, place.subject)
    target = get_room_for(session, actor, command.room_id)
    require(actor, Permission.MOVE, room_subject(target))
    if target.archived_at:
        raise Closed
    if target.id == place.room.id:
        raise ValidationFailed({"room_id": _("今と同じルームです。別のルームを選んでください。")})
    thread = place.thread
    hold(session, thread)  # the snapshot shows nothing that somebody takes out meanwhile
    thread.room_id, thread.version = target.id, thread.version + 1
    void_thread(session, thread.id)
    left = {"thread_id": str(thread.id), "version": thread.version}
    append(session, room_stream(place.room.id), "thread:left", left, thread_id=thread.id)
    arrived = append(session, room_stream(target.id), "thread:arrived", _snapshot(session, thread), thread_id=thread.id)
    _move_notes(session, thread, target)
    detail = {"from_room": place.room.id, "to_room": target.id}
    moved = ThreadMoved(thread_id=thread.id, organisation_id=place.room.organisation_id, detail=detail)
    happened(session, actor, moved)
    return Receipt(event=arrived)


def _snapshot(session: Session, thread: Thread) -> dict[str, Any]:
    query = sa.select(Message).where(Message.thread_id == thread.id).order_by(Message.position.desc())
    newest = session.scalars(query.limit(SNAPSHOT_MESSAGES)).all()[::-1]
    messages = present_messages(session, thread.room_id, newest)
    return {"thread": cast(dict[str, Any], present_thread(session, thread)), "messages": messages}


def _move_notes(session: Session, thread: Thread, target: Room) -> None:
    """The notes' own events were voided with the thread's; say them again in the new room's notes stream."""
    notes = session.scalars(sa.select(Note).where(Note.thread_id == thread.id).order_by(Note.id)).all()
    people = authors(session, [AuthorKey(n.author_id, n.posting_id) for n in notes]) if notes else {}
    files = attachments_of_notes(session, [n.id for n in notes])
    for note in notes:
        data = note_data(note, thread, people[AuthorKey(note.author_id, note.posting_id)], files.get(note.id))
        append(session, notes_stream(target.id), "note:posted", cast(dict[str, Any], data), thread_id=thread.id)
