"""Telling those who look on what became of files: which ones hang where, and whether they are handed out."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.feed.log import Appended, append
from hub.feed.streams import notes_stream, room_stream
from hub.files.models import Attachment
from hub.files.presenters import attachments_of_messages
from hub.notes.models import Note
from hub.notes.queries import list_notes
from hub.rooms.models import Room
from hub.search.outbox import outdated
from hub.threads.models import Message, Thread
from hub.threads.queries import Found, Place


def announce_attachments(session: Session, found: Found) -> Appended:
    """Append attachments:changed with the message's files as they are now."""
    session.flush()
    message = found.message
    files = attachments_of_messages(session, [message.id]).get(message.id, [])
    data = {"thread_id": str(message.thread_id), "message_id": str(message.id), "attachments": files}
    stream = room_stream(found.place.room.id)
    return append(session, stream, "attachments:changed", data, thread_id=message.thread_id, message_id=message.id)


def announce_content(session: Session, digest: str) -> None:
    """A content is handed out from now on, or not any more: append attachments:changed and note:posted wherever it
    hangs, and have its names found or not."""
    attachments = session.scalars(sa.select(Attachment).where(Attachment.digest == digest)).all()
    outdated(session, "file", [attachment.id for attachment in attachments])
    for attachment in attachments:
        if attachment.message_id is not None:
            announce_attachments(session, _found(session, attachment.message_id))
        if attachment.note_id is not None:
            _announce_note(session, attachment.note_id)


def _found(session: Session, message_id: int) -> Found:
    message = session.get_one(Message, message_id)
    return Found(message, _place(session, message.thread_id))


def _place(session: Session, thread_id: int) -> Place:
    thread = session.get_one(Thread, thread_id)
    return Place(thread, session.get_one(Room, thread.room_id))


def _announce_note(session: Session, note_id: int) -> None:
    session.flush()
    place = _place(session, session.get_one(Note, note_id).thread_id)
    data = next(note for note in list_notes(session, place) if note["note_id"] == str(note_id))
    append(session, notes_stream(place.room.id), "note:posted", cast(dict[str, Any], data), thread_id=place.thread.id)
