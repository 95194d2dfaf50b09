"""The words of the index, to find the longer ones: マイナンバーカード for マイナンバー, 市町村 for 町村.

Kept in each process, as one text, and brought up to date by what was added since. It tells nobody anything: whether a
word stands in a reader's documents is asked of these.
"""

import re
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from hub.search.documents import word_key
from hub.search.models import SearchTerm

SHORTEST, SHORTEST_KANA = 2, 3
_KANJI = re.compile(r"[一-龥々〆ヶ]")
_term = (SearchTerm.id, SearchTerm.key)
_ALL = sa.select(*_term).where(SearchTerm.key >= word_key(""), SearchTerm.key < word_key("\U0010ffff"))
_SINCE = sa.select(*_term).where(SearchTerm.id >= sa.bindparam("last")).order_by(SearchTerm.id)


class Vocabulary:
    def __init__(self) -> None:
        self._text = "\n"
        self._last = (0, "")

    def refresh(self, session: Session) -> None:
        """What was added since the last time; everything anew when the last word is there no more, as after a
        rebuild."""
        rows = session.connection().execute(_SINCE, {"last": self._last[0]}).all() if self._last[0] else []
        if rows and tuple(rows[0]) == self._last:
            added = [(id_, key) for id_, key in rows[1:] if key.startswith(word_key(""))]
        else:
            self._text = "\n"
            added = [(id_, key) for id_, key in session.connection().execute(_ALL)]
        if added:
            self._last = max(added)
            self._text += "".join(f"{key.removeprefix(word_key(''))}\n" for _id, key in added)

    def containing(self, word: str) -> list[str]:
        """Longer words that it is a part of. All of them: the first few would be others with foreign documents."""
        if len(word) < SHORTEST:
            return []
        found: set[str] = set()
        at = self._text.find(word)
        while at >= 0:
            start, end = self._text.rindex("\n", 0, at + 1), self._text.index("\n", at)
            found.add(self._text[start + 1 : end])
            at = self._text.find(word, end)
        return sorted(term for term in found if is_part(word, term))


def is_part(word: str, term: str) -> bool:
    """Whether it begins or ends the longer word, and what is left is no mere rest of letters: テスト is no part of
    コンテスト, and it none of digit."""
    if word == term or not (term.startswith(word) or term.endswith(word)):
        return False
    rest = term.removeprefix(word) if term.startswith(word) else term.removesuffix(word)
    if word.isascii():
        beside = rest[0] if term.startswith(word) else rest[-1]
        return not (beside.isascii() and beside.isalnum())
    return len(rest) >= SHORTEST_KANA <= len(word) or bool(_KANJI.search(word))


kept: WeakKeyDictionary[Engine, Vocabulary] = WeakKeyDictionary()


def vocabulary(session: Session) -> Vocabulary:
    """Of the database of this session, as it is there now."""
    found = kept.setdefault(session.connection().engine, Vocabulary())
    found.refresh(session)
    return found
