"""「事例にする」: a case draft from the marked messages. Words of other municipalities are used when these have agreed.
From there on the case goes its own way, in which the town's manager and the DX section agree to every version that
readers get to see."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import Conflict, ValidationFailed
from hub.events.happenings import happened
from hub.feed.submissions import Receipt
from hub.library.content import SUMMARY_CHARS, TEXT_CHARS
from hub.library.happenings import CaseCreated
from hub.library.queries import own_duty
from hub.library.services.writing import checked
from hub.library.versions import new_case
from hub.people.models import Organisation
from hub.security.permissions import Permission, Subject, require
from hub.sharing.commands import OnSharing
from hub.sharing.happenings import SharedAsCase
from hub.sharing.models import Sharing, SharingPart
from hub.sharing.parties import consents_of, parties_of
from hub.sharing.queries import parts_of
from hub.sharing.services.preparing import open_sharing
from hub.text import plain_excerpt

LINE = 300
LED_BY = {"municipality": "市町村", "prefecture": "県"}  # who did it, as long as nobody says otherwise


def make_case(session: Session, actor: Actor, command: OnSharing) -> Receipt:
    """Raises ValidationFailed naming what does not fit and who has not agreed yet, Conflict when it is no case or
    changed since `version`."""
    shared = open_sharing(session, actor, command.sharing_id, command.version)
    sharing = shared.sharing
    if sharing.kind != "case":
        raise Conflict
    require(actor, Permission.CASE_CREATE, Subject(organisation_id=sharing.organisation_id))
    _require_words(session, sharing)
    organisation = session.get_one(Organisation, sharing.organisation_id)
    parts = [p for p in parts_of(session, sharing.id) if p.included]
    content = checked(session, _content(sharing.title, parts) | {"led_by": LED_BY.get(organisation.side, "")})
    case = new_case(session, actor, organisation, content)
    case.contact_duty_id = own_duty(session, actor, organisation.id)
    sharing.case_id, sharing.state, sharing.out_at = case.id, "out", utc_now()
    happened(session, actor, CaseCreated(case_id=case.id, organisation_id=organisation.id))
    happened(session, actor, SharedAsCase(sharing_id=sharing.id, organisation_id=organisation.id))
    return Receipt({"sharing_id": str(sharing.id), "case_id": str(case.id)})


def _require_words(session: Session, sharing: Sharing) -> None:
    """Nobody's words are used unasked: in a 研究会 other municipalities write as well."""
    given = consents_of(session, sharing)
    missing = [body.name for body in parties_of(session, sharing) if body.id not in given]
    if missing:
        words = _("%(names)sの投稿を使うには、その団体の同意が必要です。同意を依頼するか、投稿を外してください。")
        raise ValidationFailed({"parts": words % {"names": _("、").join(missing)}})


def _content(title: str, parts: list[SharingPart]) -> dict[str, Any]:
    """課題 is the background, 取組 the approach, 苦労 the difficulties; of an 効果 the text, for people to make figures
    of. The summary is the beginning of the first two."""
    issue, action = _text(parts, "issue"), _text(parts, "action")
    opening = [plain_excerpt(text, SUMMARY_CHARS // 2) for text in (issue, action) if text]
    effects = [plain_excerpt(part.body, LINE) for part in parts if part.kind == "effect"]
    return {
        "title": title,
        "summary": "\n".join(opening) or title,
        "background": issue,
        "approach": action,
        "difficulties": _text(parts, "difficulty"),
        "effects": [{"metric": text} for text in effects],
    }


def _text(parts: list[SharingPart], kind: str) -> str:
    text = "\n\n".join(part.body for part in parts if part.kind == kind)
    if len(text) > TEXT_CHARS:
        first = next(part.position for part in parts if part.kind == kind)
        message = _("同じ目印の文章は、合わせて%(n)s文字以内にしてください。", n=f"{TEXT_CHARS:,}")
        raise ValidationFailed({f"body-{first}": message})
    return text
