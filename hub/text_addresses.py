"""How far a bare address reaches: in Japanese text nothing but the next word tells where it ends."""

import re

# No * and [], which are marks of ours.
_ASCII = re.compile(r"[A-Z0-9._~:/?#@!$&'()+,;=%-]+", re.I)
# Japanese belongs to the address behind a sign that divides its parts (/wiki/某県, ?q=帳票, 様式_第1号).
_WIDE = re.compile(r"[\u3005-\u3007\u3041-\u3096\u30a1-\u30fe\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_DIVIDES = frozenset("/=_-.&+#%?~")
# What follows an address in a sentence: を always, the others behind a name, so that くらし and 子ども stay whole.
_PARTICLE = re.compile(
    r"を|(?:(?<=[\u30a1-\u30fe\u3400-\u9fff])|^)(?:に|へ|と(?!り|も|う)|で|が|は|も|から|より|まで|など|にて|です)|^(?:の|や|か)"
)
_NEXT = re.compile(r"(?<=[,;|()])https?://", re.I)


def bare_rest(text: str) -> str:
    """What of `text` still belongs to an address whose host has just ended: path, query and fragment, or nothing. Two
    addresses with a comma or brackets between them are two."""
    if text[:1] not in ("/", "?", "#"):
        return ""
    end, began = 0, False
    while ascii_part := _ASCII.match(text, end):
        end = ascii_part.end()
        goes_on = text[end - 1] in _DIVIDES or text.endswith("_(", 0, end) or (began and text[end - 1].isalnum())
        wide = _WIDE.match(text, end) if goes_on else None
        if not wide:
            break
        end, began = _end_of_name(text, wide), True
        if end < wide.end():
            break
    if following := _NEXT.search(text, 0, end):
        end = following.start()
    return text[: _unopened_bracket(text, end)]


def _end_of_name(text: str, wide: re.Match[str]) -> int:
    """Where the Japanese part ends: whole where the address goes on behind it, else before a particle."""
    if text[wide.end() : wide.end() + 1] in ("/", "=", "&", "_", "%", ")"):
        return wide.end()
    particle = _PARTICLE.search(wide[0])
    return wide.start() + particle.start() if particle else wide.end()


def _unopened_bracket(text: str, end: int) -> int:
    """Where a bracket closes that the address did not open: (https://a)(https://b)."""
    depth = 0
    for at, char in enumerate(text[:end]):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return at
    return end
