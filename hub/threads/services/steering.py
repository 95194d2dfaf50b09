"""Changing a thread as a whole: summary, title, lock."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Closed, Conflict
from hub.events.happenings import happened
from hub.feed.log import Appended, newest_of
from hub.feed.submissions import Receipt
from hub.security.permissions import Permission, require
from hub.text_ahead import rendered
from hub.threads.announce import announce_thread
from hub.threads.charge import body_in_charge
from hub.threads.commands import ChangeHead, LockThread
from hub.threads.happenings import OfThread, RenamedByOthers, SummarisedByOthers, ThreadLocked, ThreadUnlocked
from hub.threads.input import TITLE_CHARS, checked_body, checked_line
from hub.threads.models import SummaryRevision, Thread
from hub.threads.pseudonyms.writing import under_alias
from hub.threads.queries import Place, get_thread_for, hold, title_was_erased
from hub.threads.services.deciding import written_as
from hub.threads.services.posting import require_open

SUMMARY_CHARS = 4_000


class TitleChanged(Conflict):
    """Somebody gave the thread another title, or took one out, since it was read."""


@under_alias
def change_head(session: Session, actor: Actor, command: ChangeHead) -> Receipt:
    """Give the thread a better title, replace its summary (まとめ), or both, and say so once. The receipt names what
    changed. The same once more, because its answer was lost on the way, is answered as at first.

    Raises Conflict when somebody else changed either since it was read; then neither is changed.
    """
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.SUMMARISE, place.subject)
    hold(session, place.thread)
    require_open(place)
    changed = []
    if command.title is not None and _retitle(session, place, command.title, command.version):
        changed.append("title")
        _note_rewriting(session, actor, place, RenamedByOthers)
    if command.body is not None and _summarise(session, actor, place, command.body, command.summary_version):
        changed.append("summary")
        _note_rewriting(session, actor, place, SummarisedByOthers)
    event = announce_thread(session, place) if changed else _changed(session, place)
    return Receipt({"version": place.thread.summary_version, "changed": changed}, event)


def _retitle(session: Session, place: Place, typed: str, version: int | None) -> bool:
    """A title that it has already is not given again."""
    thread = place.thread
    if version is None and title_was_erased(session, thread):
        raise TitleChanged
    title = checked_line(typed, max_chars=TITLE_CHARS, field="title")
    if thread.titled and thread.title == title:
        return False
    if version is not None and version != thread.version:
        raise TitleChanged
    thread.titled, thread.title = True, title
    return True


def _summarise(session: Session, actor: Actor, place: Place, typed: str, read: int) -> bool:
    """Every earlier version is kept. A text that was left as it was read takes nothing away from whoever changed it
    since."""
    thread = place.thread
    body = checked_body(typed, max_chars=SUMMARY_CHARS) if typed.strip() else ""
    if body == _said(session, thread, read) or (
        thread.summary_version == read + 1 and _wrote(session, actor, place, body)
    ):
        return False
    if thread.summary_version != read:
        raise Conflict
    thread.summary_version += 1
    session.add(
        SummaryRevision(
            thread_id=thread.id,
            version=thread.summary_version,
            body=body,
            body_html=rendered(session, body) if body else "",
            author_id=actor.staff_id,
            posting_id=actor.posting_id,
            writer_name=written_as(actor),
            created_at=utc_now(),
        )
    )
    return True


def _said(session: Session, thread: Thread, version: int) -> str:
    """What the summary was for whoever read that version: the newest up to it that was not redacted."""
    earlier = (SummaryRevision.thread_id == thread.id, SummaryRevision.version <= version)
    query = sa.select(SummaryRevision.body).where(*earlier).order_by(SummaryRevision.version.desc())
    return session.scalars(query.limit(1)).first() or ""


def _wrote(session: Session, actor: Actor, place: Place, body: str) -> bool:
    newest = session.get(SummaryRevision, (place.thread.id, place.thread.summary_version))
    return newest is not None and (newest.author_id, newest.body) == (actor.staff_id, body)


def _changed(session: Session, place: Place) -> Appended | None:
    return newest_of(session, "thread:changed", thread_id=place.thread.id)


def _note_rewriting(session: Session, actor: Actor, place: Place, kind: type[OfThread]) -> None:
    """Title and summary stand for the whole thread: the body whose matter it is finds who of another wrote them. What
    was written stays out of the record, where nobody could take it out again."""
    owner = body_in_charge(session, place)
    if owner != actor.organisation_id:
        happened(session, actor, kind(thread_id=place.thread.id, organisation_id=owner))


def lock_thread(session: Session, actor: Actor, command: LockThread) -> Receipt:
    """Close the thread to further writing, or open it again. Raises Closed for an edition that was taken back, which
    nobody opens again."""
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.LOCK, place.subject)
    if place.thread.edition == "withdrawn":
        raise Closed
    place.thread.locked_at = utc_now() if command.on else None
    kind = ThreadLocked if command.on else ThreadUnlocked
    happened(session, actor, kind(thread_id=place.thread.id, organisation_id=place.room.organisation_id))
    return Receipt(event=announce_thread(session, place))
