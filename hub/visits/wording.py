"""The words of 視察, in the reader's language."""

from flask_babel import gettext as _


def state_names() -> dict[str, str]:
    return {
        "requested": _("申込み中"),
        "accepted": _("日程決定"),
        "declined": _("受入れ不可"),
        "withdrawn": _("取下げ"),
        "done": _("実施済み"),
    }
