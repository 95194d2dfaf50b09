"""What the reader of tables reports, in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext


def refusal_words(code: str, values: dict[str, Any]) -> str:
    """Why a file as a whole cannot be read."""
    if code == "quote":
        return _(
            '%(row)s行目から、引用符（"）の組が合っていません。閉じる引用符がないか、'
            'セルの中の " が2つ続いていません。',
            row=values["row"],
        )
    if code == "long":
        return _(
            '%(row)s行目のセルが長すぎます（%(n)s文字まで）。引用符（"）が閉じられていないかもしれません。',
            row=values["row"],
            n=f"{values['n']:,}",
        )
    if code == "rows":
        return _("行が多すぎます（%(n)s行まで）。", n=f"{values['n']:,}")
    if code == "columns":
        return _("列が多すぎます（%(n)s列まで）。", n=values["n"])
    return {
        "empty": _("見出しの行（1行目の項目名）がありません。"),
        "no_sheet": _("表示されているシートがありません。"),
        "no_text": _("文字の表として読めません。CSVかExcel（.xlsx）のファイルを選んでください。"),
        "encoding": _("ファイルの文字が読み取れません。Excelなどで「CSV UTF-8」として保存し直してください。"),
        "not_utf8": _("文字コードがUTF-8ではありません。"),
        "no_array": _("JSONは、事例を [ ] の中に並べた形にしてください。"),
        "old": _(
            "古い形式のExcel（.xls）か、パスワードのかかったファイルです。パスワードのない .xlsx で保存してください。"
        ),
        "encrypted": _("パスワードがかかっていて読めません。パスワードのない .xlsx で保存してください。"),
        "too_much": _("表が大きすぎて読めません。使っていない行・列やシートを削除して、保存し直してください。"),
    }.get(code) or _("Excelのファイル（.xlsx）として読めません。壊れているかもしれません。")


def fault_words(code: str, values: dict[str, Any]) -> str:
    """What of a row cannot be taken in as it stands."""
    if code == "twice":
        return _("見出し「%(name)s」が2つ以上あります。どの列かを決められません。", name=values["name"])
    words = {
        "error": _("「%(column)s」が %(text)s です。計算できなかったセルを修正してください。", **values),
        "formula": _(
            "「%(column)s」の数式に計算結果がありません。Excelで開いて保存し直すか、値にしてください。", **values
        ),
        "damaged": _("「%(column)s」のセルが読めません。", **values),
        "merged": _("「%(column)s」のセルが横に、または見出しと結合されています。結合を解いてください。", **values),
        "no_heading": _(
            "見出しのない列（%(column)s）に「%(text)s」があります。列がずれていないか確認してください。", **values
        ),
        "long": _("「%(column)s」が長すぎます。", **values),
    }[code]
    return _("%(n)s行目：%(reason)s", n=values["row"], reason=words)


def note_words(code: str, values: dict[str, Any]) -> str:
    """What has to be known before anything is taken in."""
    if code == "hidden_rows":
        rows = _("、").join(map(str, values["rows"])) + ("…" if values["n"] > len(values["rows"]) else "")
        return ngettext(
            "非表示の行が%(n)s行あります（%(rows)s行目）。ほかの行と同じように取り込みます。",
            "非表示の行が%(n)s行あります（%(rows)s行目）。ほかの行と同じように取り込みます。",
            values["n"],
            n=values["n"],
            rows=rows,
        )
    if code == "hidden_columns":
        names = _("、").join(values["names"])
        return _("非表示の列があります（%(names)s）。ほかの列と同じように取り込みます。", names=names)
    return ngettext(
        "シート「%(name)s」を読みました。ほかに%(n)s枚のシートがあり、取り込みません。",
        "シート「%(name)s」を読みました。ほかに%(n)s枚のシートがあり、取り込みません。",
        values["n"],
        n=values["n"],
        name=values["name"],
    )
