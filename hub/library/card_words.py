"""What the cards of cases say, in the reader's language."""

from typing import Any

from flask_babel import gettext as _

from hub.library.band_words import cost_names
from hub.library.bands import COST, band_of
from hub.library.covers import patterns
from hub.library.models import Case
from hub.library.near_words import near_words
from hub.library.wording import adoption_names, stage_names
from hub.people.models import Organisation


def card_words() -> dict[str, Any]:
    """What the macro of a card needs beside its row."""
    return {
        "stages": stage_names(),
        "copy_states": adoption_names(),
        "near_words": near_words,
        "cost_words": cost_words,
        "fresh_words": fresh_words,
        "patterns": patterns,
    }


def cost_words(case: Case) -> str:
    """The band of its cost; nothing when nobody has told a figure."""
    band = band_of(case.cost_yen, COST)
    return "" if band is None else cost_names()[str(band)]


def fresh_words(case: Case, body: Organisation) -> str:
    """When somebody who knows said last that it holds."""
    if case.last_confirmed_on is not None:
        day = case.last_confirmed_on
        return _("%(year)s年%(month)s月に確認", year=day.year, month=day.month)
    return _("まだ確認なし") if body.member else _("公開資料から作成")
