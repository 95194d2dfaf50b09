"""The names of kinds, facets and orders, and how a facet's value is written in a query."""

from flask_babel import gettext as _
from flask_babel import pgettext

from hub.search.language import FIELDS, parse_query
from hub.search.naming import KINDS, STATES
from hub.search.narrowing import FacetCount
from hub.search.searching import Found


def kind_names() -> dict[str, str]:
    return {
        "consultation": _("相談"),
        "notice": _("お知らせ"),
        "talk": _("話題"),
        "message": _("投稿"),
        "note": _("県内メモ"),
        "case": _("事例"),
        "edition": _("共有版"),
        "card": _("回答カード"),
        "file": _("ファイル"),
        "person": _("相談に応じられる人"),
        "organisation": _("団体"),
    }


def state_names() -> dict[str, str]:
    return {"open": _("回答待ち"), "answered": _("回答あり"), "closed": _("終了")}


def facet_titles() -> dict[str, str]:
    return {
        "kind": _("種類"),
        "state": _("状態"),
        "room": pgettext("one", "ルーム"),
        "org": _("団体"),
        "field": _("分野"),
        "tag": _("タグ"),
        "by": _("担当"),
        "period": _("期間"),
    }


def order_names() -> dict[str, str]:
    return {"relevance": _("関連の強い順"), "new": _("新しい順"), "near": _("自団体に近い順")}


def nearest_note(found: Found) -> str:
    """What the nearest, shown where nothing is a hit, do not meet."""
    return {
        "": "",
        "words": _("すべての言葉を含むものはありません。近いものを表示しています。"),
        "words_in_filters": _("この条件の中に、すべての言葉を含むものはありません。近いものを表示しています。"),
        "filters": _("この条件に合うものはありません。条件を外した場合に近いものを表示しています。"),
    }[found.loosened]


def repaired_note(found: Found) -> str:
    asked = {"typed": found.query.text, "q": found.repaired}
    return (
        _("入力のままでは見つからないため、「%(typed)s」を「%(q)s」として検索しました。", **asked)
        if found.repaired
        else ""
    )


def name_of(row: FacetCount) -> tuple[str, str]:
    """The value as it is shown, and the query part that narrows to it."""
    names = {"kind": kind_names(), "state": state_names()}.get(row.facet, {})
    words = {"kind": KINDS, "state": STATES}.get(row.facet, {})
    value = words[row.value][0] if row.value in words else row.value
    field = FIELDS[row.facet][0]
    bare = f"{field}:{value}"
    stands_bare = [f.value for f in parse_query(bare).filters] == [value]
    return names.get(row.value, row.value), bare if stands_bare else f'{field}:"{value}"'
