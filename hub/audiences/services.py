"""Making audiences and changing their grants. Every change raises the access version."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.audiences.models import Audience, Grant
from hub.installation import raise_access_version

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
    reason: str | None = None,
) -> None:
    """Let these read, now and until the given moment; who is granted without end already is left as is."""
    session.flush()
    have = session.scalars(sa.select(Grant).where(Grant.audience_id == audience.id, Grant.until_at.is_(None))).all()
    for column, ids in (("organisation_id", organisations), ("section_id", sections), ("staff_id", staff)):
        granted = {getattr(g, column) for g in have}
        for id_ in ids:
            if id_ not in granted:
                row = Grant(audience_id=audience.id, until_at=until_at, reason=reason)
                setattr(row, column, id_)
                session.add(row)
    raise_access_version(session)


def withdraw(
    session: Session,
    audience: Audience,
    *,
    organisations: Iterable[int] = (),
    sections: Iterable[int] = (),
    staff: Iterable[int] = (),
) -> None:
    """End the grants of these at once."""
    condition = sa.or_(
        Grant.organisation_id.in_(list(organisations)),
        Grant.section_id.in_(list(sections)),
        Grant.staff_id.in_(list(staff)),
    )
    session.execute(sa.delete(Grant).where(Grant.audience_id == audience.id, condition))
    raise_access_version(session)
