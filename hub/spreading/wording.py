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
        "considering": _("取り入れるかどうかを調べています。"),
        "trial": _("範囲や期間を限って試しています。"),
        "adopted": _("ほぼそのまま取り入れています。"),
        "adapted": _("自団体に合わせて変更し、取り入れています。"),
        "declined": _("検討した結果、今は取り入れないと決めました。"),
        "ended": _("取り入れましたが、終了しました。"),
    }
