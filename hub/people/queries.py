"""What a person sees of their own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from hub.actor import Actor
from hub.clock import utc_now
from hub.people.models import Expertise, Field, OneTimeLink, Organisation, Posting, Section, SignIn, Staff

RESETS_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class OwnPosting:
    organisation: str
    section: str
    role: str


@dataclass(frozen=True)
class OwnReset:
    """A reset link for the person: `by` is who handed it out, `works` while somebody could still use it."""

    issued_at: datetime
    by: str
    used_at: datetime | None
    works: bool


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


def own_resets(session: Session, actor: Actor) -> list[OwnReset]:
    """Every reset link of the last 30 days, newest first. The notice at sign-in tells of one only, and is told to
    whoever signs in first: that may be the one who used the link."""
    now, issuer = utc_now(), aliased(Staff)
    query = (
        sa.select(OneTimeLink, issuer.name)
        .outerjoin(issuer, issuer.id == OneTimeLink.issued_by_id)
        .where(OneTimeLink.staff_id == actor.staff_id, OneTimeLink.purpose == "reset")
        .where(OneTimeLink.issued_at > now - RESETS_SHOWN)
        .order_by(OneTimeLink.issued_at.desc(), OneTimeLink.id.desc())
    )
    return [
        OwnReset(link.issued_at, by or "", link.used_at, link.used_at is None and link.expires_at > now)
        for link, by in session.execute(query)
    ]
