"""Bold and italics, right in Japanese text: `**「重要」**です` is bold, and what only looks like a mark stays as typed:
m(_ _)m, 単価*1と数量*2, 縦*横*高さ."""

import re
import unicodedata
from functools import lru_cache
from typing import cast

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

_RUN = re.compile(r"\*+|_+")
_OPENING, _CLOSING, _PART_OF_WORDS = "「『【（《〈", "」』】）》〉", "ー々"
_BEGINS_NOTHING, _ENDS_NOTHING = frozenset(f")]}}>;:,.!?'、。・：；！？{_CLOSING}"), frozenset(f"([{{<{_OPENING}")


def emphasis(state: StateInline, silent: bool) -> bool:
    """As the rule of markdown-it, except for which runs of marks may open and close."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    run = cast(re.Match[str], _RUN.match(state.src, state.pos, state.posMax))
    length = len(run[0])
    opens, closes = _wishes(state.src).get(state.pos, (False, False)) if length == 1 else _flanks(state.src, run)
    for _ in range(length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(Delimiter(ord(marker), length, len(state.tokens) - 1, -1, opens, closes))
    state.pos = run.end()
    return True


def _around(text: str, run: re.Match[str]) -> tuple[str, str]:
    """The characters before and after a run; the ends of the text count as blanks."""
    before = text[run.start() - 1] if run.start() else " "
    after = text[run.end()] if run.end() < len(text) else " "
    return before, after


@lru_cache(maxsize=64)
def _wishes(text: str) -> dict[int, tuple[bool, bool]]:
    """Where a single mark opens (True, False) or closes (False, True) italics, by its position.

    A single mark is much used in Japanese for other things: footnotes, products, faces. It counts only where the wish
    is clear: words between two marks on one line, a border outside of both, and no single mark on that line that
    does not pair up.
    """
    wishes: dict[int, tuple[bool, bool]] = {}
    start = 0
    for line in text.split("\n"):
        for marker in "*_":
            wishes |= _wishes_of_line(text, start, start + len(line), marker)
        start += len(line) + 1
    return wishes


def _wishes_of_line(text: str, start: int, end: int, marker: str) -> dict[int, tuple[bool, bool]]:
    found: list[tuple[int, bool]] = []
    for run in _RUN.finditer(text, start, end):
        if run[0] != marker:
            continue
        before, after = _around(text, run)
        opens = _is_outside(before) and _is_word(after, _OPENING)
        closes = _is_outside(after) and _is_word(before, _CLOSING)
        if opens or closes:
            found.append((run.start(), opens))
    alternating = all(opens == (n % 2 == 0) for n, (_at, opens) in enumerate(found))
    if not alternating or len(found) % 2:
        return {}
    pairs = zip(found[::2], found[1::2], strict=True)
    if any("。" in text[first:last] for (first, _), (last, _) in pairs):
        return {}
    return {at: (opens, not opens) for at, opens in found}


def _flanks(text: str, run: re.Match[str]) -> tuple[bool, bool]:
    """Whether a run of two or more marks may open and close emphasis.

    CommonMark expects a space outside `**「重要」**`, which Japanese does not have. So Japanese punctuation counts as
    a letter here, and a Japanese character next to the run counts as a border. `2**10` stays as typed; `__` stays
    strict, so that `令和__年__月` keeps its blanks.
    """
    before, after = _around(text, run)
    opens = not after.isspace() and after not in _BEGINS_NOTHING and (not _is_mark(after) or _is_border(before))
    closes = not before.isspace() and before not in _ENDS_NOTHING and (not _is_mark(before) or _is_border(after))
    if run[0][0] == "_":
        opens = opens and not _is_mark(after) and (not closes or _is_mark(before))
        return opens, closes and not _is_mark(before) and (not opens or _is_mark(after))
    if (before + after).isascii() and (before + after).isalnum():
        return False, False
    return opens, closes


def _is_word(char: str, brackets: str) -> bool:
    return char.isalnum() or char in _PART_OF_WORDS or char in brackets


def _is_outside(char: str) -> bool:
    return not char.isalnum() and char not in "*_" and char not in _PART_OF_WORDS


def _is_border(char: str) -> bool:
    return char.isspace() or _is_mark(char) or _is_wide(char)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS" and not _is_wide(char)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WFH"


def flatten(children: list[Token], *, bold: bool) -> list[Token]:
    """`children` without bold in bold and italics in italics: they look the same, and thousands of nested elements
    are slow to clean. A heading is a bold paragraph: it stands out, and the page keeps its own outline."""
    depth = {"strong": 0, "em": 0}
    if bold:
        children = [Token("strong_open", "strong", 1), *children, Token("strong_close", "strong", -1)]
    flat = []
    for token in children:
        before = depth.get(token.tag, 0)
        after = depth[token.tag] = before + token.nesting
        if token.tag not in ("strong", "em") or max(before, after) == 1:
            flat.append(token)
    return flat
