"""The lineage as a picture: one line for each node, indented below the one it came from; lines to further predecessors
run along the left edge. Sizes are in SVG units (px); the template writes them as attributes, so that no inline style is
needed."""

import unicodedata
from dataclasses import dataclass, replace

from hub.spreading.lineage import Node

INDENT, ROW, LEFT, TOP = 28, 46, 16, 12
WIDE_PX, NARROW_PX, SMALL = 15, 8, 0.82
LANE, MOST_LANES, ASIDE = 10, 6, 4  # of the further lines: how far apart, and how far from the line of the tree
MOST_WIDE = 30  # full-width characters of a label


@dataclass(frozen=True)
class Drawn:
    node: Node
    x: int
    y: int
    label: str
    line: str  # the path of the connector; empty for a root
    further: tuple[str, ...] = ()  # paths to other predecessors


@dataclass(frozen=True)
class Picture:
    rows: list[Drawn]
    width: int
    height: int


def draw(nodes: list[Node], widest_note: int = 18) -> Picture:
    """`widest_note`: how many full-width characters the second line of a node may take."""
    rows: list[Drawn] = []
    lanes = min(MOST_LANES, sum(also.place is not None for node in nodes for also in node.also))
    for n, node in enumerate(nodes):
        x, y = LEFT + lanes * LANE + node.depth * INDENT, TOP + n * ROW + ROW // 2
        line = ""
        if node.parent is not None:
            above = rows[node.parent]
            line = f"M{above.x} {above.y + 8}V{y}H{x - 8}"
        rows.append(Drawn(node, x, y, shortened(node.label, MOST_WIDE), line))
    _draw_further(rows, lanes)
    widths = [row.x + 14 + max(_px(row.label), int(widest_note * WIDE_PX * SMALL)) for row in rows]
    return Picture(rows, max(widths, default=0) + LEFT, TOP * 2 + ROW * len(rows))


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
