"""Telling those who look on what became of files: which ones hang where, and whether they are handed out."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.events.happenings import Said, happened
from hub.feed.log import Appended, append
from hub.feed.streams import notes_stream, room_stream
from hub.files.happenings import FilesChanged
from hub.files.models import Attachment
from hub.files.presenters import attachments_of_messages
from hub.rooms.models import Room
from hub.threads.models import Message, Thread
from hub.threads.notes.models import Note
from hub.threads.notes.queries import list_notes
from hub.threads.queries import Found, Place


def announce_attachments(session: Session, found: Found) -> Appended:
    """Append attachments:changed with the message's files as they are now."""
    session.flush()
    message = found.message
    files = attachments_of_messages(session, [message.id]).get(message.id, [])
    data = {"thread_id": str(message.thread_id), "message_id": str(message.id), "attachments": files}
    stream = room_stream(found.place.room.id)
    return append(session, stream, "attachments:changed", data, thread_id=message.thread_id, message_id=message.id)


def announce_contents(session: Session, said: Sequence[Said]) -> None:
    """Follows the scanner's word on contents: append attachments:changed and note:posted wherever they hang, and have
    their names found or not."""
    digests = [what.digest for _by, what in said]
    attachments = session.scalars(sa.select(Attachment).where(Attachment.digest.in_(digests))).all()
    happened(session, None, FilesChanged(tuple(attachment.id for attachment in attachments)))
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
