"""Links: bare addresses in Japanese text, and saying where a link really leads."""

import re
import unicodedata

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from hub.text_addresses import bare_rest
from hub.text_urls import safe_url

_SCHEME_BEFORE = re.compile(r"(?<![A-Z0-9+.-])https?$", re.I)
# A bare address begins with an ASCII host and no user name. Two steps (bare_rest), so that an address that is refused
# at its host costs no more than the host.
_BARE_HOST = re.compile(r"://(?=([A-Z0-9._-]{1,253}(?::[0-9]{1,5})?))\1(?![A-Z0-9._~!$&'()+,;=:%-]{0,99}@)", re.I)
_NEVER_LAST = ".,:;!?'_~("
_HOST_LIKE = re.compile(r"\.[^\W\d_][\w-]*$")
# Endings of files that are no top-level domain: "様式.pdf" names no host, while "tool.zip" could be one.
_FILE = re.compile(
    r"\.(?:pdf|docx?|docm|xlsx?|xlsm|xls[bt]|pptx?|csv|tsv|txt|rtf|jpe?g|png|gif|webp|bmp|heic|svg|html?|xml|json|log"
    r"|odt|ods|odp|jtdc?|jww|dwg|dxf|mp[34]|wav|tiff?)$"
)


def autolink(state: StateInline, silent: bool) -> bool:
    """Inline rule: a bare http(s) address becomes a link. Runs at the colon, before `_` and `*` can cut the address."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME_BEFORE.search(state.src, max(0, state.pos - 6), state.pos)
    host = _BARE_HOST.match(state.src, state.pos, state.posMax)
    if not scheme or not host or not safe_url(scheme[0] + host[0]):
        return False
    if not silent and not state.pending.endswith(
        scheme[0]
    ):  # the scheme is part of an address before: https://a._http://
        return False
    url = (scheme[0] + host[0] + bare_rest(state.src[host.end() : state.posMax])).rstrip(_NEVER_LAST)
    if not (href := safe_url(url)):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos += len(url) - len(scheme[0])
    return True


def reveal_targets(children: list[Token]) -> list[Token]:
    """Inline tokens in which every link says where it leads: the host follows, in brackets, wherever the text of the
    link names another host or the host is an IDN; a link without text shows its address."""
    shown: list[Token] = []
    start = 0
    for token in children:
        if token.type == "link_open":
            start = len(shown)
        shown.append(token)
        if token.type == "link_close":
            shown[start:] = _honest_link(shown[start:])
    return shown


def _honest_link(link: list[Token]) -> list[Token]:
    href = str(link[0].attrs.get("href", ""))
    label = "".join(token.content for token in link)
    if not href:  # `[text]()` leads nowhere: shown as typed
        return [_text("["), *link[1:-1], _text("]()")]
    if not label.strip():
        return [link[0], _text(href), link[-1]]
    target = _target(href)
    if (
        "xn--" in target
        and target not in label.casefold()
        or _hosts_named(label) - {target, target.removeprefix("www.")}
    ):
        return [*link, _text(f" ({target})")]
    return link


def _target(href: str) -> str:
    """What a person has to know of `href`: the host, or the whole mail address."""
    scheme, _, rest = href.partition(":")
    if scheme == "mailto":
        return rest.lower()
    return re.split(r"[/?#]", rest[2:], maxsplit=1)[0]


def _hosts_named(label: str) -> set[str]:
    """Everything in `label` that a reader, or a browser, would take for a host or a mail address."""
    plain = re.sub(r"[。｡](?=[a-z])", ".", unicodedata.normalize("NFKC", label).casefold())
    runs = (run.strip(".-:@") for run in re.findall(r"[\w.:@-]+", plain))
    return {run for run in runs if _HOST_LIKE.search(run.split(":")[0]) and not _FILE.search(run)}


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
