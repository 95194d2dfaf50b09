"""「うちに近い順」: how near a body is to the reader's, explained at every row (docs/cases.md).

Same population band 3 points, the next one 1; same kind 2; same district 1. A case counts as near as its own body or,
when that is nearer, as the nearest body that tries or has adopted it. The formula stands here for SQL and for words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from hub.library.bands import POPULATION, band_column, band_of
from hub.library.models import Adoption
from hub.people.models import Organisation

COPIED = ("trial", "adopted", "adapted")
COPYING = sa.and_(Adoption.confirmed_at.is_not(None), Adoption.state.in_(COPIED))
SAME_BAND, NEXT_BAND, SAME_KIND, SAME_DISTRICT = 3, 1, 2, 1


Reason = tuple[Literal["same_band", "next_band", "kind", "district"], str]


@dataclass(frozen=True)
class Nearness:
    """`reasons`: what the two have in common, with the kind or district itself; in words by near_words.py."""

    points: int
    reasons: tuple[Reason, ...] = ()
    adopter: str = ""  # whose nearness it is, when not that of the case's own body


def nearness(mine: Organisation, body: Organisation, adopters: Iterable[Organisation] = ()) -> Nearness:
    best = _between(mine, body)
    for adopter in adopters:
        found = _between(mine, adopter)
        if adopter.id != mine.id and found.points > best.points:
            best = Nearness(found.points, found.reasons, adopter.name)
    return best


def _between(mine: Organisation, other: Organisation) -> Nearness:
    points, reasons = 0, list[Reason]()
    own, theirs = band_of(mine.population, POPULATION), band_of(other.population, POPULATION)
    if own is not None and theirs is not None and abs(own - theirs) <= 1:
        points += SAME_BAND if own == theirs else NEXT_BAND
        reasons.append(("same_band" if own == theirs else "next_band", ""))
    if mine.kind == other.kind:
        points += SAME_KIND
        reasons.append(("kind", mine.kind))
    if mine.district and mine.district == other.district:
        points += SAME_DISTRICT
        reasons.append(("district", mine.district))
    return Nearness(points, tuple(reasons))


def nearest_adopters(mine: Organisation) -> sa.Subquery:
    """The points of the nearest adopter by case, gone through once for all cases."""
    points = sa.func.max(_points(mine, Organisation)).label("points")
    query = sa.select(Adoption.case_id, points).join(Organisation, Adoption.organisation_id == Organisation.id)
    return query.where(COPYING, Organisation.id != mine.id).group_by(Adoption.case_id).subquery()


def nearness_column(mine: Organisation, nearest: sa.Subquery) -> sa.ColumnElement[int]:
    """The points of a row of Case joined with its Organisation and, from outside, with its `nearest_adopters`."""
    own, best = _points(mine, Organisation), sa.func.coalesce(nearest.c.points, 0)
    return sa.case((best > own, best), else_=own)


def _points(mine: Organisation, other: Any) -> sa.ColumnElement[int]:
    points: sa.ColumnElement[int] = sa.case((other.kind == mine.kind, SAME_KIND), else_=0)
    band = band_of(mine.population, POPULATION)
    if band is not None:
        theirs = band_column(other.population, POPULATION)
        points += sa.case((theirs == band, SAME_BAND), (theirs.in_((band - 1, band + 1)), NEXT_BAND), else_=0)
    if mine.district:
        points += sa.case((other.district == mine.district, SAME_DISTRICT), else_=0)
    return points
