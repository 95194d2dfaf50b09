"""The query as people type it: words, "phrases", -not, and field:value. Nothing typed is ever a fault: what is no known
field is words."""

import re
from dataclasses import dataclass

MOST_CHARS, MOST_PARTS = 500, 30

FIELDS = {
    "room": ("ルーム", "部屋", "room"),
    "org": ("団体", "市町村", "org"),
    "state": ("状態", "state"),
    "field": ("分野", "field"),
    "tag": ("タグ", "tag"),
    "by": ("担当", "書いた人", "by"),
    "period": ("期間", "日付", "period"),
    "kind": ("種類", "kind"),
}
_NAMES = {name: field for field, names in FIELDS.items() for name in names}
# As escapes: a full-width sign that an editor folds looks like the half-width one that it became.
_COLONS = ":\uff1a"
_MINUSES = "\\-\uff0d\u2212\u2010\u2011\u2013\u30fc\uff70"
_QUOTES = '"\uff02\u201c\u201d\u201e\u301d\u301f'
_QUOTED = f"[{_QUOTES}][^{_QUOTES}]+[{_QUOTES}]"
_PART = re.compile(
    rf"(?P<minus>(?:(?<=\s)|^)[{_MINUSES}](?=\S))?"
    rf"(?:(?P<name>{'|'.join(sorted(map(re.escape, _NAMES), key=len, reverse=True))})[{_COLONS}]"
    rf"(?P<value>{_QUOTED}|[^\s{_QUOTES}]+)|(?P<phrase>{_QUOTED})|(?P<word>[^\s{_QUOTES}]+|[{_QUOTES}]))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Filter:
    field: str
    value: str
    excluded: bool = False


@dataclass(frozen=True)
class Query:
    """`text` is the free words in their order, phrases included: what is ranked by. `cut`: more was typed than is
    looked for."""

    typed: str
    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    cut: bool = False

    @property
    def empty(self) -> bool:
        return not (self.text.strip() or self.filters or self.excluded)


def parse_query(typed: str) -> Query:
    words, phrases, excluded, filters = [], [], [], []
    text = " ".join(typed[:MOST_CHARS].replace("\x00", " ").split())
    parts = list(_PART.finditer(text))
    for part in parts[:MOST_PARTS]:
        minus, quoted = bool(part["minus"]), _unquoted(part["phrase"] or "")
        if part["name"]:
            filters.append(Filter(_NAMES[part["name"].lower()], _unquoted(part["value"]), minus))
        elif minus:
            excluded.append(quoted or part["word"])
        elif quoted:
            phrases.append(quoted)
            words.append(quoted)
        elif part["word"] not in _QUOTES:
            words.append(part["word"])
    cut = len(typed) > MOST_CHARS or len(parts) > MOST_PARTS
    return Query(text, " ".join(words), tuple(phrases), tuple(excluded), tuple(filters), cut)


def _unquoted(text: str) -> str:
    return text.strip(_QUOTES).strip()
