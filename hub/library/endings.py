"""That a practice has ended, for those who have to know of it: the managers of its town and the DX section. Whoever
holds the contact duty can say so alone; both sides are told, and one person's 確認しました settles it for a side."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import HearEnding
from hub.library.freshness import ended
from hub.library.happenings import EndingNoted
from hub.library.models import Case, CaseEnding, CaseVersion
from hub.library.queries import Place, get_case_for
from hub.people.models import Organisation
from hub.rooms.services import dx_section
from hub.security.permissions import Permission, may_ever, require
from hub.shown import Shown, first_of
from hub.statements import among, upsert

MOST = 20


@dataclass(frozen=True)
class EndedRow:
    ending: CaseEnding
    case: Case
    body: Organisation
    newest: CaseVersion

    @property
    def reason(self) -> str:
        """In the words that wait for both sides' consent, or that are out."""
        return self.case.ended_reason or str(self.newest.content.get("ended_reason") or "")


def note_ending(session: Session, actor: Actor, place: Place) -> None:
    """To be called when a case has ended. The side that said so itself is not told."""
    now, body = utc_now(), place.organisation
    town_knows = body.side != "municipality" or body.id in actor.managed_ids
    row = {"case_id": place.case.id, "ended_at": now, "town_heard_at": now if town_knows else None}
    row["dx_heard_at"] = now if actor.in_dx_section else None
    upsert(session, CaseEnding, ("case_id",), row)
    if not town_knows:
        happened(session, actor, EndingNoted(body.id, managers_only=True))
    if not actor.in_dx_section:
        happened(session, actor, EndingNoted(dx_section(session).organisation_id, managers_only=False))


def unheard_endings(actor: Actor) -> sa.ColumnElement[bool]:
    """Of CaseEnding joined with Case: the actor's side has not said that it knows. What readers see decides: a draft
    that somebody saves beside it does not make it heard."""
    town = sa.and_(CaseEnding.town_heard_at.is_(None), Case.organisation_id.in_(actor.managed_ids))
    dx = sa.and_(sa.literal(actor.in_dx_section), CaseEnding.dx_heard_at.is_(None))
    return sa.and_(ended(), among(Case.owners_id, actor.audience_ids), sa.or_(town, dx))


def list_endings(session: Session, actor: Actor, *, whole: bool = False) -> Shown[EndedRow]:
    if not may_ever(actor, Permission.CASE_SHARE):
        return Shown([], MOST, whole)
    query = (
        sa.select(CaseEnding, Case, Organisation, CaseVersion)
        .join(Case, Case.id == CaseEnding.case_id)
        .join(CaseVersion, sa.and_(CaseVersion.case_id == Case.id, CaseVersion.number == Case.version))
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(unheard_endings(actor))
        .order_by(CaseEnding.ended_at.desc(), Case.id)
    )
    return Shown([EndedRow(*row) for row in session.execute(first_of(query, MOST, whole))], MOST, whole)


def count_endings(actor: Actor) -> sa.ScalarSelect[int]:
    """For whoever may do something about them."""
    query = sa.select(sa.func.count()).select_from(CaseEnding).join(Case, Case.id == CaseEnding.case_id)
    return query.where(unheard_endings(actor)).scalar_subquery()


def acknowledge_end(session: Session, actor: Actor, command: HearEnding) -> Receipt:
    """確認しました, for the actor's side. Raises Conflict when the case has not ended."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_SHARE, place.subject)
    ending = session.get(CaseEnding, place.case.id)
    if ending is None:
        raise Conflict
    if actor.in_dx_section:
        ending.dx_heard_at = ending.dx_heard_at or utc_now()
    else:
        ending.town_heard_at = ending.town_heard_at or utc_now()
    return Receipt()
