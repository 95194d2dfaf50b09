"""Making audiences and changing their grants."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.access_changes import Whom
from hub.audiences.happenings import GrantsGiven, GrantsTaken
from hub.audiences.models import Audience, Grant
from hub.events.happenings import happened

MEMBERS = "members"
DX = "dx"


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
) -> None:
    """Let these read, now and until the given moment; who is granted without end already is left as is."""
    session.flush()
    organisations, sections, staff = list(organisations), list(sections), list(staff)
    have = session.scalars(sa.select(Grant).where(Grant.audience_id == audience.id, Grant.until_at.is_(None))).all()
    for column, ids in (("organisation_id", organisations), ("section_id", sections), ("staff_id", staff)):
        granted = {getattr(g, column) for g in have}
        for id_ in ids:
            if id_ not in granted:
                row = Grant(audience_id=audience.id, until_at=until_at)
                setattr(row, column, id_)
                session.add(row)
    whom = Whom(frozenset(staff), frozenset(organisations), frozenset(sections))
    happened(session, None, GrantsGiven(audience.id, whom))


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
    whom = Whom(frozenset(staff), frozenset(organisations), frozenset(sections))
    happened(session, None, GrantsTaken(audience.id, whom))
