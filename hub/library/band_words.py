"""The names of bands, in the reader's language, by the band's number as text."""

from flask_babel import gettext as _

from hub.library.bands import IN_WORDS, UNKNOWN


def population_names() -> dict[str, str]:
    return {
        "0": _("5千人未満"),
        "1": _("5千人以上1万人未満"),
        "2": _("1万人以上3万人未満"),
        "3": _("3万人以上5万人未満"),
        "4": _("5万人以上10万人未満"),
        "5": _("10万人以上30万人未満"),
        "6": _("30万人以上"),
        UNKNOWN: _("人口不明"),
    }


def cost_names() -> dict[str, str]:
    return {
        "0": _("0円"),
        "1": _("100万円未満"),
        "2": _("100万円以上1,000万円未満"),
        "3": _("1,000万円以上1億円未満"),
        "4": _("1億円以上"),
        str(IN_WORDS): _("金額はなく文章だけ"),
        UNKNOWN: _("費用不明"),
    }
