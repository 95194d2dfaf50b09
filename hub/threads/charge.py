"""Who may redact what belongs to a thread as a whole. Its title and its summary are the matter of the body that opened
it and of the one that asks in it; of an edition, which both sides put out, also of the DX section's. Whoever else wrote
in the summary may take out what their own body wrote."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.people.models import Posting, Section
from hub.security.permissions import Permission, permits
from hub.threads.consultations.models import Consultation
from hub.threads.models import SummaryRevision, Thread
from hub.threads.queries import DX_BODY, Place

_OF_POSTING = sa.select(Section.organisation_id).join(Posting, Posting.section_id == Section.id)


def redactable(session: Session, actor: Actor, place: Place, part: str) -> bool:
    """Whether the actor may redact of this part whatever they may, were there anything."""
    return runs_head(session, actor, place) or (part == "summary" and bool(summaries_of(session, actor, place)))


def runs_head(session: Session, actor: Actor, place: Place) -> bool:
    """Whether the whole head is the actor's to redact."""
    thread_id = place.thread.id
    opened = _OF_POSTING.join(Thread, Thread.opened_posting_id == Posting.id).where(Thread.id == thread_id)
    asks = sa.select(Consultation.organisation_id).where(Consultation.thread_id == thread_id)
    bodies = session.scalars(sa.union(opened, asks, *([DX_BODY] if place.thread.edition else [])))
    return any(_may(actor, place, body) for body in {None, *bodies})


def body_in_charge(session: Session, place: Place) -> int | None:
    """Whose matter a thread is: who asks in it, the municipality of its room, else who opened it; of an edition, whose
    town nobody is to be told, the body of the DX section."""
    if place.thread.edition:
        return session.scalars(DX_BODY).first()
    asks = session.scalar(sa.select(Consultation.organisation_id).where(Consultation.thread_id == place.thread.id))
    opened = _OF_POSTING.where(Posting.id == place.thread.opened_posting_id)
    return asks or place.room.organisation_id or session.scalar(opened)


def summaries_of(session: Session, actor: Actor, place: Place) -> set[int]:
    """The versions of the summary that the actor may redact: all, or those that their own body wrote. The DX section's
    lead, who looks after the rooms, may redact all as soon as the section wrote in it."""
    query = sa.select(SummaryRevision.version, Section.organisation_id).select_from(SummaryRevision)
    query = query.join(Posting, Posting.id == SummaryRevision.posting_id).join(
        Section, Section.id == Posting.section_id
    )
    written = session.execute(query.where(SummaryRevision.thread_id == place.thread.id)).all()
    own = {version for version, body in written if _may(actor, place, body)}
    if (own and actor.in_dx_section) or runs_head(session, actor, place):
        return {version for version, _body in written}
    return own


def _may(actor: Actor, place: Place, body: int | None) -> bool:
    return permits(actor, Permission.REDACT, place.subject_of(body))
