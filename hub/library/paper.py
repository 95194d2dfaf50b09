"""Cutting long texts of a case, so that its print keeps to one or two pages."""

from dataclasses import replace
from typing import Any

from hub.library.content import Content
from hub.library.effects import Figure
from hub.text import plain_excerpt

# What fits on two pages of A4 beside facts and headings, in characters of running text. A character in a table takes
# the room of two, one in a list of one and a half; the texts never get less than `LEAST_CHARS`.
PAGES_CHARS, LEAST_CHARS = 4_600, 1_800
IN_TABLES, IN_LISTS = 2.0, 1.5
LONG = (
    "approach background alternatives cost_note funding team rules training communication difficulties lessons next "
    "ended_reason"
).split()
ROWS_KEPT = {"effects": 4, "kpis": 3, "milestones": 4, "products": 3, "documents": 4, "bases": 3}
LIST_KEPT = {"sources": 3, "awards": 3, "partners": 5, "adopted_elsewhere": 10, "tags": 8, "fields": 5}
UNSEEN = ("url", "attachment_id")
CELL_CHARS, ENTRY_CHARS, LINK_CHARS = 24, 30, 70
LEADER_CHARS = {"summary": 130, "approach": 130, "background": 110, "difficulties": 110, "lessons": 110}
DENSE_CHARS = 480  # of title and texts together, from which on they are set smaller
ROOMY = 1.7  # how much more text stands there where there are no figures


def for_two_pages(content: Content) -> tuple[Content, bool]:
    """The content for paper, and whether anything had to be cut. Every long text keeps its share of the room."""
    changes: dict[str, Any] = {}
    for name, most in ROWS_KEPT.items():
        changes[name] = tuple(_short_row(row) for row in getattr(content, name)[:most])
    for name, most in LIST_KEPT.items():
        chars = LINK_CHARS if name == "sources" else ENTRY_CHARS
        changes[name] = tuple(cut(entry, chars) for entry in getattr(content, name)[:most])
    shown = [
        value for name in ROWS_KEPT for row in changes[name] for key, value in vars(row).items() if key not in UNSEEN
    ]
    tables = sum(map(len, shown))
    lists = sum(len(entry) for name in LIST_KEPT for entry in changes[name])
    room = max(LEAST_CHARS, int(PAGES_CHARS - IN_TABLES * tables - IN_LISTS * lists - len(content.summary)))
    total = sum(len(getattr(content, name)) for name in LONG)
    if total > room:
        shares = {name: max(60, len(getattr(content, name)) * room // total) for name in LONG}
        changes |= {name: cut(getattr(content, name), most) for name, most in shares.items()}
    short = replace(content, **{n: v for n, v in changes.items() if v != getattr(content, n)})
    return short, short != content


def _short_row(row: Any) -> Any:
    texts = {name: cut(value, CELL_CHARS) for name, value in vars(row).items() if name not in UNSEEN}
    return replace(row, **texts)


def for_the_mayor(content: Content, *, roomy: bool) -> dict[str, str]:
    """The few texts of the one page, cut; what only repeats the summary is not among them."""
    texts = {name: getattr(content, name) for name in LEADER_CHARS}
    if texts["approach"].split() == texts["summary"].split():
        texts["approach"] = ""
    return {name: cut(text, int(LEADER_CHARS[name] * (ROOMY if roomy else 1))) for name, text in texts.items()}


def is_dense(title: str, texts: dict[str, str]) -> bool:
    return len(title) + sum(map(len, texts.values())) >= DENSE_CHARS


def short_figures(figures: list[Figure]) -> list[Figure]:
    """The first three, as short as a third of the page is wide."""
    return [
        replace(
            f,
            metric=cut(f.metric, 26),
            before=cut(f.before, 8),
            value=cut(f.value, 8),
            unit=cut(f.unit, 8),
            as_of=cut(f.as_of, 12),
        )
        for f in figures[:3]
    ]


def cut(text: str, most: int) -> str:
    """The beginning in whole sentences where there is one in the second half, else cut with an ellipsis."""
    if len(text) <= most:
        return text
    short = text[:most]
    end = short.rfind("。")
    return short[: end + 1] + "…" if end > most // 2 else plain_excerpt(short, most - 1) + "…"
