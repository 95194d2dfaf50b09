"""Every kind of mail, and the function that finds its words."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.mail.accounts import INVITATION, PASSWORD, RESET, write_link, write_warning
from hub.mail.addressing import Reader
from hub.mail.calls import CALL, write_call
from hub.mail.digest import DIGEST, write_digest
from hub.mail.letters import Letter
from hub.mail.models import Mail

TEST = "test"


def _test(_session: Session, _mail: Mail, _reader: Reader) -> Letter:
    return Letter(
        _("テストメール"),
        lines=(_("市町村DX相談ハブからのメールが届くことを確認するために送りました。"),),
        button=(_("ハブを開く"), "/"),
        reason=_("「メール」の画面で、あなたがテストメールを送ったため届きました。"),
    )


LETTERS = {
    INVITATION: write_link,
    RESET: write_link,
    PASSWORD: write_warning,
    TEST: _test,
    CALL: write_call,
    DIGEST: write_digest,
}
