"""File names: what people called a file, made safe to show, to store under and to put into a header.

Names are rewritten on the way by 無害化 gateways, so nothing here decides what a file is; that is done by its content.
"""

import re
import unicodedata
from urllib.parse import quote

from hub.text_chars import visible

NAME_CHARS = 120
UNNAMED = "file"
_UNSAFE = re.compile(r'[<>:"|?*%]')  # what Windows takes in no name, and what could be read as an escape
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def clean_name(raw: str, extensions: tuple[str, ...]) -> str:
    """The last part of whatever path came, without invisible characters (外字, and kanji that this Python does not know
    yet, are seen), ending as its content demands: a name that says something else gets the first of `extensions` added,
    and so cannot be opened as what it is not."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    seen = "".join(c for c in visible(last) if unicodedata.category(c) != "Cc")
    name = _UNSAFE.sub("_", seen).strip(" .")
    if _DEVICE.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not dot or ending.lower() not in extensions:
        stem, ending = name, extensions[0]
    return f"{(stem.strip(' .') or UNNAMED)[: NAME_CHARS - len(ending) - 1]}.{ending}"


def size_words(size_bytes: int) -> str:
    """812 B, 34 KB, 1.2 MB: as `static/js/files/attachments.js` writes it too."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} KB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def disposition(name: str, attachment_id: int, *, inline: bool = False) -> str:
    """The Content-Disposition of a download (RFC 6266): the whole name in UTF-8, and a plain one for old programs."""
    plain = f"attachment-{attachment_id}.{name.rpartition('.')[2]}"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
