"""The query as people type it: words, "phrases", -not, and field:value. Nothing typed is ever a fault: what is no known
field is words."""

import dataclasses
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
_COMMAS, _OPENING, _CLOSING = "\u3001,\uff0c", "(\uff08", ")\uff09"  # \u3001 is the comma of Japanese
_SIGNS = _QUOTES + _COMMAS + _OPENING + _CLOSING
_QUOTED = f"[{_QUOTES}][^{_QUOTES}]+[{_QUOTES}]"
_NAME = rf"(?:{'|'.join(sorted(map(re.escape, _NAMES), key=len, reverse=True))})[{_COLONS}]"
_LED = rf"[{_COMMAS}{_OPENING}]++(?=[{_MINUSES}]?{_NAME})"  # 窓口、団体:前橋市 and (団体:前橋市)
# A closing bracket ends a value, unless the value opened it: ルーム:DX(仮).
_BARE = rf"(?![{_COMMAS}])(?:(?!{_LED})(?:[{_OPENING}][^\s{_QUOTES}{_CLOSING}]*[{_CLOSING}]|[^\s{_QUOTES}{_CLOSING}]))+"
_PART = re.compile(
    rf"(?:{_LED})?(?P<minus>(?:^|(?<=[\s{_COMMAS}{_OPENING}]))[{_MINUSES}](?=\S))?"
    rf"(?:(?P<name>{_NAME})(?:\s(?![{_MINUSES}]?{_NAME}|[{_MINUSES}]))?(?P<value>{_QUOTED}|{_BARE})[{_CLOSING}]*"
    rf"|(?P<phrase>{_QUOTED})|(?P<word>(?:(?!{_LED})[^\s{_QUOTES}])+|[{_QUOTES}]))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Filter:
    """`span` is where it stands in the text, with the comma or the brackets that lead it in."""

    field: str
    value: str
    excluded: bool = False
    span: tuple[int, int] = dataclasses.field(default=(0, 0), compare=False)


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

    def without(self, dropped: Filter) -> str:
        """The text but for this filter, however often it stands there."""
        text = self.typed
        for start, end in reversed([f.span for f in self.filters if f == dropped]):
            text = f"{text[:start]} {text[end:]}"
        return " ".join(text.split())


def parse_query(typed: str) -> Query:
    words, phrases, excluded, filters = [], [], [], []
    text = " ".join(typed[:MOST_CHARS].replace("\x00", " ").split())
    parts = list(_PART.finditer(text))
    for part in parts[:MOST_PARTS]:
        minus, quoted = bool(part["minus"]), _unquoted(part["phrase"] or "")
        if part["name"]:
            name, value = part["name"][:-1].lower(), _unquoted(part["value"].rstrip(_COMMAS))
            filters.append(Filter(_NAMES[name], value, minus, part.span()))
        elif minus:
            excluded.append(quoted or part["word"])
        elif quoted:
            phrases.append(quoted)
            words.append(quoted)
        elif part["word"].strip(_SIGNS):  # a bracket that is left of a field says nothing
            words.append(part["word"])
    cut = len(typed) > MOST_CHARS or len(parts) > MOST_PARTS
    return Query(text, " ".join(words), tuple(phrases), tuple(excluded), tuple(filters), cut)


def _unquoted(text: str) -> str:
    return text.strip(_QUOTES).strip()
