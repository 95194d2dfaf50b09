"""What the figures of a quarter are called, and what each of them means."""

from flask_babel import gettext as _

from hub.quarters.figures import TIMES, Figure, Figures
from hub.quarters.spans import Quarter

HOUR = 60


def quarter_name(quarter: Quarter) -> str:
    """「2026年度 第3四半期（10～12月）」"""
    return _(
        "%(year)s年度 第%(number)s四半期（%(first)s～%(last)s月）",
        year=quarter.year,
        number=quarter.number,
        first=quarter.first_month,
        last=quarter.last_month,
    )


def figure_names() -> dict[str, str]:
    return {
        "asked": _("受けた相談"),
        "answered": _("最初の回答"),
        "first_answer_median": _("最初の回答まで（中央値）"),
        "first_answer_p90": _("最初の回答まで（90％）"),
        "answering": _("県の番だった時間"),
        "asking": _("団体の番だった時間"),
        "outside": _("外部の番だった時間"),
        "open": _("回答待ち"),
        "open_5": _("5開庁日まで"),
        "open_10": _("10開庁日まで"),
        "open_20": _("20開庁日まで"),
        "open_over": _("20開庁日超"),
        "promised": _("回答予定"),
        "kept": _("守れた回答予定"),
    }


def definitions() -> dict[str, str]:
    """By figure; what is told with another has none of its own."""
    return {
        "asked": _("この四半期に、市町村から届いた相談の数。電話や訪問で受けた相談は、受けた時に数えます。"),
        "answered": _("最初の回答がこの四半期に付いた相談の数。県DX担当の投稿で「回答あり」になった時を回答とします。"),
        "first_answer_median": _("届いてから最初の回答までの開庁時間。半数はこの時間までに回答が付きました。"),
        "first_answer_p90": _("届いてから最初の回答までの開庁時間。90％はこの時間までに回答が付きました。"),
        "answering": _("回答待ちだった開庁時間の合計（この四半期の分だけ）。開庁時間は8:30～12:00と13:00～17:15です。"),
        "asking": _("回答が付いて、市町村の番だった開庁時間の合計。"),
        "outside": _("事業者や国などに確認していた開庁時間の合計。回答までの時間には入れません。"),
        "open": _("四半期の終わり（途中なら今）に回答待ちの相談の数。内訳は、届いてからの開庁日の数です。"),
        "promised": _("予定日がこの四半期で、結果の出た回答予定の数。変更・取消し・終了したものは数えません。"),
        "kept": _("予定日までに回答した数。"),
    }


def said(name: str, figure: Figure) -> str:
    """The value in words; empty where there is nothing to say it of."""
    if figure.value is None:
        return ""
    if name in TIMES:
        return _("%(hours)s時間", hours=f"{figure.value / HOUR:,.1f}")
    return f"{figure.value:,}"


def kept_share(figures: Figures) -> int | None:
    """Per cent of the promises that were kept; None where none was decided."""
    promised, kept = figures["promised"].value or 0, figures["kept"].value or 0
    return round(100 * kept / promised) if promised else None
