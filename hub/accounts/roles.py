"""What roles are called on the screen."""

from flask_babel import gettext as _

from hub.actor import Role


def role_name(role: Role | str) -> str:
    names = {
        "officer": _("職員"),
        "manager": _("団体管理者"),
        "bureau": _("部局職員"),
        "supporter": _("支援員"),
        "lead": _("統括"),
        "admin": _("システム管理者"),
        "guest": _("ゲスト"),
    }
    return names.get(role, "")
