"""Bold and italics, right in Japanese text: `**「重要」**です` is bold."""

import unicodedata

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token


def emphasis(state: StateInline, silent: bool) -> bool:
    """As the rule of markdown-it, except for what `_flanks` decides."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    length = end - state.pos
    opens, closes = _flanks(before, after, marker * length)
    for _ in range(length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(Delimiter(ord(marker), length, len(state.tokens) - 1, -1, opens, closes))
    state.pos = end
    return True


def _flanks(before: str, after: str, run: str) -> tuple[bool, bool]:
    """Whether a run of marks between two characters may open and close emphasis.

    CommonMark expects a space outside `**「重要」**`, which Japanese does not have. So Japanese punctuation counts as
    a letter here, and a Japanese character next to the run counts as a border. `5*3` stays as typed; `_` stays strict,
    so that `令和__年__月` keeps its blanks.
    """
    opens = not after.isspace() and (not _is_mark(after) or _is_border(before))
    closes = not before.isspace() and (not _is_mark(before) or _is_border(after))
    if run[0] == "_":
        return opens and (not closes or _is_mark(before)), closes and (not opens or _is_mark(after))
    if run == "*" and (before + after).isascii() and (before + after).isalnum():
        return False, False
    return opens, closes


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
