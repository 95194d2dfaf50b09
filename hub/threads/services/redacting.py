"""墨消し of what belongs to a thread as a whole: its title and its summary."""

from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Forbidden, NotFound
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.threads.charge import redactable, summaries_of
from hub.threads.commands import RedactThread
from hub.threads.erasing import erase_summary, erase_title
from hub.threads.happenings import OfThread, SummaryRedacted, TitleRedacted
from hub.threads.input import REASON_CHARS, checked_line
from hub.threads.models import ThreadRedaction
from hub.threads.queries import Place, get_thread_for, hold

PARTS = ("title", "summary")
REDACTED: dict[str, type[OfThread]] = {"title": TitleRedacted, "summary": SummaryRedacted}


def redact_thread(session: Session, actor: Actor, command: RedactThread) -> Receipt:
    """The title or the summary leaves row, history, events and preparations; who, when and why stays. Also in a locked
    thread. Of a summary what the actor may: all versions, or those of their own body. Appends thread:changed.

    Raises NotFound, also when there is nothing to redact, Forbidden, ValidationFailed when no reason is given.
    """
    place = get_thread_for(session, actor, command.thread_id)
    if not redactable(session, actor, place, command.part):
        raise Forbidden
    hold(session, place.thread)
    if not has_part(session, actor, place, command.part):
        raise NotFound
    reason = checked_line(command.reason, max_chars=REASON_CHARS, field="reason")
    session.add(
        ThreadRedaction(
            thread_id=place.thread.id, part=command.part, at=utc_now(), staff_id=actor.staff_id, reason=reason
        )
    )
    kind = REDACTED[command.part]
    happened(session, actor, kind(thread_id=place.thread.id, organisation_id=place.room.organisation_id))
    if command.part == "title":
        return erase_title(session, place)
    return erase_summary(session, place, summaries_of(session, actor, place))


def has_part(session: Session, actor: Actor, place: Place, part: str) -> bool:
    """Whether there is anything for the actor to redact. A summary that was taken off still stands in its history."""
    return bool(place.thread.title if part == "title" else summaries_of(session, actor, place))
