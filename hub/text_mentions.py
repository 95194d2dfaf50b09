"""Mentions: which "@name" in a text means one of the given people, sections or organisations."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from markdown_it.token import Token

_MAIL_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


class Names:
    """The names that may be mentioned, found without regard to width (ＤＸ, ＠, full-width space) and case."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        bare = (name.strip().lstrip("@＠").strip() for name in names)
        self._by_folded = {_fold(name): name for name in bare if name}
        self._lengths = sorted({len(folded) for folded in self._by_folded}, reverse=True)

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, name) of every mention, in order, the longest name first; the span includes the @."""
        folded = _fold(text) if self._lengths and ("@" in text or "＠" in text) else ""
        at = folded.find("@")
        while at >= 0:
            name = self._name_at(folded, at)
            end = at + 1 + len(name or "")
            if name:
                yield at, end, name
            at = folded.find("@", end)

    def _name_at(self, folded: str, at: int) -> str | None:
        if at and folded[at - 1] in _MAIL_CHARS:  # yamada@example.jp is an address
            return None
        for length in self._lengths:
            end = at + 1 + length
            name = self._by_folded.get(folded[at + 1 : end])
            if name and not _splits_a_word(folded, end):
                return name
        return None


def mark_mentions(children: list[Token], names: Names) -> list[Token]:
    """Inline tokens in which every mention outside links and code is an element of its own."""
    marked: list[Token] = []
    in_link = 0
    for token in children:
        in_link += token.nesting if token.tag == "a" else 0
        marked += [token] if in_link or token.type != "text" else _split(token.content, names)
    return marked


def _split(text: str, names: Names) -> Iterator[Token]:
    done = 0
    for start, end, name in names.spans(text):
        yield Token("text", "", 0, content=text[done:start])
        yield Token("mention_open", "span", 1, attrs={"class": "mention"}, meta={"name": name})
        yield Token("text", "", 0, content=text[start:end])
        yield Token("mention_close", "span", -1)
        done = end
    yield Token("text", "", 0, content=text[done:])


def _splits_a_word(folded: str, end: int) -> bool:
    """@DX is not mentioned in "@DX2": a Latin name ends where its word ends; Japanese has no such border."""
    around = folded[end - 1 : end + 1]
    return end < len(folded) and around.isascii() and around.isalnum()


def _fold(text: str) -> str:
    return "".join(map(_fold_char, text))


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    """One character for one character, so that positions in the folded text are positions in the text."""
    folded = unicodedata.normalize("NFKC", char).lower()
    return folded if len(folded) == 1 else char
