"""What the steps of a case have in common: the right to take them, what they expect, and what they answer."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import Conflict, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.happenings import OfCase
from hub.library.models import Case
from hub.library.queries import Place, get_case_for
from hub.security.permissions import Permission, require
from hub.text_chars import TextRefused, clean_source

REASON_CHARS = 2_000


def place_for(session: Session, actor: Actor, case_id: int, permission: Permission) -> Place:
    """The case, which nobody else changes until the commit. Raises NotFound, Forbidden."""
    place = get_case_for(session, actor, case_id, lock=True)
    require(actor, permission, place.subject)
    return place


def expect(case: Case, version: int, *statuses: str) -> None:
    """Raises Conflict when it is another version by now, or stands elsewhere."""
    if case.version != version or case.status not in statuses:
        raise Conflict


def done(
    session: Session, actor: Actor, place: Place, kind: type[OfCase], *, lags: bool = False, **detail: Any
) -> Receipt:
    """`lags`: the Web site goes on showing what was, until it is made again."""
    case = place.case
    happened(session, actor, kind(case_id=case.id, organisation_id=case.organisation_id, detail=detail))
    return Receipt(state_of(case).data | ({"site_lags": True} if lags else {}))


def state_of(case: Case) -> Receipt:
    return Receipt({"case_id": str(case.id), "version": case.version, "status": case.status})


def reason_of(text: str, field: str) -> str:
    """Raises ValidationFailed."""
    try:
        return clean_source(text, max_chars=REASON_CHARS)
    except TextRefused:
        message = (
            _("%(n)s文字以内で入力してください。", n=f"{REASON_CHARS:,}") if text.strip() else _("入力してください。")
        )
        raise ValidationFailed({field: message}) from None
