"""Making audiences and changing their grants. Every change raises the access version and tells whom it concerns."""

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Posting, Section
from hub.audiences.models import Audience, Grant
from hub.clock import utc_now
from hub.feed.log import append
from hub.feed.streams import user_stream
from hub.installation import raise_access_version

MEMBERS = "members"
DX = "dx"
Left = Callable[[Session, int, list[int]], None]
_when_left: list[Left] = []


def when_left(call: Left) -> Left:
    """Call with the audience and the organisations whenever some leave one, in the same transaction."""
    _when_left.append(call)
    return call


def town_key(organisation_id: int) -> str:
    return f"town:{organisation_id}"


def ensure_audience(session: Session, key: str) -> Audience:
    """The standard audience of this name, made empty on first use."""
    audience = session.scalars(sa.select(Audience).where(Audience.key == key)).first()
    if audience is None:
        audience = Audience(key=key)
        session.add(audience)
        session.flush()
    return audience


def new_audience(session: Session) -> Audience:
    audience = Audience()
    session.add(audience)
    session.flush()
    return audience


def grant(
    session: Session,
    audience: Audience,
    *,
    organisations: Iterable[int] = (),
    sections: Iterable[int] = (),
    staff: Iterable[int] = (),
    until_at: datetime | None = None,
    reason: str | None = None,
) -> None:
    """Let these read, now and until the given moment; who is granted without end already is left as is."""
    session.flush()
    organisations, sections, staff = list(organisations), list(sections), list(staff)
    have = session.scalars(sa.select(Grant).where(Grant.audience_id == audience.id, Grant.until_at.is_(None))).all()
    for column, ids in (("organisation_id", organisations), ("section_id", sections), ("staff_id", staff)):
        granted = {getattr(g, column) for g in have}
        for id_ in ids:
            if id_ not in granted:
                row = Grant(audience_id=audience.id, until_at=until_at, reason=reason)
                setattr(row, column, id_)
                session.add(row)
    _tell(session, organisations, sections, staff)


def withdraw(
    session: Session,
    audience: Audience,
    *,
    organisations: Iterable[int] = (),
    sections: Iterable[int] = (),
    staff: Iterable[int] = (),
) -> None:
    """End the grants of these at once."""
    organisations, sections, staff = list(organisations), list(sections), list(staff)
    condition = sa.or_(
        Grant.organisation_id.in_(organisations), Grant.section_id.in_(sections), Grant.staff_id.in_(staff)
    )
    session.execute(sa.delete(Grant).where(Grant.audience_id == audience.id, condition))
    for call in _when_left if organisations else ():
        call(session, audience.id, organisations)
    _tell(session, organisations, sections, staff)


def _tell(session: Session, organisations: list[int], sections: list[int], staff: list[int]) -> None:
    """Everybody who sits there now: their open pages offer to look again."""
    now = utc_now()
    there = sa.or_(Section.organisation_id.in_(organisations), Section.id.in_(sections))
    query = sa.select(Posting.staff_id).join(Section, Section.id == Posting.section_id).where(there)
    query = query.where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
    access_changed(session, {*staff, *session.scalars(query)})


def access_changed(session: Session, staff_ids: Iterable[int]) -> None:
    """What these may read or do is another from this commit on."""
    for staff_id in sorted(set(staff_ids)):
        append(session, user_stream(staff_id), "access:changed", {})
    raise_access_version(session)
