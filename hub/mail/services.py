"""What administrators and managers do about mails."""

from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.errors import ValidationFailed
from hub.events.happenings import happened
from hub.mail.commands import SendTest, SetRules, TryAgain
from hub.mail.happenings import MailResumed, MailRulesSet
from hub.mail.kinds import TEST
from hub.mail.models import MailRules
from hub.mail.outbox import ToSend, put, sends_mails
from hub.mail.queries import get_unreached
from hub.security.permissions import Permission, require_role
from hub.statements import upsert


def send_test(session: Session, actor: Actor, _command: SendTest) -> None:
    """To the actor's own address. Raises Forbidden, ValidationFailed where no mails are sent."""
    require_role(actor, Permission.MAIL_MANAGE)
    if not sends_mails(session):
        raise ValidationFailed({"": _("メールを送る設定になっていません。")})
    put(session, [ToSend(f"test:{uuid4().hex}", TEST, actor.staff_id, {})])


def set_rules(session: Session, actor: Actor, command: SetRules) -> None:
    """Raises Forbidden."""
    require_role(actor, Permission.MAIL_MANAGE)
    upsert(session, MailRules, ("id",), {"id": 1, "with_text": command.with_text == "on"})
    happened(session, actor, MailRulesSet(detail={"with_text": command.with_text}))


def try_again(session: Session, actor: Actor, command: TryAgain) -> None:
    """The refusals are forgotten. Raises Forbidden, NotFound for somebody whom the actor does not run."""
    row = get_unreached(session, actor, command.staff_id)
    row.refusals, row.refused_at, row.stopped_at, row.last_answer = 0, None, None, ""
    happened(session, actor, MailResumed(staff_id=row.staff_id, organisation_id=actor.organisation_id))
