"""Changing a thread as a whole: summary, title, lock."""

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
from hub.threads.commands import LockThread, RenameThread, Summarise
from hub.threads.happenings import OfThread, RenamedByOthers, SummarisedByOthers, ThreadLocked, ThreadUnlocked
from hub.threads.input import TITLE_CHARS, checked_body, checked_line
from hub.threads.models import SummaryRevision
from hub.threads.pseudonyms.writing import under_alias
from hub.threads.queries import Place, get_thread_for, hold, title_was_erased
from hub.threads.services.deciding import written_as
from hub.threads.services.posting import require_open

SUMMARY_CHARS = 4_000


@under_alias
def summarise(session: Session, actor: Actor, command: Summarise) -> Receipt:
    """Replace the pinned summary (まとめ), keeping every earlier version; an empty body unpins it.

    The same once more, because its answer was lost on the way, is answered as at first. Raises Conflict when somebody
    else changed it since `version`.
    """
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.SUMMARISE, place.subject)
    hold(session, place.thread)
    require_open(place)
    body = checked_body(command.body, max_chars=SUMMARY_CHARS) if command.body.strip() else ""
    if place.thread.summary_version == command.version + 1 and _wrote(session, actor, place, body):
        return Receipt({"version": place.thread.summary_version}, _changed(session, place))
    if place.thread.summary_version != command.version:
        raise Conflict
    place.thread.summary_version += 1
    session.add(
        SummaryRevision(
            thread_id=place.thread.id,
            version=place.thread.summary_version,
            body=body,
            body_html=rendered(session, body) if body else "",
            author_id=actor.staff_id,
            posting_id=actor.posting_id,
            writer_name=written_as(actor),
            created_at=utc_now(),
        )
    )
    _note_rewriting(session, actor, place, SummarisedByOthers)
    return Receipt({"version": place.thread.summary_version}, announce_thread(session, place))


def _wrote(session: Session, actor: Actor, place: Place, body: str) -> bool:
    newest = session.get(SummaryRevision, (place.thread.id, place.thread.summary_version))
    return newest is not None and (newest.author_id, newest.body) == (actor.staff_id, body)


def _changed(session: Session, place: Place) -> Appended | None:
    return newest_of(session, "thread:changed", thread_id=place.thread.id)


@under_alias
def rename_thread(session: Session, actor: Actor, command: RenameThread) -> Receipt:
    """Give the thread a better title; whoever may summarise may do so.

    A title that it has already is not given again. Raises Conflict when the thread was changed since `version`, or a
    title was taken out of it and no version is named.
    """
    place = get_thread_for(session, actor, command.thread_id)
    require(actor, Permission.SUMMARISE, place.subject)
    hold(session, place.thread)
    require_open(place)
    if command.version is None and title_was_erased(session, place.thread):
        raise Conflict
    title = checked_line(command.title, max_chars=TITLE_CHARS, field="title")
    if place.thread.titled and place.thread.title == title and (done := _changed(session, place)):
        return Receipt(event=done)
    if command.version is not None and command.version != place.thread.version:
        raise Conflict
    place.thread.titled, place.thread.title = True, title
    _note_rewriting(session, actor, place, RenamedByOthers)
    return Receipt(event=announce_thread(session, place))


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
