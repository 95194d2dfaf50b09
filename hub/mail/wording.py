"""What kinds of mails and ways are called, and what is said of an entry."""

from flask_babel import gettext as _

from hub.inbox.queries import InboxRow


def kind_names() -> dict[str, str]:
    return {
        "answer": _("自分の相談への回答"),
        "mention": _("自分への呼びかけ（@）"),
        "reply": _("自分の投稿への返信"),
        "question": _("担当する事例への質問"),
        "charge": _("相談の担当になったこと"),
        "followed": _("更新を受け取るやりとりの投稿"),
        "silent": _("回答の後に書き込みがない相談の確認"),
        "waiting": _("対応が必要なもの（同意、差戻し、視察の申込みなど）"),
        "notice": _("未確認のお知らせ"),
        "case": _("通知を受け取る分野・タグの新しい事例"),
    }


def way_names() -> dict[str, str]:
    return {"now": _("すぐに"), "digest": _("1日1回まとめて"), "never": _("受け取らない")}


def said_of(row: InboxRow, kind: str) -> str:
    """Who did what, without any of their words."""
    name = row.author["name"]
    return {
        "answer": _("%(name)sさんが、あなたの相談に回答しました", name=name),
        "mention": _("%(name)sさんがあなたを呼びました", name=name),
        "reply": _("%(name)sさんが返信しました", name=name),
        "question": _("%(name)sさんが事例について質問しました", name=name),
        "charge": _("相談の担当になりました"),
        "followed": _("%(name)sさんが書き込みました", name=name),
        "silent": _("書き込みがないため、相談を自動で終了しました")
        if row.entry.kind == "lapsed"
        else _("この相談は解決しましたか"),
    }[kind]


def reason_of(kind: str) -> str:
    """なぜ届いたか."""
    return {
        "answer": _("あなたが相談したため届きました。"),
        "mention": _("「@」で名前を呼ばれたため届きました。"),
        "reply": _("あなたの投稿に返信が付いたため届きました。"),
        "question": _("あなたが問合せ先の事例に質問があったため届きました。"),
        "charge": _("あなたが相談の担当になったため届きました。"),
        "followed": _("更新を受け取るやりとりに投稿があったため届きました。"),
        "silent": _("あなたが相談したため届きました。"),
    }[kind]
