"""What stages and states of 横展開 are called, in the language of the reader."""

from flask_babel import gettext as _


def state_meanings() -> dict[str, str]:
    return {
        "considering": _("取り入れるかどうかを調べています。"),
        "trial": _("範囲や期間を限って試しています。"),
        "adopted": _("ほぼそのまま取り入れています。"),
        "adapted": _("自団体に合わせて変更し、取り入れています。"),
        "declined": _("検討した結果、今は取り入れないと決めました。"),
        "ended": _("取り入れましたが、終了しました。"),
    }
