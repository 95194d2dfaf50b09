"""Code between backticks, and faces that only look like it: (´・ω・`)."""

from markdown_it.rules_inline import StateInline, backtick

_CLOSES = {")": "(", "）": "（", "]": "[", "」": "「"}


def code(state: StateInline, silent: bool) -> bool:
    """As the rule of markdown-it, but one backtick on each side makes code only of a text whose brackets pair up: the
    text between two faces begins by closing a bracket."""
    start = state.pos
    if not backtick(state, True):
        return False
    inside = state.src[start + 1 : state.pos - 1]
    single = state.src[start + 1 : start + 2] != "`"
    if single and state.pos > start + 1 and not _pairs_up(inside):
        state.pos = start + 1
        if not silent:
            state.append_pending("`")
        return True
    state.pos = start
    return backtick(state, silent)


def _pairs_up(text: str) -> bool:
    opened: list[str] = []
    for char in text:
        if char in _CLOSES.values():
            opened.append(char)
        elif char in _CLOSES and (not opened or opened.pop() != _CLOSES[char]):
            return False
    return not opened
