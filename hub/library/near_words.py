"""Why a body is near to the reader's, in the reader's language."""

from flask_babel import gettext as _

from hub.library.nearness import Nearness, Reason


def near_words(near: Nearness) -> str:
    if not near.points:
        return _("共通点は見つかりません")
    text = _("・").join(_words(reason) for reason in near.reasons)
    return _("採用した%(name)sが、%(reasons)s", name=near.adopter, reasons=text) if near.adopter else text


def _words(reason: Reason) -> str:
    match reason:
        case ("same_band", _value):
            return _("人口規模が同じ")
        case ("next_band", _value):
            return _("人口規模が近い")
        case ("kind", kind):
            return _("同じ%(kind)s", kind=kind)
        case (_district, district):
            return _("同じ%(district)s", district=district)
