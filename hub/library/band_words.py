"""The names of bands, in the reader's language, by the band's number as text."""

from flask_babel import gettext as _

from hub.library.bands import IN_WORDS, UNKNOWN


def population_names() -> dict[str, str]:
    return {
        "0": _("5千人未満"),
        "1": _("5千~1万人"),
        "2": _("1~3万人"),
        "3": _("3~5万人"),
        "4": _("5~10万人"),
        "5": _("10~30万人"),
        "6": _("30万人以上"),
        UNKNOWN: _("人口不明"),
    }


def cost_names() -> dict[str, str]:
    return {
        "0": _("0円"),
        "1": _("100万円未満"),
        "2": _("100万~1,000万円"),
        "3": _("1,000万~1億円"),
        "4": _("1億円以上"),
        str(IN_WORDS): _("金額はなく文章だけ"),
        UNKNOWN: _("費用不明"),
    }
