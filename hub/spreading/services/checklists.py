"""The checklist of each stage: kept by the DX section, ticked by the towns."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.models import Adoption
from hub.library.queries import get_case_for, reading_subject
from hub.security.permissions import Permission, require, require_role
from hub.spreading.commands import AddItem, ChangeItem, RetireItem, Tick, TickAll
from hub.spreading.happenings import ChecklistChanged
from hub.spreading.models import ChecklistItem, ChecklistTick
from hub.spreading.queries import checklist_of, list_items
from hub.statements import upsert
from hub.text_chars import TextRefused, clean_line

ITEM_CHARS, MOST_ITEMS = 100, 20


def tick(session: Session, actor: Actor, command: Tick) -> Receipt:
    """One item of the stage at which the actor's body is. Raises NotFound."""
    adoption = _own(session, actor, command.case_id)
    if command.item_id not in {listed.item.id for listed in checklist_of(session, adoption)}:
        raise NotFound
    _set(session, actor, adoption, command.item_id, command.on)
    return Receipt()


def tick_all(session: Session, actor: Actor, command: TickAll) -> Receipt:
    """The form without scripts: every shown item as it is now. Raises NotFound."""
    adoption = _own(session, actor, command.case_id)
    shown, ticked = (set(text.split()) for text in (command.shown, command.ticked))
    for listed in checklist_of(session, adoption):
        wanted = str(listed.item.id) in ticked
        if str(listed.item.id) in shown and wanted != (listed.tick is not None):
            _set(session, actor, adoption, listed.item.id, wanted)
    return Receipt()


def _own(session: Session, actor: Actor, case_id: int) -> Adoption:
    place = get_case_for(session, actor, case_id)
    require(actor, Permission.CASE_ADOPT, reading_subject(actor, place))
    query = sa.select(Adoption).where(
        Adoption.case_id == case_id,
        Adoption.organisation_id == actor.organisation_id,
        Adoption.confirmed_at.is_not(None),
    )
    found = session.scalars(query.with_for_update()).first()
    if found is None:
        raise NotFound
    return found


def _set(session: Session, actor: Actor, adoption: Adoption, item_id: int, on: bool) -> None:
    if on:
        values: dict[str, Any] = {"adoption_id": adoption.id, "item_id": item_id, "staff_id": actor.staff_id}
        values |= {"posting_id": actor.posting_id, "writer_name": actor.writer_name, "ticked_at": utc_now()}
        upsert(session, ChecklistTick, ("adoption_id", "item_id"), values)
    else:
        session.execute(sa.delete(ChecklistTick).filter_by(adoption_id=adoption.id, item_id=item_id))


def add_item(session: Session, actor: Actor, command: AddItem) -> Receipt:
    """Raises Forbidden, ValidationFailed."""
    require_role(actor, Permission.CHECKLIST_EDIT)
    there = list_items(session, command.state)
    if len(there) >= MOST_ITEMS:
        raise ValidationFailed({"text": _("%(n)s項目以内で選んでください。", n=MOST_ITEMS)})
    position = max((item.position for item in there), default=-1) + 1
    session.add(ChecklistItem(state=command.state, text=_line(command.text), position=position))
    happened(session, actor, ChecklistChanged(detail={"state": command.state}))
    return Receipt()


def change_item(session: Session, actor: Actor, command: ChangeItem) -> Receipt:
    """New words or another place; ticks stay. Raises Forbidden, NotFound, ValidationFailed."""
    item = _item(session, actor, command.item_id)
    item.text, item.position = _line(command.text), command.position
    happened(session, actor, ChecklistChanged(detail={"state": item.state}))
    return Receipt()


def retire_item(session: Session, actor: Actor, command: RetireItem) -> Receipt:
    """Take an item off the list, or put it back; whoever has ticked it still sees it. Raises Forbidden, NotFound."""
    item = _item(session, actor, command.item_id)
    item.retired_at = utc_now() if command.on else None
    happened(session, actor, ChecklistChanged(detail={"state": item.state}))
    return Receipt()


def _item(session: Session, actor: Actor, item_id: int) -> ChecklistItem:
    require_role(actor, Permission.CHECKLIST_EDIT)
    item = session.get(ChecklistItem, item_id)
    if item is None:
        raise NotFound
    return item


def _line(text: str) -> str:
    try:
        return clean_line(text, max_chars=ITEM_CHARS)
    except TextRefused:
        message = _("入力してください。") if not text.strip() else _("%(n)s文字以内で入力してください。", n=ITEM_CHARS)
        raise ValidationFailed({"text": message}) from None
