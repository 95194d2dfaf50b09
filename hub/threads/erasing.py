"""Taking the text of a message, the title or the summary of a thread out of every place that holds it."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.events.happenings import happened
from hub.feed.log import rewrite, rewrite_thread, void_message
from hub.feed.submissions import Receipt
from hub.files.attaching import detach_from_message
from hub.threads.announce import announce_erasure, announce_thread
from hub.threads.happenings import MessageErased
from hub.threads.models import Draft, Mention, Message, Passage, Reaction, Revision, SummaryRevision
from hub.threads.presenters import present_message
from hub.threads.queries import Found, Place, hold


def erase_message(session: Session, found: Found) -> Receipt:
    """Empty a message that was just marked deleted or redacted: body, revisions, events, drafts, mentions, reactions,
    files, and a title made from it. Appends message:deleted."""
    message, place = found
    hold(session, place.thread)
    happened(session, None, _what_goes(session, found))
    if message.position == 1:
        _retitle(session, found)
    message.body = message.body_html = ""
    message.version += 1
    for model in (Revision, Reaction, Mention, Passage):
        session.execute(sa.delete(model).where(model.message_id == message.id))
    session.execute(sa.delete(Draft).where(Draft.place == f"message:{message.id}"))
    detach_from_message(session, message.id)
    void_message(session, message.thread_id, message.id)
    _empty_in_snapshots(session, message, place.room.id)
    return Receipt(event=announce_erasure(session, place, message))


def _what_goes(session: Session, found: Found) -> MessageErased:
    message, place = found
    at = (message.id, message.thread_id, place.room.id, message.position)
    if message.position > 1:
        return MessageErased(*at)
    earlier = session.scalars(sa.select(Revision.body).where(Revision.message_id == message.id))
    return MessageErased(*at, texts=(message.body, *earlier), gave_title=not place.thread.titled)


def _retitle(session: Session, found: Found) -> None:
    """A title that was taken from the body goes with it, also from the events that showed it before somebody gave a
    better one."""
    thread = found.place.thread
    derived = not thread.titled
    if derived:
        thread.title, thread.titled = "", True
    title = {"title": thread.title, "untitled": thread.untitled}
    rewrite_thread(session, thread.id, lambda data: data | title)
    if derived:
        announce_thread(session, found.place)


def erase_title(session: Session, place: Place) -> Receipt:
    """Empty the title: the present one and those that it replaced. The first line of the body does not come back as a
    title. Appends thread:changed."""
    thread = place.thread
    hold(session, thread)
    thread.title, thread.titled = "", True
    title = {"title": "", "untitled": thread.untitled}
    rewrite_thread(session, thread.id, lambda data: data | title)
    return Receipt(event=announce_thread(session, place))


def erase_summary(session: Session, place: Place, versions: set[int]) -> Receipt:
    """Take these versions of the summary away; the newest of the others is shown. Whoever is just writing one meets a
    conflict. Appends thread:changed."""
    thread = place.thread
    gone = sa.and_(SummaryRevision.thread_id == thread.id, SummaryRevision.version.in_(versions))
    session.execute(sa.delete(SummaryRevision).where(gone))
    thread.summary_version += 1

    def change(data: dict[str, Any]) -> dict[str, Any]:
        summary = data.get("summary")
        return {**data, "summary": None} if summary and summary["version"] in versions else data

    rewrite_thread(session, thread.id, change)
    return Receipt({"version": thread.summary_version}, announce_thread(session, place))


def _empty_in_snapshots(session: Session, message: Message, room_id: int) -> None:
    """thread:arrived holds the messages of its moment; only this one of them has to go."""
    session.flush()
    tombstone = cast(dict[str, Any], present_message(session, room_id, message))

    def change(data: dict[str, Any]) -> dict[str, Any]:
        kept = [tombstone if m["message_id"] == tombstone["message_id"] else m for m in data["messages"]]
        return {**data, "messages": kept}

    rewrite(session, message.thread_id, ("thread:arrived",), change)
