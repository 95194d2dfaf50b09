"""Texts without any sign that could mean something, which are most: their HTML needs no parser."""

import re

# Everything in ASCII but letters, digits, line ends and single spaces within a line; every blank but the full-width
# space; ＠; lines of blanks alone. What HTML would write another way (no-break space) is among the blanks.
_SIGN = re.compile(r"[\x00-\x09\x0b-\x1f!-/:-@\[-`{-\x7f\ufe6b＠]|[^\S\n \u3000]|^[ ]|[ ]$|^\u3000+$", re.MULTILINE)
_BETWEEN = re.compile("\n\n+")


def plain_html(text: str) -> str | None:
    """What `hub.text.render` makes of a visible text without marks; None where it may be more than that."""
    if _SIGN.search(text):
        return None
    paragraphs = (part.replace("\n", "<br>\n") for part in _BETWEEN.split(text.strip("\n")) if part)
    return "\n".join(f"<p>{part}</p>" for part in paragraphs)
