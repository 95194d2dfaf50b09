"""What the library asks of one person: to confirm the cases of their duty, and to go on with drafts."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, utc_now
from hub.library.bases import flagged
from hub.library.freshness import ended, overdue_condition
from hub.library.models import Case
from hub.people.models import Duty, Holding, Organisation
from hub.shown import Shown, first_of
from hub.statements import among

MOST = 20


@dataclass(frozen=True)
class ToConfirm:
    """A case that the actor's duty answers for; `changed`: one of its bases has, else its interval has passed."""

    case: Case
    changed: bool


def cases_to_confirm(session: Session, actor: Actor, *, whole: bool = False) -> Shown[ToConfirm]:
    """Of the duties in which the actor sits now or stands in for somebody absent; for what is nobody's duty its body's
    managers are asked."""
    now = utc_now()
    held = (
        sa.select(Holding.duty_id)
        .where(Holding.staff_id == actor.staff_id, Holding.from_at <= now)
        .where(sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
    )
    absent = sa.and_(Duty.absent_from <= now, sa.or_(Duty.absent_until.is_(None), Duty.absent_until > now))
    mine = sa.select(Duty.id).where(sa.or_(Duty.id.in_(held), sa.and_(Duty.deputy_duty_id.in_(held), absent)))
    unowned = sa.and_(Case.contact_duty_id.is_(None), Case.organisation_id.in_(actor.managed_ids))
    changed = sa.case((flagged(), True), else_=False)
    query = (
        sa.select(Case, changed)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(sa.or_(Case.contact_duty_id.in_(mine), unowned), among(Case.owners_id, actor.audience_ids))
        .where(Organisation.member)
        .where(Case.published_version.is_not(None), ~ended())
        .where(sa.or_(flagged(), overdue_condition(japan_today())))
        .order_by(Case.last_confirmed_on, Case.id)
    )
    rows = session.execute(first_of(query, MOST, whole))
    return Shown([ToConfirm(case, bool(is_changed)) for case, is_changed in rows], MOST, whole)


def drafts_in_hand(session: Session, actor: Actor, *, whole: bool = False) -> Shown[Case]:
    """Sent back to the actor's body, or waiting for the consent of its manager, or for the DX section to publish."""
    query = _in_hand(actor).order_by(Case.id.desc())
    return Shown(session.scalars(first_of(query, MOST, whole)).all(), MOST, whole)


def count_drafts(session: Session, actor: Actor) -> int:
    return session.execute(_in_hand(actor).with_only_columns(sa.func.count())).scalar_one()


def _in_hand(actor: Actor) -> sa.Select[Case]:
    query = sa.select(Case).where(among(Case.owners_id, actor.audience_ids))
    if actor.in_dx_section:
        agreed = Case.approved_version == Case.version
        return query.where(Case.status == "review", sa.or_(agreed, Case.organisation_id.in_(actor.organisation_ids)))
    consent = sa.and_(
        Case.status == "review",
        sa.or_(Case.approved_version.is_(None), Case.approved_version != Case.version),
        Case.organisation_id.in_(actor.managed_ids),
    )
    return query.where(Case.organisation_id.in_(actor.organisation_ids), sa.or_(Case.status == "returned", consent))
