"""Lines of 出典 as people wrote them: a title with an address, or either of them alone."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub.text_urls import safe_url

_ADDRESS = re.compile(r"https?://[^\s「」（）<>]+")
MOST_PATH = 40


@dataclass(frozen=True)
class SourceLine:
    """`url` is empty for what is no page, or for a page that may not be linked."""

    title: str
    url: str


def source_line(line: str) -> SourceLine:
    """「調査報告 https://…」 is a link with that title; of an address alone the title is its host and path."""
    found = _ADDRESS.search(line)
    url = safe_url(found[0]) if found else None
    if found is None or url is None:
        return SourceLine(line, "")
    title = (line[: found.start()] + line[found.end() :]).strip(" 　:：,、|")
    return SourceLine(title or _told(found[0]), url)


def _told(address: str) -> str:
    parts = urlsplit(address)
    path = parts.path.rstrip("/")
    short = path if len(path) <= MOST_PATH else f"{path[:MOST_PATH]}…"
    return f"{parts.hostname}{short}"
