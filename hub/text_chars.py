"""What is done to the characters of every text that people type, before any mark in it is looked at."""

import re
import unicodedata
from typing import Literal

Reason = Literal["empty", "too_long", "malformed"]

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# Characters that nobody sees but that change what is seen, or that hide words from search and comparison: controls,
# bidi marks, overrides and isolates, zero-width characters, letters without a shape, tags, noncharacters.
# Variation selectors stay (葛󠄀城市 needs one), as does the private use area (外字).
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# A selector means something only behind a character that is seen; rows of them can smuggle whole texts.
_STRAY_VARIATIONS = re.compile(f"(?:^|(?<=[\\s\u200d{_VARIATION}]))[{_VARIATION}]+")
# A zero-width joiner is kept only where it joins emoji (👨‍👩‍👧).
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_STRAY_JOINERS = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")


class TextRefused(ValueError):
    """A text that cannot be stored. `reason` says why; the caller puts it into words."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def visible(text: str) -> str:
    """`text` with LF line ends and without characters that cannot be seen; a lone surrogate becomes U+FFFD."""
    text = _UNSEEN.sub("", _LINE_BREAKS.sub("\n", text))
    text = _STRAY_JOINERS.sub("", _STRAY_VARIATIONS.sub("", text))
    return _SURROGATES.sub("\ufffd", text)


def clean_source(text: str, *, max_chars: int) -> str:
    """The form in which a typed text is stored: NFC (not NFKC, which would change ① and ㈱), LF, nothing invisible,
    no blanks at the ends of lines. Indentation by a full-width space (字下げ) stays.

    Raises TextRefused; `max_chars` counts code points of the result.
    """
    if _SURROGATES.search(text):
        raise TextRefused("malformed")
    composed = unicodedata.normalize("NFC", visible(text))
    return _measured("\n".join(line.rstrip() for line in composed.split("\n")).strip("\n"), max_chars)


def clean_line(text: str, *, max_chars: int) -> str:
    """As `clean_source`, for fields of one line (names, titles): every run of blanks or line ends becomes one space."""
    if _SURROGATES.search(text):
        raise TextRefused("malformed")
    return _measured(" ".join(unicodedata.normalize("NFC", visible(text)).split()), max_chars)


def _measured(text: str, max_chars: int) -> str:
    if not text.strip():
        raise TextRefused("empty")
    if len(text) > max_chars:
        raise TextRefused("too_long")
    return text


def shorten(text: str, chars: int) -> str:
    """`text` in at most `chars` characters, ending in … when cut; never between a character and what belongs to it."""
    if len(text) <= chars:
        return text
    end = max(chars - 1, 0)
    while end > 0 and (_belongs_to_previous(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + "…" if chars > 0 else ""


def _belongs_to_previous(char: str) -> bool:
    return char == "\u200d" or unicodedata.category(char).startswith("M") or "\U0001f3fb" <= char <= "\U0001f3ff"
