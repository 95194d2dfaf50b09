"""The folded text with the way back: which letter of the original each of its letters comes from."""

import re
from itertools import repeat

from hub.search.analysis import fold

# Marks that make one letter with the one before them: of half-width kana, of kana taken apart (NFD), accents, syllables
# of hangul, variants.
_JOINS = "\uff9e\uff9f\u3099\u309a\u0300-\u036f\u1160-\u11ff\ufe00-\ufe0f"
_LETTERS = re.compile(rf"(?P<alike>(?:[ -~ぁ-ゖァ-ヺー一-龥、。](?![{_JOINS}]))+)|.[{_JOINS}]*", re.DOTALL)


def fold_with_origin(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its letters, where in the original it comes from; then the original's length."""
    folded: list[str] = []
    origin: list[int] = []
    for group in _LETTERS.finditer(text):
        part = fold(group[0])
        folded.append(part)  # of what stands alone each letter stays one letter, so a whole run is folded at once
        origin += range(group.start(), group.end()) if group["alike"] else repeat(group.start(), len(part))
    return "".join(folded), [*origin, len(text)]


def end_in_original(origin: list[int], end: int) -> int:
    """Where in the original the letters before `end` of the folded text end: two that fold into one end together."""
    last = origin[end - 1]
    while origin[end] == last:
        end += 1
    return origin[end]
