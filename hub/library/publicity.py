"""一般公開: a case goes out to everybody when its town's manager and the DX section have both said so, while all
members read it. Cases of the prefecture and of outsiders are curated by the DX section alone."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass as command
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.audiences.models import Audience
from hub.audiences.services import MEMBERS
from hub.clock import utc_now
from hub.errors import Conflict
from hub.events.happenings import happened
from hub.feed.payloads import STRICT, Id
from hub.feed.submissions import Receipt
from hub.library.happenings import OfCase, PublicityAgreed, PublicityEnded
from hub.library.models import Case, CaseVersion, Publicity
from hub.library.queries import Place, get_case_for
from hub.people.models import Organisation
from hub.security.permissions import Permission, require


@command(config=STRICT)
class OpenToPublic:
    """Agree for one's own side, or (not `on`) end it at once for both."""

    case_id: Id
    on: bool


@dataclass(frozen=True)
class PublicState:
    town: bool
    dx: bool
    needs_town: bool
    shared: bool  # all members read it

    @property
    def is_open(self) -> bool:
        return self.dx and self.shared and (self.town or not self.needs_town)


def publicity_of(session: Session, place: Place) -> PublicState:
    row = session.get(Publicity, place.case.id)
    key = session.execute(sa.select(Audience.key).where(Audience.id == place.case.audience_id)).scalar()
    shared = key == MEMBERS and place.case.published_version is not None
    needs = place.organisation.side == "municipality" and place.organisation.member
    return PublicState(bool(row and row.town_agreed_at), bool(row and row.dx_agreed_at), needs, shared)


def open_cases() -> sa.Select[Case, Organisation]:
    """What goes out to everybody."""
    needs_town = sa.and_(Organisation.member, Organisation.kind.in_(("市", "町", "村")))
    return (
        sa.select(Case, Organisation)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .join(Publicity, Publicity.case_id == Case.id)
        .join(Audience, Audience.id == Case.audience_id)
        .where(Case.published_version.is_not(None), Audience.key == MEMBERS, Publicity.dx_agreed_at.is_not(None))
        .where(sa.or_(~needs_town, Publicity.town_agreed_at.is_not(None)))
        .order_by(Case.published_at.desc(), Case.id.desc())
    )


def open_to_public(session: Session, actor: Actor, command: OpenToPublic) -> Receipt:
    """Raises Conflict as long as not all members read the case: what towns may not read is not for everybody."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_PUBLIC, place.subject)
    if not command.on:
        lags = publicity_of(session, place).is_open
        end_publicity(session, place.case.id)
        receipt = _done(session, actor, place, PublicityEnded)
        return Receipt(receipt.data | ({"site_lags": True} if lags else {}))
    if not publicity_of(session, place).shared:
        raise Conflict(_("先に「参加する全団体」へ公開してください。"))
    return agree_to_publicity(session, actor, place)


def agree_to_publicity(session: Session, actor: Actor, place: Place) -> Receipt:
    """The word of the actor's side, be it before the first publication."""
    require(actor, Permission.CASE_PUBLIC, place.subject)
    row = session.get(Publicity, place.case.id) or Publicity(case_id=place.case.id)
    if actor.in_dx_section:
        row.dx_agreed_at, row.dx_agreed_by_id = utc_now(), actor.staff_id
    else:
        row.town_agreed_at, row.town_agreed_by_id = utc_now(), actor.staff_id
    session.add(row)
    return _done(session, actor, place, PublicityAgreed)


def has_agreed(session: Session, actor: Actor, place: Place) -> bool:
    """Whether the actor's side has said so, or it is out to everybody by others' words alone."""
    state = publicity_of(session, place)
    return state.is_open or (state.dx if actor.in_dx_section else state.town)


def end_publicity(session: Session, case_id: int) -> None:
    """Also whenever the case is narrowed or withdrawn: no old consent comes back with a later widening."""
    session.execute(sa.delete(Publicity).where(Publicity.case_id == case_id))


def take_back_words(session: Session, place: Place) -> None:
    """When the newest version of a case goes back a step: what was said while it waited, together with it, lapses with
    it. What is open to everybody already stays so."""
    row, version = session.get(Publicity, place.case.id), session.get(CaseVersion, (place.case.id, place.case.version))
    if row is None or version is None or publicity_of(session, place).is_open:
        return
    if row.town_agreed_at and row.town_agreed_at >= version.created_at:
        row.town_agreed_at = row.town_agreed_by_id = None
    if row.dx_agreed_at and row.dx_agreed_at >= version.created_at:
        row.dx_agreed_at = row.dx_agreed_by_id = None
    if not (row.town_agreed_at or row.dx_agreed_at):
        session.delete(row)


def lag_words() -> str:
    """For whoever has just changed what the Web site still shows."""
    return _("県のWebサイトには、まだ前の内容が掲載されています。次にサイトを更新したときに変わります。")


def _done(session: Session, actor: Actor, place: Place, kind: type[OfCase]) -> Receipt:
    happened(session, actor, kind(case_id=place.case.id, organisation_id=place.case.organisation_id))
    return Receipt({"case_id": str(place.case.id)})
