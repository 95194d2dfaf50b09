"""Whom a change of access concerns learns of it: their open pages offer to look again."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.access_changes import Whom
from hub.clock import utc_now
from hub.events.happenings import Said
from hub.feed.log import append
from hub.feed.streams import user_stream
from hub.people.models import Posting, Section


def tell_people(session: Session, said: Sequence[Said]) -> None:
    """access:changed, once for everybody who is named or sits in the organisations and sections now."""
    whom = Whom()
    for _by, what in said:
        whom |= what.concerned
    for staff_id in sorted(whom.staff | _seated(session, whom)):
        append(session, user_stream(staff_id), "access:changed", {})


def _seated(session: Session, whom: Whom) -> set[int]:
    if not (whom.organisations or whom.sections):
        return set()
    now = utc_now()
    there = sa.or_(Section.organisation_id.in_(whom.organisations), Section.id.in_(whom.sections))
    query = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id).where(there)
    return set(
        session.scalars(query.where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now)))
    )
