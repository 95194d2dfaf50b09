"""The words of 横展開."""

from flask_babel import gettext as _


def state_letters() -> dict[str, str]:
    """One letter for each state: on tiles and in the matrix, beside the pattern, so that no colour is needed."""
    return {
        "considering": _("検"),
        "trial": _("試"),
        "adopted": _("採"),
        "adapted": _("改"),
        "declined": _("見"),
        "ended": _("終"),
    }


def state_meanings() -> dict[str, str]:
    return {
        "considering": _("取り入れるかどうかを調べている。"),
        "trial": _("範囲か期間を限って試している。"),
        "adopted": _("ほぼそのまま取り入れて使っている。"),
        "adapted": _("自分の団体に合わせて変えて使っている。"),
        "declined": _("調べたうえで、今は取り入れないと決めた。理由はほかの団体の役に立つ。"),
        "ended": _("取り入れたが、終えた。"),
    }
