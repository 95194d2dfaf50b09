"""「自団体に近い順」: how far a body is from the reader's, told in a sentence at every row (docs/cases.md).

The distance is how often the population doubles or halves from one body to the other, one more for another kind of
body, and a half for another district. A case is as far as its own body or, when that is nearer, as the nearest body
that tries or has adopted it; the reader's own cases come last. The formula stands here for SQL and for words.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hub.library.models import Adoption
from hub.people.models import Organisation

COPIED = ("trial", "adopted", "adapted")
COPYING = sa.and_(Adoption.confirmed_at.is_not(None), Adoption.state.in_(COPIED))
STEP = 1_000  # a doubling, in the whole numbers by which lists are ordered
OTHER_KIND, OTHER_DISTRICT, UNKNOWN_SIZE = STEP, STEP // 2, 6 * STEP
CLOSE, FARTHEST = STEP * 5 // 2, 100 * STEP


@dataclass(frozen=True)
class Nearness:
    """The body that makes a case near, `adopter` when it is not the case's own, and what it has in common with the
    reader's `mine`; in words by near_words.py."""

    mine: Organisation
    body: Organisation
    adopter: bool

    @property
    def ratio(self) -> float | None:
        """The greater population divided by the smaller one; None = one of them is not known."""
        sizes = sorted((self.mine.population or 0, self.body.population or 0))
        return sizes[1] / sizes[0] if sizes[0] else None

    @property
    def same_kind(self) -> bool:
        return self.mine.kind == self.body.kind

    @property
    def same_district(self) -> bool:
        return bool(self.mine.district) and self.mine.district == self.body.district


def nearness(mine: Organisation, body: Organisation, adopters: Iterable[Organisation] = ()) -> Nearness | None:
    """None for a case of the reader's own body."""
    others = sorted((o for o in adopters if o.id != mine.id), key=lambda other: distance(mine, other))
    if body.id == mine.id:
        return None
    if others and distance(mine, others[0]) < distance(mine, body):
        return Nearness(mine, others[0], adopter=True)
    return Nearness(mine, body, adopter=False)


def distance(mine: Organisation, other: Organisation) -> float:
    apart: float = UNKNOWN_SIZE
    if mine.population and other.population:
        apart = STEP * abs(math.log2(other.population) - math.log2(mine.population))
    apart += 0 if other.kind == mine.kind else OTHER_KIND
    return apart + (0 if mine.district and other.district == mine.district else OTHER_DISTRICT)


def reach(mine: Organisation) -> sa.CTE:
    """The distance of every body, found once for all cases and adoptions: `id`, `distance`."""
    own = sa.case((Organisation.id == mine.id, FARTHEST), else_=_distance(mine))
    return sa.select(Organisation.id, own.label("distance")).cte("reach")


def _distance(mine: Organisation) -> sa.ColumnElement[int]:
    apart: Any = sa.literal(UNKNOWN_SIZE)
    if mine.population:
        doublings = (sa.func.ln(Organisation.population) - math.log(mine.population)) / math.log(2)
        known = sa.cast(STEP * sa.func.abs(doublings), sa.Integer)
        apart = sa.case((sa.func.coalesce(Organisation.population, 0) > 0, known), else_=UNKNOWN_SIZE)
    apart += sa.case((Organisation.kind == mine.kind, 0), else_=OTHER_KIND)
    if mine.district:
        return apart + sa.case((Organisation.district == mine.district, 0), else_=OTHER_DISTRICT)
    return apart + OTHER_DISTRICT


def nearest_adopters(mine: Organisation, far: sa.CTE) -> sa.Subquery:
    """The distance of the nearest adopter by case, gone through once for all cases."""
    query = sa.select(Adoption.case_id, sa.func.min(far.c.distance).label("distance"))
    query = query.join(far, Adoption.organisation_id == far.c.id)
    return query.where(COPYING, Adoption.organisation_id != mine.id).group_by(Adoption.case_id).subquery()


def nearness_column(own: sa.CTE, nearest: sa.Subquery) -> sa.ColumnElement[int]:
    """The greater, the nearer: of a row joined with the `reach` of its body and, from outside, with its
    `nearest_adopters`. The reader's own cases are not drawn near by others."""
    best = sa.func.coalesce(nearest.c.distance, FARTHEST)
    least = sa.case(
        (own.c.distance < FARTHEST, sa.case((best < own.c.distance, best), else_=own.c.distance)), else_=FARTHEST
    )
    return sa.cast(FARTHEST - least, sa.Integer)
