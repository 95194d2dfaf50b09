"""The lineage as a picture: one line for each node, indented below the one it came from; lines to further predecessors
run along the left edge. Sizes are in SVG units (px); the template writes them as attributes, so that no inline style is
needed."""

import unicodedata
from dataclasses import dataclass, replace

from hub.charts.timeline import Axis, axis_of, when_of
from hub.spreading.lineage import Node

INDENT, ROW, LEFT, TOP = 28, 46, 16, 12
WIDE_PX, NARROW_PX, SMALL = 15, 8, 0.82
LANE, MOST_LANES, ASIDE = 10, 6, 4  # of the further lines: how far apart, and how far from the line of the tree
HEAD, AXIS = 22, 300  # room for the years above, and how wide the time axis is
MOST_WIDE = 30  # full-width characters of a label


@dataclass(frozen=True)
class Drawn:
    node: Node
    x: int
    y: int
    label: str
    line: str  # the path of the connector; empty for a root
    further: tuple[str, ...] = ()  # paths to other predecessors
    at: float | None = None  # where on the time axis it began, if that is known


@dataclass(frozen=True)
class Picture:
    rows: list[Drawn]
    width: int
    height: int
    axis: Axis | None


def draw(nodes: list[Node], widest_note: int = 18) -> Picture:
    """`widest_note`: how many full-width characters the second line of a node may take."""
    rows: list[Drawn] = []
    moments = [when_of(node.since) for node in nodes]
    top = TOP + (HEAD if any(moment is not None for moment in moments) else 0)
    lanes = min(MOST_LANES, sum(also.place is not None for node in nodes for also in node.also))
    for n, node in enumerate(nodes):
        x, y = LEFT + lanes * LANE + node.depth * INDENT, top + n * ROW + ROW // 2
        line = ""
        if node.parent is not None:
            above = rows[node.parent]
            line = f"M{above.x} {above.y + 8}V{y}H{x - 8}"
        rows.append(Drawn(node, x, y, shortened(node.label, MOST_WIDE), line))
    _draw_further(rows, lanes)
    widths = [row.x + 14 + max(_px(row.label), int(widest_note * WIDE_PX * SMALL)) for row in rows]
    edge = max(widths, default=0) + LEFT
    axis = axis_of([moment for moment in moments if moment is not None], edge + LEFT, edge + LEFT + AXIS)
    if axis:
        rows = [
            row if moment is None else replace(row, at=axis.x(moment))
            for row, moment in zip(rows, moments, strict=True)
        ]
    return Picture(rows, axis.right + 2 * LEFT if axis else edge, top + TOP + ROW * len(rows), axis)


def _draw_further(rows: list[Drawn], lanes: int) -> None:
    """Each further line in a lane of its own as long as there are lanes."""
    number = 0
    for n, row in enumerate(rows):
        lines = []
        for place in [also.place for also in row.node.also if also.place is not None]:
            above, lane = rows[place], LEFT // 2 + number % lanes * LANE
            lines.append(f"M{above.x - 8} {above.y + ASIDE}H{lane}V{row.y + ASIDE}H{row.x - 8}")
            number += 1
        rows[n] = replace(row, further=tuple(lines))


def shortened(text: str, most: int) -> str:
    """At most so many full-width characters, else with … at the end."""
    if _px(text) <= most * WIDE_PX:
        return text
    kept = ""
    for char in text:
        if _px(kept + char) > (most - 1) * WIDE_PX:
            break
        kept += char
    return kept + "…"


def _px(text: str) -> int:
    return sum(WIDE_PX if unicodedata.east_asian_width(char) in "WFA" else NARROW_PX for char in text)
