"""Duties (担当): seats in a section, who holds them from when until when, and who stands in. Whatever somebody owns
points to a seat, so seats are never deleted."""

from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.accounts.people_commands import PutDuty, SeatHolder, SetAbsence
from hub.actor import Actor
from hub.clock import after_last_day, start_of_japan_day, utc_now
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.people.happenings import AbsenceSet, DutyCreated, DutySeated
from hub.people.input import checked_name
from hub.people.models import Duty, Holding, Organisation, Section
from hub.people.seats import members_of
from hub.security.permissions import Permission, Subject, permits


def put_duty(session: Session, actor: Actor, command: PutDuty) -> None:
    """A new seat in a section. Raises NotFound, ValidationFailed."""
    section = session.get(Section, command.section_id)
    if section is None or not _manages(actor, section.organisation_id):
        raise NotFound
    name = checked_name(command.name, field="name")
    if session.scalar(sa.select(Duty.id).filter_by(section_id=section.id, name=name)) is not None:
        raise ValidationFailed({"name": _("この部署には、同じ名前の担当があります。")})
    if command.accompanies is not None:
        body = session.get(Organisation, command.accompanies)
        if not section.is_dx or body is None or body.side != "municipality":
            raise ValidationFailed({"accompanies": _("伴走支援の担当は、県DX担当の部署だけに置けます。")})
    duty = Duty(section_id=section.id, name=name, organisation_id=command.accompanies)
    session.add(duty)
    session.flush()
    happened(session, actor, DutyCreated(duty_id=duty.id, organisation_id=section.organisation_id))


def seat_holder(session: Session, actor: Actor, command: SeatHolder) -> None:
    """Give the seat to somebody of its own body, or leave it empty, now or from a later day on. Who holds it then,
    ends then; what was planned for later is replaced. Raises NotFound, ValidationFailed."""
    duty, section = _duty(session, actor, command.duty_id)
    from_at, until_at = _from(command.from_on), _day_after(command.until_on)
    if until_at is not None and until_at <= from_at:
        raise ValidationFailed({"until_on": _("最後の日は、開始日より前にできません。")})
    if command.staff_id is not None and command.staff_id not in {
        staff.id for staff in members_of(session, section.organisation_id)
    }:
        raise ValidationFailed({"staff_id": _("この団体の職員を選んでください。")})
    _vacate(session, duty.id, from_at)
    if command.staff_id is not None:
        session.add(Holding(duty_id=duty.id, staff_id=command.staff_id, from_at=from_at, until_at=until_at))
    happened(session, actor, DutySeated(duty_id=duty.id, organisation_id=section.organisation_id))


def set_absence(session: Session, actor: Actor, command: SetAbsence) -> None:
    """不在 from / until (both days included) with a deputy of the same body. Raises NotFound, ValidationFailed."""
    duty, section = _duty(session, actor, command.duty_id)
    first, last = command.from_on, command.until_on
    if (first is None) != (last is None) or (first and last and last < first):
        raise ValidationFailed({"until_on": _("不在の最初の日と最後の日を入力してください。")})
    if command.deputy_duty_id is not None:
        deputy, its_section = _duty(session, actor, command.deputy_duty_id)
        if deputy.id == duty.id or its_section.organisation_id != section.organisation_id:
            raise ValidationFailed({"deputy_duty_id": _("同じ団体の、ほかの担当を選んでください。")})
    duty.deputy_duty_id = command.deputy_duty_id
    duty.absent_from = start_of_japan_day(first) if first else None
    duty.absent_until = _day_after(last)
    happened(session, actor, AbsenceSet(duty_id=duty.id, organisation_id=section.organisation_id))


def _vacate(session: Session, duty_id: int, from_at: datetime) -> None:
    """Nobody holds the seat from this moment on. Holdings that would never have begun go."""
    later = sa.and_(Holding.duty_id == duty_id, Holding.from_at >= from_at)
    running = sa.and_(Holding.duty_id == duty_id, sa.or_(Holding.until_at.is_(None), Holding.until_at > from_at))
    apart = {"synchronize_session": False}
    session.execute(sa.delete(Holding).where(later), execution_options=apart)
    session.execute(sa.update(Holding).where(running).values(until_at=from_at), execution_options=apart)


def _from(day: date | None) -> datetime:
    """Never in the past: who held the seat then, did."""
    return max(utc_now(), start_of_japan_day(day)) if day else utc_now()


def _day_after(day: date | None) -> datetime | None:
    return after_last_day(day) if day else None


def _duty(session: Session, actor: Actor, duty_id: int) -> tuple[Duty, Section]:
    query = sa.select(Duty, Section).join(Section, Section.id == Duty.section_id).where(Duty.id == duty_id)
    found = session.execute(query).first()
    if found is None or not _manages(actor, found[1].organisation_id):
        raise NotFound
    return found[0], found[1]


def _manages(actor: Actor, organisation_id: int) -> bool:
    return permits(actor, Permission.STAFF_MANAGE, Subject(organisation_id=organisation_id))
