"""The Markdown subset: which marks count, and where the hub differs from CommonMark for the sake of its writers."""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, blockquote, list_block, make_fence_rule, paragraph, table
from markdown_it.rules_core import StateCore

from hub.text_code import code
from hub.text_emphasis import emphasis, flatten
from hub.text_links import autolink, reveal_targets
from hub.text_mentions import mark_mentions
from hub.text_urls import safe_url

# Not here on purpose: backslash escapes (they would eat the \\ of \\server\share), indented code (字下げ), rules and
# underlined headings (--- and === are separators in mail), ~~~ fences (the same), entities, images, raw HTML.
_RULES = ["list", "blockquote", "fence", "table", "heading", "backticks", "emphasis", "link", "newline", "autolink"]
_MAX_DEPTH = 10  # levels of quotes and lists; deeper marks are shown as typed
_MAX_CELLS = 2_500  # of one table; markdown-it pads short rows, so that 10,000 characters could become 65,536 cells
_YEAR = re.compile("[0-9]{4,}[.)]")
_ENDS_OTHERS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


class Subset(MarkdownIt):
    """markdown-it with the hub's rules. `env["names"]` holds the Names to be marked as mentions."""

    def __init__(self) -> None:
        super().__init__("zero", {"html": False, "breaks": True, "maxNesting": _MAX_DEPTH + 4})
        self.block.ruler.at("blockquote", _quote, _ENDS_OTHERS)
        self.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
        self.block.ruler.at("fence", make_fence_rule(markers=("`",)), _ENDS_OTHERS)
        self.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
        self.block.ruler.at("paragraph", _paragraph)
        self.block.ruler.before("paragraph", "quote_end", _quote_end, {"alt": ["blockquote"]})
        self.inline.ruler.at("backticks", code)
        self.inline.ruler.at("emphasis", emphasis)
        self.inline.ruler.at("autolink", autolink)
        self.core.ruler.push("shape", _shape)
        self.enable(_RULES)

    def normalizeLink(self, url: str) -> str:
        return safe_url(url) or ""

    def validateLink(self, url: str) -> bool:
        return bool(url)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < _MAX_DEPTH and blockquote(state, start, end, silent)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As the rule of markdown-it, but a year is no number of a list: `2026. 4. 1` is a date."""
    if state.level >= _MAX_DEPTH or _YEAR.match(state.src, state.bMarks[start] + state.tShift[start]):
        return False
    return list_block(state, start, end, silent)


def _quote_end(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line without > ends a quote. CommonMark would go on quoting and so put the answer into the asker's mouth."""
    return silent and state.parentType == "blockquote"


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As the rule of markdown-it, but the full-width space at the beginning (字下げ) stays."""
    made = paragraph(state, start, end, silent)
    state.tokens[-2].content = state.getLines(start, state.line, state.blkIndent, False).strip(" \t\n")
    return made


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if start < state.env.get("no_table_before", 0) or not table(state, start, end, True):
        return False
    columns = state.getLines(start, start + 1, state.blkIndent, False).count("|") + 1
    rows = next((line - start for line in range(start, end) if state.isEmpty(line)), end - start)
    if columns > 1 and columns * rows > _MAX_CELLS:
        state.env["no_table_before"] = start + rows
        return False
    return silent or table(state, start, end, False)


def _shape(state: StateCore) -> None:
    """The last rule: what markdown-it made becomes what the hub shows."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
        if align := re.search("left|right|center", str(token.attrs.pop("style", ""))):
            token.attrs["align"] = align[0]  # no style attributes under the hub's content security policy
        if token.type == "fence":
            token.info = ""
    for previous, token in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type == "inline":
            children = flatten(token.children or [], bold=previous.type == "heading_open")
            token.children = mark_mentions(reveal_targets(children), state.env["names"])
