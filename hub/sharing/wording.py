"""What the kinds, states and details of sharing are called."""

from flask_babel import gettext as _


def detail_names() -> dict[str, str]:
    return {
        "name": _("人名"),
        "body": _("団体名"),
        "place": _("地名・施設名"),
        "company": _("会社名・製品名"),
        "address": _("住所"),
        "money": _("金額"),
        "security": _("セキュリティに関わる情報"),
        "personal": _("個人情報"),
    }


def state_names() -> dict[str, str]:
    return {
        "preparing": _("準備中"),
        "asked": _("同意待ち"),
        "returned": _("差戻し"),
        "out": _("公開中"),
        "withdrawn": _("取下げ"),
    }


def kind_name(kind: str, anonymous: bool) -> str:
    if kind == "case":
        return _("事例")
    return _("匿名の共有版") if anonymous else _("共有版")
