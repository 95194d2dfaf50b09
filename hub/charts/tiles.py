"""Squares of one size laid out about as places lie: where each stands, and its name in at most two short lines. Pure
geometry in SVG units; the picture is as wide as the page lets it be, so names are short enough for a phone."""

SIDE, STEP = 60, 64
IN_A_LINE = 3
_KINDS = ("市", "町", "村", "区")


def corner(column: int, row: int) -> tuple[int, int]:
    return column * STEP, row * STEP


def size_of(places: list[tuple[int, int]]) -> tuple[int, int]:
    """Width and height of the whole picture."""
    if not places:
        return STEP, STEP
    return (max(column for column, _row in places) + 1) * STEP, (max(row for _column, row in places) + 1) * STEP


def short_name(name: str) -> list[str]:
    """「みなかみ町」 in two lines, without what kind of place it is; the whole name belongs beside it for readers."""
    bare = name[:-1] if len(name) > 2 and name.endswith(_KINDS) else name
    if len(bare) <= IN_A_LINE:
        return [bare]
    half = (len(bare) + 1) // 2 if len(bare) <= 2 * IN_A_LINE else IN_A_LINE
    return [bare[:half], bare[half : half + IN_A_LINE]]
