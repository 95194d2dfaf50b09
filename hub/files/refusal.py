"""Why a file is not taken, in words for the person who sent it."""

from typing import Literal

from flask_babel import gettext as _

from hub.errors import ValidationFailed

Reason = Literal[
    "empty", "type", "broken", "pixels", "bomb", "macro", "encrypted", "program", "two_in_one", "quota", "infected"
]


class FileRefused(Exception):
    """Raised while a file is examined, also in the thread pool, where there is no language yet."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def in_words(self, name: str) -> ValidationFailed:
        """The refusal for the form's field `file`."""
        return ValidationFailed({"file": _("「%(name)s」は添付できません。%(why)s", name=name, why=_why(self.reason))})


def _why(reason: Reason) -> str:
    return {
        "empty": _("中身が空です。"),
        "type": _("添付できるのは、画像、PDF、Word・Excel・PowerPoint、OpenDocument、テキストとCSVです。"),
        "broken": _("ファイルが壊れているようです。"),
        "pixels": _("画像の縦横が大きすぎます。"),
        "bomb": _("広げると大きくなりすぎるファイルです。"),
        "macro": _("マクロが入っています。マクロのない形で保存し直してください。"),
        "encrypted": _("パスワードがかかっていて、中身を確かめられません。"),
        "program": _("中にプログラムが入っています。"),
        "two_in_one": _("二つの種類のファイルが一つになっています。"),
        "quota": _("団体で使える容量がいっぱいです。システム管理者に相談してください。"),
        "infected": _("ウイルス対策ソフトが危険と判断しました。情報担当に知らせてください。"),
    }[reason]
