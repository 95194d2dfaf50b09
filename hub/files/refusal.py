"""Why a file is not taken, in words for the person who sent it."""

from typing import Literal

from flask_babel import gettext as _

from hub.errors import ValidationFailed

Reason = Literal[
    "empty",
    "type",
    "broken",
    "pixels",
    "bomb",
    "macro",
    "encrypted",
    "program",
    "two_in_one",
    "quota",
    "infected",
    "embedded",
    "outside",
    "active",
    "attached",
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
        "empty": _("ファイルの中身がありません。"),
        "type": _("画像、PDF、Word・Excel・PowerPoint、OpenDocument、テキスト、CSVを添付できます。"),
        "broken": _("ファイルを開けません。元のファイルを確認してください。"),
        "pixels": _("画像の縦横のサイズが大きすぎます。縮小してください。"),
        "bomb": _("展開するとサイズが大きくなりすぎます。ファイルを分けてください。"),
        "macro": _("マクロが入っています。マクロのない形で保存し直してください。"),
        "encrypted": _("パスワードが付いているため、安全を確認できません。パスワードを外して添付してください。"),
        "program": _("プログラムが含まれています。"),
        "two_in_one": _("安全を確認できない形式です。作成したソフトで保存し直してください。"),
        "embedded": _("ほかのソフトのファイルが埋め込まれています。図として貼り付け直すか、別に添付してください。"),
        "outside": _("開くとほかの場所から読み込むリンクがあります。リンクを解除して保存し直してください。"),
        "active": _("開くと動くスクリプトなどが入っています。印刷の機能でPDFに保存し直してください。"),
        "attached": _("PDFの中にほかのファイルが入っています。取り出して別に添付してください。"),
        "quota": _("自団体の保存容量がいっぱいです。システム管理者に連絡してください。"),
        "infected": _("ウイルス対策ソフトが危険と判断しました。情報担当に連絡してください。"),
    }[reason]
