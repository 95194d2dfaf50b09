"""Telling people at once that something waits for the body for which they speak. Nothing is kept here: what waits is
read from the thing itself, when somebody looks (ADR 14)."""

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Organisation, Posting, Section
from hub.clock import utc_now
from hub.feed.log import append
from hub.feed.streams import user_stream
from hub.security.permissions import DX, MUNICIPAL

Waiting = Literal["adoption", "proposal", "thanks", "consent", "ended"]


def tell_body(session: Session, organisation_id: int, kind: Waiting, but: int = 0, roles: str = MUNICIPAL) -> None:
    """`inbox:changed` for everybody who speaks for a body, except `but`: officers and managers or those of
    other municipal `roles`, for the prefecture its DX section."""
    now = utc_now()
    own = sa.and_(Section.is_dx, Posting.role.in_(DX.split()))
    speaks = sa.or_(own, sa.and_(Organisation.kind != "県", Posting.role.in_(roles.split())))
    query = (
        sa.select(Posting.staff_id)
        .join(Section, Section.id == Posting.section_id)
        .join(Organisation, Organisation.id == Section.organisation_id)
        .where(Organisation.id == organisation_id, speaks, Posting.staff_id != but)
        .where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
    )
    for staff_id in session.scalars(query.distinct()).all():
        append(session, user_stream(staff_id), "inbox:changed", {"kind": kind})
