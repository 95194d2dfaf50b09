"""Why a body is near to the reader's, in the reader's language."""

from flask_babel import gettext as _

from hub.library.nearness import Nearness

ALIKE, COMPARABLE = 1.5, 4  # how often the smaller population goes into the greater one, at most


def near_words(near: Nearness | None) -> str:
    if near is None:
        return _("自団体の事例")
    reasons = [words for words in (_size(near), _kind(near)) if words] or [_("人口も地域も離れています")]
    text = _("・").join(reasons)
    return _("取り入れた%(name)sは、%(reasons)s", name=near.body.name, reasons=text) if near.adopter else text


def _size(near: Nearness) -> str:
    ratio = near.ratio
    if ratio is None or ratio >= COMPARABLE:
        return ""
    both = {"mine": f"{near.mine.population:,}", "other": f"{near.body.population:,}"}
    if ratio <= ALIKE:
        return _("人口が近い（%(mine)s人と%(other)s人）", **both)
    if (near.body.population or 0) > (near.mine.population or 0):
        return _("人口が約%(n)s倍（%(mine)s人と%(other)s人）", n=f"{ratio:.1f}", **both)
    return _("人口が約%(n)s分の1（%(mine)s人と%(other)s人）", n=f"{ratio:.1f}", **both)


def _kind(near: Nearness) -> str:
    kind, district = near.body.kind, near.body.district
    if near.same_kind and near.same_district:
        return _("同じ%(district)sの%(kind)s", district=district, kind=kind)
    if near.same_kind:
        return _("同じ%(kind)s", kind=kind)
    return _("同じ%(district)s", district=district) if near.same_district else ""
