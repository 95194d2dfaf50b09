"""Mails about an account: an invitation, another password, and that a password was changed. They go when caused,
at any hour, and nobody ends them.

The word in a link stands nowhere in the database: it is made of the secret of the installation and of what the mail
holds, when the link is issued and again when it is sent."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from uuid import uuid4

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.events.happenings import Said
from hub.mail.addressing import Reader
from hub.mail.letters import Letter
from hub.mail.models import Mail
from hub.mail.outbox import ToSend, hands_over, put
from hub.people.models import OneTimeLink
from hub.security.sessions import hash_token

INVITATION, RESET, PASSWORD = "invitation", "reset", "password"
PATHS = {INVITATION: "/welcome/", RESET: "/reset/"}


def token_of(nonce: str) -> str:
    """As long as one that is drawn by lot, and as hard to guess for whoever has not the secret."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    word = hmac.new(secret, f"one-time link {nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(word).decode().rstrip("=")


def send_link(session: Session, link: OneTimeLink, nonce: str) -> bool:
    """To its owner, where a mail server is set; whether it will be tried."""
    if not hands_over(session):
        return False
    session.flush()
    put(session, [ToSend(f"link:{link.id}", link.purpose, link.staff_id, {"nonce": nonce})])
    return True


def warn_owner(session: Session, said: Sequence[Said]) -> None:
    """Follows passwords that were changed, whoever did it."""
    if hands_over(session):
        put(session, [ToSend(f"password:{uuid4().hex}", PASSWORD, what.staff_id, {}) for _by, what in said])


def write_link(session: Session, mail: Mail, _reader: Reader) -> Letter | None:
    """None when the link does not work any more."""
    token, now = token_of(mail.content["nonce"]), utc_now()
    query = sa.select(OneTimeLink.id).where(OneTimeLink.token_hash == hash_token(token), OneTimeLink.used_at.is_(None))
    if session.scalar(query.where(OneTimeLink.expires_at > now)) is None:
        return None
    invited = mail.kind == INVITATION
    return Letter(
        _("市町村DX相談ハブへの招待") if invited else _("パスワードの再設定"),
        lines=(
            _("次のページでパスワードを決めると、ログインできます。リンクは1回だけ、24時間使えます。"),
            _("開いただけでは使ったことになりません。このメールは、ほかの人に転送しないでください。"),
        ),
        button=(_("パスワードを決める"), PATHS[mail.kind] + token),
        reason=_("団体管理者があなたを登録したため届きました。")
        if invited
        else _("団体管理者が再設定のリンクを発行したため届きました。覚えがないときは、団体管理者に連絡してください。"),
    )


def write_warning(_session: Session, _mail: Mail, _reader: Reader) -> Letter:
    return Letter(
        _("パスワードが変更されました"),
        lines=(_("覚えがないときは、すぐに団体管理者に連絡してください。"),),
        button=(_("ログイン中の端末を見る"), "/sign-ins"),
        reason=_("安全のため、変更のたびに届きます。"),
    )
