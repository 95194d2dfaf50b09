"""Where a file points to: to itself and the folder beside it, or to another machine."""

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:")
_DRIVE = re.compile(r"/*[a-z]:/")
HARMLESS = ("http:", "https:", "mailto:", "ftp:", "file:", "tel:", "onenote:")


def is_elsewhere(target: str) -> bool:
    """Whether opening it asks another machine: the Web, or a file server (`\\\\server\\…`), which is told who asks."""
    place = re.sub(r"[\x00-\x20]", "", unquote(target)).replace("\\", "/").lower()
    if place.startswith("file:"):
        place = place.removeprefix("file:")
        place = place[2:] if place.startswith("//") else place
        return not place.startswith("/") and not _DRIVE.match(place) or place.startswith("//")
    if _DRIVE.match(place):
        return False
    return place.startswith("//") or _SCHEME.match(place) is not None


def is_harmless_link(target: str) -> bool:
    """Whether following it opens a page, a file or a mail, and no program by the name of a scheme of its own."""
    place = re.sub(r"[\x00-\x20]", "", unquote(target)).lower()
    return _DRIVE.match(place.replace("\\", "/")) is not None or not _SCHEME.match(place) or place.startswith(HARMLESS)
