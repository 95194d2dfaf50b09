"""Changing a thread as a whole: summary, title, lock."""

from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.errors import Conflict
from hub.feed.submissions import Receipt
from hub.records.audit import record
from hub.security.actor import Actor
from hub.security.permissions import Permission, require
from hub.sharing.aliases import under_alias
from hub.text import render
from hub.threads.announce import announce_thread
from hub.threads.commands import LockThread, RenameThread, Summarise
from hub.threads.input import TITLE_CHARS, checked_body, checked_line
from hub.threads.models import SummaryRevision
from hub.threads.queries import get_thread_for, hold, title_was_erased
from hub.threads.services.posting import require_open, written_as

SUMMARY_CHARS = 4_000


@under_alias
def summarise(session: Session, actor: Actor, command: Summarise) -> Receipt:
    """Replace the pinned summary (まとめ), keeping every earlier version; an empty body unpins it.

    Raises Conflict when somebody else changed it since `version`.
    """
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.SUMMARISE, place.subject)
    hold(session, place.thread)
    require_open(place)
    if place.thread.summary_version != command.version:
        raise Conflict
    body = checked_body(command.body, max_chars=SUMMARY_CHARS) if command.body.strip() else ""
    place.thread.summary_version += 1
    session.add(
        SummaryRevision(
            thread_id=place.thread.id,
            version=place.thread.summary_version,
            body=body,
            body_html=render(body) if body else "",
            author_id=actor.staff_id,
            posting_id=actor.posting_id,
            writer_name=written_as(actor),
            created_at=utc_now(),
        )
    )
    return Receipt({"version": place.thread.summary_version}, announce_thread(session, place))


def rename_thread(session: Session, actor: Actor, command: RenameThread) -> Receipt:
    """Give the thread a better title; whoever may summarise may do so.

    Raises Conflict when the thread was changed since `version`, or a title was taken out of it and no version is named.
    """
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.SUMMARISE, place.subject)
    hold(session, place.thread)
    require_open(place)
    if command.version is None and title_was_erased(session, place.thread):
        raise Conflict
    if command.version is not None and command.version != place.thread.version:
        raise Conflict
    place.thread.titled = True
    place.thread.title = checked_line(command.title, max_chars=TITLE_CHARS, field="title")
    return Receipt(event=announce_thread(session, place))


def lock_thread(session: Session, actor: Actor, command: LockThread) -> Receipt:
    """Close the thread to further writing, or open it again."""
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.LOCK, place.subject)
    place.thread.locked_at = utc_now() if command.on else None
    action = "thread.locked" if command.on else "thread.unlocked"
    record(session, actor, action, f"thread:{place.thread.id}", organisation_id=place.room.organisation_id)
    return Receipt(event=announce_thread(session, place))
