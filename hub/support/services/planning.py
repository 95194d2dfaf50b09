"""The plan of a municipality: items that somebody holds, changed with words by both sides."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import fiscal_year, utc_now
from hub.errors import Conflict, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt, once
from hub.security.permissions import Permission, require
from hub.support.commands import AddPlanItem, ChangePlanItem, Planned
from hub.support.happenings import PlanChanged
from hub.support.holders import Key, choices, typed
from hub.support.input import LINE_CHARS, REASON_CHARS, checked_line
from hub.support.models import PlanChange, PlanItem
from hub.support.plan import PlanPlace, get_item_for
from hub.support.queries import Karte, get_karte_for
from hub.threads.services.deciding import written_as

WHAT = ("title", "state", "side", "outside", "due_on", "duty_id", "holder_id")


@once
def add_plan_item(session: Session, actor: Actor, command: AddPlanItem) -> Receipt:
    """Raises NotFound, ValidationFailed."""
    karte = get_karte_for(session, actor, command.organisation_id, lock=True)
    require(actor, Permission.KARTE_WRITE, karte.subject)
    item = PlanItem(organisation_id=karte.organisation.id, fiscal_year=fiscal_year(command.due_on), number=1)
    item.state = "on_track"
    _set(item, _standing(session, karte, command, ""))
    session.add(item)
    session.flush()
    return _keep(session, actor, karte, item, "")


def change_plan_item(session: Session, actor: Actor, command: ChangePlanItem) -> Receipt:
    """Raises NotFound, Conflict when somebody else has changed it meanwhile, ValidationFailed."""
    place: PlanPlace = get_item_for(session, actor, command.item_id, lock=True)
    require(actor, Permission.KARTE_WRITE, place.karte.subject)
    item = place.item
    if command.number != item.number:
        raise Conflict
    after = _standing(session, place.karte, command, typed((item.duty_id, item.holder_id))) | {"state": command.state}
    if all(getattr(item, name) == after[name] for name in WHAT):
        raise ValidationFailed({"state": _("今の内容と同じです。変更するところを入力してください。")})
    reason = checked_line(command.reason, "reason", REASON_CHARS)
    _set(item, after)
    item.number += 1
    return _keep(session, actor, place.karte, item, reason)


def _standing(session: Session, karte: Karte, command: Planned, kept: str) -> dict[str, Any]:
    """`kept`: the holder until now, who may stay after having left."""
    duty, person = _holder(session, karte, command.holder, kept)
    outside = checked_line(command.outside, "outside", LINE_CHARS) if command.side == "outside" else ""
    title = checked_line(command.title, "title", LINE_CHARS)
    return {
        "title": title,
        "due_on": command.due_on,
        "side": command.side,
        "outside": outside,
        "duty_id": duty,
        "holder_id": person,
    }


def _holder(session: Session, karte: Karte, wanted: str, kept: str) -> Key:
    if not wanted or (wanted != kept and wanted not in dict(choices(session, karte))):
        raise ValidationFailed({"holder": _("選び直してください。")})
    kind, _colon, number = wanted.partition(":")
    return (int(number), None) if kind == "duty" else (None, int(number))


def _set(item: PlanItem, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(item, name, value)


def _keep(session: Session, actor: Actor, karte: Karte, item: PlanItem, why: str) -> Receipt:
    change = PlanChange(item_id=item.id, number=item.number, why=why, recorded_at=utc_now())
    _copy(change, item)
    change.staff_id, change.posting_id, change.writer_name = actor.staff_id, actor.posting_id, written_as(actor)
    session.add(change)
    session.flush()
    detail = {"item": item.id, "state": item.state}
    id_ = karte.organisation.id
    happened(session, actor, PlanChanged(karte_id=id_, organisation_id=id_, detail=detail))
    return Receipt({"item_id": str(item.id), "number": item.number})


def _copy(change: PlanChange, item: PlanItem) -> None:
    for name in WHAT:
        setattr(change, name, getattr(item, name))
