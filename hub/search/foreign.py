"""Questions in another language than that of the documents: the encoder understands them, and words hardly help."""

import re
from collections.abc import Sequence

from hub.search.analysis import Word

_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー一-龥々〆ヶ]")
_LATIN = re.compile(r"[a-zà-ɏ]")
# Words of English that stand in every sentence.
STOP = frozenset(
    "a about after again all also am an and any are as at be because been before being but by can cannot could did do "
    "does doing done for from get go had has have having he her him his how i if in into is it its just like may me "
    "might more most must my need no nobody not of on one or other our out over please she should so some such than "
    "that the their them then there these they this those to too under up us use want was we were what when where "
    "which while who whom whose why will with would yes you your".split()
)


def is_foreign(folded: str) -> bool:
    return not _JAPANESE.search(folded) and bool(_LATIN.search(folded))


def telling(found: Sequence[Word]) -> Sequence[Word]:
    """Without those words, unless nothing would be left."""
    return [word for word in found if word.surface not in STOP] or found
