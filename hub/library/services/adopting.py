"""What others do with a case: 横展開 by body, bookmarks and thanks by person."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Forbidden, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.commands import Adopt, Mark
from hub.library.happenings import AdoptionProposed, CaseAdopted
from hub.library.models import Adoption, Bookmark, Case, Thanks
from hub.library.queries import get_case_for, reading_subject
from hub.library.tombstones import CaseWithdrawn
from hub.people.models import Organisation
from hub.security.permissions import Permission, require
from hub.statements import upsert
from hub.text_chars import TextRefused, clean_source

TEXT_CHARS = 2_000
ADOPTERS = ("trial", "adopted", "adapted", "ended")


def adopt_case(session: Session, actor: Actor, command: Adopt) -> Receipt:
    """Say what one's body does with the case; it confirms what a supporter proposed. Raises ValidationFailed."""
    case = _readable(session, actor, command.case_id, Permission.CASE_ADOPT)
    adoption = _put(session, case, actor.organisation_id, command)
    adoption.confirmed_at = utc_now()
    detail, author = {"state": command.state}, case.organisation_id
    adopted = CaseAdopted(case_id=case.id, organisation_id=actor.organisation_id, author_id=author, detail=detail)
    happened(session, actor, adopted)
    return Receipt()


def propose_adoption(session: Session, actor: Actor, command: Adopt) -> Receipt:
    """A supporter's proposal, seen by that town and the DX section until the town confirms it. Raises ValidationFailed
    when the town has spoken itself."""
    case = _readable(session, actor, command.case_id, Permission.CASE_PROPOSE)
    town = session.get(Organisation, command.organisation_id) if command.organisation_id else None
    if town is None or town.side != "municipality":
        raise ValidationFailed({"organisation_id": _("この団体は選べません。一覧から別の団体を選んでください。")})
    there = _find(session, case.id, town.id)
    if there is not None and there.confirmed_at is not None:
        raise ValidationFailed({"organisation_id": _("この団体は、自分で状況を決めています。")})
    _put(session, case, town.id, command).proposed_by_id = actor.staff_id
    detail = {"state": command.state}
    happened(session, actor, AdoptionProposed(case_id=case.id, organisation_id=town.id, detail=detail))
    return Receipt()


def bookmark_case(session: Session, actor: Actor, command: Mark) -> Receipt:
    return _mark(session, actor, command, Bookmark)


def thank_for_case(session: Session, actor: Actor, command: Mark) -> Receipt:
    """参考になった."""
    return _mark(session, actor, command, Thanks)


def _mark(session: Session, actor: Actor, command: Mark, kind: type[Bookmark] | type[Thanks]) -> Receipt:
    try:
        get_case_for(session, actor, command.case_id)
    except CaseWithdrawn:
        if command.on:
            raise  # what is gone cannot be marked, but a mark can be taken off
    key = {"staff_id": actor.staff_id, "case_id": command.case_id}
    if command.on:
        upsert(session, kind, ("staff_id", "case_id"), key | {"created_at": utc_now()})
    else:
        session.execute(sa.delete(kind).filter_by(**key))
    return Receipt()


def _readable(session: Session, actor: Actor, case_id: int, permission: Permission) -> Case:
    place = get_case_for(session, actor, case_id, lock=True)
    require(actor, permission, reading_subject(actor, place))
    if place.case.published_version is None:
        raise Forbidden
    return place.case


def _find(session: Session, case_id: int, organisation_id: int) -> Adoption | None:
    return session.scalars(sa.select(Adoption).filter_by(case_id=case_id, organisation_id=organisation_id)).first()


def _put(session: Session, case: Case, organisation_id: int, command: Adopt) -> Adoption:
    if organisation_id == case.organisation_id:
        raise ValidationFailed({"state": _("自団体の事例には、状況を記録できません。")})
    if command.ended_on and command.started_on and command.ended_on < command.started_on:
        raise ValidationFailed({"ended_on": _("終了日は開始日より後にしてください。")})
    found = _find(session, case.id, organisation_id)
    adoption = found or Adoption(case_id=case.id, organisation_id=organisation_id)
    adoption.state, adoption.updated_at = command.state, utc_now()
    adoption.reason, adoption.changes = _text(command.reason, "reason"), _text(command.changes, "changes")
    adoption.person_days, adoption.cost_yen = command.person_days, command.cost_yen
    adoption.ease = (command.ease or "") if command.state in ADOPTERS else ""
    adoption.started_on, adoption.ended_on = command.started_on, command.ended_on
    adoption.learned_from_id = _teacher(session, command.learned_from_id, organisation_id)
    session.add(adoption)
    session.flush()
    return adoption


def _teacher(session: Session, teacher_id: int | None, organisation_id: int) -> int | None:
    if teacher_id is not None and (teacher_id == organisation_id or session.get(Organisation, teacher_id) is None):
        raise ValidationFailed({"learned_from_id": _("この団体は選べません。一覧から別の団体を選んでください。")})
    return teacher_id


def _text(text: str, field: str) -> str:
    if not text.strip():
        return ""
    try:
        return clean_source(text, max_chars=TEXT_CHARS)
    except TextRefused:
        raise ValidationFailed({field: _("%(n)s文字以内で入力してください。", n=f"{TEXT_CHARS:,}")}) from None
