"""Events that show a thread or message as it is now, for every change but a first posting."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.events.happenings import happened
from hub.feed.log import Appended, append
from hub.feed.streams import room_stream
from hub.threads.happenings import MessageEdited, ThreadChanged
from hub.threads.models import Message, Thread
from hub.threads.presenters import present_message, present_thread
from hub.threads.queries import Place


def announce_thread(session: Session, place: Place) -> Appended:
    """Raise the thread's version and append thread:changed. The row is read anew once it is ours: another transaction
    may have changed it, or taken its title out, since this one first saw it."""
    session.flush()
    raised = sa.update(Thread).where(Thread.id == place.thread.id).values(version=Thread.version + 1)
    session.execute(raised, execution_options={"synchronize_session": False})
    session.refresh(place.thread)
    data = cast(dict[str, Any], present_thread(session, place.thread))
    happened(session, None, ThreadChanged(place.thread.id))
    return append(session, room_stream(place.room.id), "thread:changed", data, thread_id=place.thread.id)


def announce_edit(session: Session, place: Place, message: Message) -> Appended:
    """Append message:edited with the message as it is now."""
    happened(session, None, MessageEdited(message.id, message.thread_id, place.room.id, message.position))
    return _announce(session, place, message, "message:edited")


def announce_erasure(session: Session, place: Place, message: Message) -> Appended:
    """Append message:deleted with what is left of the message."""
    return _announce(session, place, message, "message:deleted")


def _announce(session: Session, place: Place, message: Message, type_: str) -> Appended:
    session.flush()
    data = cast(dict[str, Any], present_message(session, place.room.id, message))
    ids = {"thread_id": message.thread_id, "message_id": message.id}
    return append(session, room_stream(place.room.id), type_, data, **ids)
