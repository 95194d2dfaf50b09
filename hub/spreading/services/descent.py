"""Noting from which case a case came. No case can be among its own predecessors."""

import re

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import NotFound, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.ids import PATTERN
from hub.library.happenings import LineageChanged
from hub.library.queries import get_case_for
from hub.security.permissions import Permission, require
from hub.spreading.commands import LinkPredecessor, UnlinkPredecessor
from hub.spreading.models import Predecessor
from hub.statements import upsert
from hub.text_chars import TextRefused, clean_line

NOTE_CHARS, MOST = 300, 10
_NUMBER = re.compile(rf"(?:^|/cases/)({PATTERN})(?:[/?#].*)?$", re.ASCII)


def link_predecessor(session: Session, actor: Actor, command: LinkPredecessor) -> Receipt:
    """Raises ValidationFailed for what is no readable, published case, or would close a circle."""
    place = get_case_for(session, actor, command.case_id, lock=True)
    require(actor, Permission.CASE_EDIT, place.subject)
    wanted = _wanted(session, actor, command.predecessor)
    if wanted == command.case_id or command.case_id in _ancestors(session, wanted):
        raise ValidationFailed({"predecessor": _("この事例を参考にした事例は、参考にした事例として登録できません。")})
    if len(_ancestors(session, command.case_id, generations=1)) >= MOST:
        raise ValidationFailed({"predecessor": _("参考にした事例は%(n)s件まで登録できます。", n=MOST)})
    values = {"case_id": command.case_id, "predecessor_id": wanted, "note": _note(command.note)}
    upsert(session, Predecessor, ("case_id", "predecessor_id"), values)
    _record(session, actor, command.case_id, place.case.organisation_id)
    return Receipt()


def unlink_predecessor(session: Session, actor: Actor, command: UnlinkPredecessor) -> Receipt:
    place = get_case_for(session, actor, command.case_id)
    require(actor, Permission.CASE_EDIT, place.subject)
    gone = {"case_id": command.case_id, "predecessor_id": command.predecessor_id}
    session.execute(sa.delete(Predecessor).filter_by(**gone))
    _record(session, actor, command.case_id, place.case.organisation_id)
    return Receipt()


def _wanted(session: Session, actor: Actor, typed: str) -> int:
    found = _NUMBER.search(typed.strip()[:300])
    try:
        place = get_case_for(session, actor, int(found[1]) if found else 0)
    except NotFound:
        place = None
    if place is None or place.case.published_version is None:
        raise ValidationFailed({"predecessor": _("公開されている事例の番号か、ページのアドレスを入力してください。")})
    return place.case.id


def _ancestors(session: Session, case_id: int, generations: int = 50) -> set[int]:
    found: set[int] = set()
    front = {case_id}
    for _generation in range(generations):
        query = sa.select(Predecessor.predecessor_id).where(Predecessor.case_id.in_(front))
        front = set(session.scalars(query)) - found
        if not front:
            break
        found |= front
    return found


def _note(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return clean_line(text, max_chars=NOTE_CHARS)
    except TextRefused:
        raise ValidationFailed({"note": _("%(n)s文字以内で入力してください。", n=NOTE_CHARS)}) from None


def _record(session: Session, actor: Actor, case_id: int, organisation_id: int) -> None:
    happened(session, actor, LineageChanged(case_id=case_id, organisation_id=organisation_id))
