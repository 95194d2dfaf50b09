"""Why a room waits for somebody, and for how long, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.threads.waiting import RoomCounts


def waiting_words(counts: RoomCounts) -> str:
    """「回答待ち 2件・最長3日」; empty when no consultation waits for the person's side."""
    n, days = counts.waiting, counts.waiting_days
    if n == 0:
        return ""
    if counts.waiting_state == "open":
        why = ngettext("回答待ち %(n)s件", "回答待ち %(n)s件", n, n=n)
    else:
        why = ngettext("回答あり %(n)s件", "回答あり %(n)s件", n, n=n)
    long = ngettext("最長%(n)s日", "最長%(n)s日", days, n=days) if days > 0 else _("今日から")
    return _("・").join((why, long))
