"""What is left of a withdrawn case for those who could read it: that it was withdrawn, when, by which body (ADR 19).
Who could read it is kept as a copy of the grants of that moment: whoever is let in later finds nothing there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.access_changes import Whom
from hub.actor import Actor
from hub.audiences.models import Audience, Grant
from hub.audiences.queries import current_grants
from hub.audiences.services import new_audience
from hub.clock import in_japan, utc_now
from hub.errors import NotFound
from hub.events.happenings import Said, happened
from hub.library.happenings import TombstonesChanged
from hub.library.models import Bookmark, Case, Withdrawal
from hub.people.models import Organisation
from hub.security.permissions import Permission, Subject, permits
from hub.statements import among


@dataclass(frozen=True)
class Tombstone:
    """`body` is the one that withdrew the case. Nothing here says what the case was about or who did it."""

    case_id: int
    day: str
    body: str

    @property
    def words(self) -> str:
        return _("取り下げられた事例（%(day)s、%(body)s）", day=self.day, body=self.body)


class CaseWithdrawn(NotFound):
    """The case was withdrawn, and the actor is one of those who could read it. For everybody else it is a NotFound."""

    def __init__(self, tombstone: Tombstone) -> None:
        super().__init__()
        self.tombstone = tombstone


def add_tombstones(session: Session, said: Sequence[Said]) -> None:
    """Follows cases that are withdrawn, which keep their audience for those who work on them."""
    for _by, what in said:
        readers = new_audience(session)
        grants = current_grants(session, [session.get_one(Case, what.case_id).audience_id])
        for grant in grants:
            copy = Grant(audience_id=readers.id, until_at=grant.until_at)
            copy.organisation_id, copy.section_id, copy.staff_id = (
                grant.organisation_id,
                grant.section_id,
                grant.staff_id,
            )
            session.add(copy)
        row = Withdrawal(case_id=what.case_id, withdrawn_at=utc_now(), organisation_id=what.withdrawn_by)
        row.readers_id = readers.id
        session.add(row)
        session.flush()
        happened(session, None, TombstonesChanged(_holders(grants)))


def remove_tombstones(session: Session, said: Sequence[Said]) -> None:
    """Follows cases that are out again: nothing is left of the withdrawals."""
    case_ids = [case_id for _by, what in said for case_id in what.case_ids]
    rows = session.scalars(sa.select(Withdrawal).where(Withdrawal.case_id.in_(case_ids))).all()
    readers = [row.readers_id for row in rows]
    for row in rows:
        session.delete(row)
    session.flush()
    if readers:
        whom = _holders(session.scalars(sa.select(Grant).where(Grant.audience_id.in_(readers))).all())
        session.execute(sa.delete(Grant).where(Grant.audience_id.in_(readers)))
        session.execute(sa.delete(Audience).where(Audience.id.in_(readers)))
        happened(session, None, TombstonesChanged(whom))


def _holders(grants: Iterable[Grant]) -> Whom:
    staff = frozenset(g.staff_id for g in grants if g.staff_id is not None)
    organisations = frozenset(g.organisation_id for g in grants if g.organisation_id is not None)
    return Whom(staff, organisations, frozenset(g.section_id for g in grants if g.section_id is not None))


def absent(session: Session, actor: Actor, case_id: int) -> NotFound:
    """What to raise for a case that the actor may not read."""
    row = session.get(Withdrawal, case_id)
    if row is None or not permits(actor, Permission.CASE_READ, Subject(row.readers_id)):
        return NotFound()
    return CaseWithdrawn(_tombstone(row, session.get_one(Organisation, row.organisation_id)))


def _tombstone(row: Withdrawal, body: Organisation) -> Tombstone:
    return Tombstone(row.case_id, in_japan(row.withdrawn_at).date().isoformat(), body.name)


def tombstones(session: Session, actor: Actor, *which: sa.ColumnElement[bool]) -> dict[int, Tombstone]:
    """Of withdrawn cases that the actor could read or works on; `which` speaks of Case."""
    mine = sa.or_(among(Withdrawal.readers_id, actor.audience_ids), among(Case.owners_id, actor.audience_ids))
    query = (
        sa.select(Withdrawal, Organisation)
        .join(Case, Case.id == Withdrawal.case_id)
        .join(Organisation, Organisation.id == Withdrawal.organisation_id)
        .where(mine, *which)
        .order_by(Withdrawal.withdrawn_at.desc(), Withdrawal.case_id)
    )
    return {row.case_id: _tombstone(row, body) for row, body in session.execute(query)}


def marked_tombstones(session: Session, actor: Actor) -> list[Tombstone]:
    """Of the cases that the actor has bookmarked."""
    mine = sa.select(Bookmark.case_id).where(Bookmark.staff_id == actor.staff_id)
    return list(tombstones(session, actor, Case.id.in_(mine)).values())
