"""What a person sees of their own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.accounts.models import Expertise, Field, Organisation, Posting, Section, SignIn, Staff
from hub.clock import utc_now
from hub.security.actor import Actor


@dataclass(frozen=True)
class OwnPosting:
    organisation: str
    section: str
    role: str


def own_staff(session: Session, actor: Actor) -> Staff:
    return session.get_one(Staff, actor.staff_id)


def own_postings(session: Session, actor: Actor) -> list[OwnPosting]:
    """Where the person is posted today, oldest first."""
    now = utc_now()
    query = (
        sa.select(Organisation.name, Section.name, Posting.role)
        .join(Section, Section.organisation_id == Organisation.id)
        .join(Posting, Posting.section_id == Section.id)
        .where(Posting.staff_id == actor.staff_id, Posting.from_at <= now)
        .where(sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
        .order_by(Posting.from_at, Posting.id)
    )
    return [OwnPosting(*row) for row in session.execute(query)]


def list_fields(session: Session) -> Sequence[Field]:
    return session.scalars(sa.select(Field).order_by(Field.position, Field.id)).all()


def own_field_ids(session: Session, actor: Actor) -> set[int]:
    return set(session.scalars(sa.select(Expertise.field_id).where(Expertise.staff_id == actor.staff_id)))


def own_sign_ins(session: Session, actor: Actor, idle: timedelta) -> Sequence[SignIn]:
    """The browsers in which the person is signed in now, the last seen first."""
    now = utc_now()
    query = sa.select(SignIn).where(SignIn.staff_id == actor.staff_id, SignIn.ended_at.is_(None), SignIn.ends_at > now)
    return session.scalars(query.where(SignIn.seen_at > now - idle).order_by(SignIn.seen_at.desc(), SignIn.id)).all()
