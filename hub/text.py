"""What people write: cleaned for storing, made into safe HTML, read as plain text.

The only importer of bleach and the only place that makes HTML from what people type. bleach gets no more releases, so
nh3 has the last word; both follow the one policy below, and the content security policy stands behind them (ADR 5).
"""

from collections.abc import Collection, Iterable, Iterator

import bleach  # type: ignore[import-untyped, unused-ignore]
import nh3
from markdown_it.token import Token

from hub.text_bleach import LinearWalker
from hub.text_chars import shorten, visible
from hub.text_marks import Subset
from hub.text_mentions import Names
from hub.text_plain import is_plain, plain_html
from hub.text_urls import safe_url

POLICY = 2
"""Version of everything that decides what `render` returns, stored beside the HTML. Raise it with every change of the
rules, so that a row that was rendered by older ones can be told."""

_INLINE = {"a", "br", "code", "em", "span", "strong"}
_TAGS = _INLINE | {"p", "ul", "ol", "li", "blockquote", "pre", "table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href"}, "span": {"class"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_SCHEMES = {"http", "https", "mailto"}

_markdown = Subset()


def render(source: str, mentions: Collection[str] = ()) -> str:
    """Safe HTML of a text in the Markdown subset; `mentions` are the names that are marked where "@name" stands."""
    text = visible(source)
    plain = plain_html(text)
    return plain if plain is not None else parsed_html(text, mentions)


def parsed_html(text: str, mentions: Collection[str] = ()) -> str:
    """As `render`, for any visible text: what a text may be is read from it."""
    return clean_html(str(_markdown.render(text, {"names": Names(mentions)})))


def clean_html(html: str) -> str:
    """`html` with nothing in it but what the policy allows. Cleaning what was cleaned changes nothing, so that stored
    HTML may be passed through on its way out as well."""
    tamed = _cleaner().clean(visible(html))
    safe = nh3.clean(
        tamed,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: value if name == "rel" else _allowed(tag, name, value),
        link_rel="noopener noreferrer nofollow",
        url_schemes=_SCHEMES,
    )
    return visible(safe).strip()


def _cleaner() -> bleach.Cleaner:
    """A new one each time, as `bleach.clean` makes: it keeps a parser's state."""
    cleaner = bleach.Cleaner(
        tags=_TAGS,
        attributes=lambda tag, name, value: _allowed(tag, name, value) is not None,
        protocols=_SCHEMES,
    )
    cleaner.walker = LinearWalker
    return cleaner


def plain_excerpt(source: str, chars: int) -> str:
    """The beginning of a text on one line, without marks, in at most `chars` characters (mail, lists, CSV)."""
    return shorten(" ".join(_plain_lines(source)), chars)


def plain_title(source: str, chars: int) -> str:
    """The first line that says something, without marks: the title of a question that was asked without one."""
    return shorten(next(_plain_lines(source), ""), chars)


def find_mentions(source: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that `render` would mark in `source`, each once, in the order of their appearance."""
    found = (child.meta["name"] for child in _inline(_parse(source, names)) if child.type == "mention_open")
    return list(dict.fromkeys(found))


def _allowed(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute may have; None when it may not stand there."""
    if name not in _ATTRIBUTES.get(tag, ()):
        return None
    match name:
        case "href":
            return safe_url(value)
        case "class":
            return value if value == "mention" else None
        case "start":
            return value if value.isascii() and value.isdigit() else None
        case _:
            return value if value in ("left", "right", "center") else None


def _parse(source: str, names: Iterable[str] = ()) -> list[Token]:
    return _markdown.parse(visible(source), {"names": Names(names)})


def _inline(tokens: list[Token]) -> Iterator[Token]:
    return (child for token in tokens for child in token.children or [])


def _plain_lines(source: str) -> Iterator[str]:
    text = visible(source)
    for part in [text] if is_plain(text) else map(_text_of, _parse(text)):
        yield from filter(None, (" ".join(line.split()) for line in part.split("\n")))


def _text_of(token: Token) -> str:
    return token.content if token.type == "fence" else "".join(map(_plain, token.children or []))


def _plain(token: Token) -> str:
    return "\n" if token.tag == "br" else token.content
