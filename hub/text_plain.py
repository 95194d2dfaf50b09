"""Texts in which no sign means anything, which are most: their HTML needs no parser."""

import re

# What may mean something wherever it stands, or is written another way in HTML; an address; what means something where
# a line begins; every blank but the full-width space and single ones within a line (the no-break space is among them);
# ＠; lines of blanks alone.
_SIGN = re.compile(
    r"""[\x00-\x09\x0b-\x1f"&'*<>@\[\\\]_`{|}\x7f\ufe6b＠]|://|[^\S\n \u3000]"""
    r"""|^(?:[-+=#:]|~~~|[0-9]+[.)]| |\u3000+$)|[ ]$""",
    re.MULTILINE,
)
_BETWEEN = re.compile("\n\n+")


def is_plain(text: str) -> bool:
    """Whether a visible text is nothing but its lines."""
    return not _SIGN.search(text)


def plain_html(text: str) -> str | None:
    """What `hub.text.render` makes of a visible text without marks; None where it may be more than that."""
    if not is_plain(text):
        return None
    paragraphs = (part.replace("\n", "<br>\n") for part in _BETWEEN.split(text.strip("\n")) if part)
    return "\n".join(f"<p>{part}</p>" for part in paragraphs)
