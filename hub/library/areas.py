"""Where the body of a case is: in the reader's prefecture or not, and in which district of it. A district is the 郡 of
towns and villages, of others the prefecture; cities have none and stand together."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, aliased

from hub.library.bands import UNKNOWN
from hub.people.models import ALIAS_SIDES, Organisation

INSIDE, OUTSIDE = "in", "out"
CITIES, PREFECTURE = "市", "県"


def inside() -> sa.ColumnElement[bool]:
    """Of Organisation: whether it is in the prefecture of this installation, taking part or not."""
    home = aliased(Organisation)
    here = sa.select(sa.func.substr(home.code, 1, 2)).where(home.kind == PREFECTURE, home.member).limit(1)
    coded = sa.func.substr(Organisation.code, 1, 2) == here.scalar_subquery()
    return sa.or_(Organisation.member, sa.func.coalesce(coded, sa.false()))


def district_column() -> sa.ColumnElement[Any]:
    bare = sa.case((Organisation.kind.in_((CITIES, PREFECTURE)), Organisation.kind), else_="")
    return sa.case((Organisation.district != "", Organisation.district), else_=bare)


def district_names() -> dict[str, str]:
    """Of the values that are no names of places."""
    return {CITIES: _("市部"), PREFECTURE: _("県全体"), UNKNOWN: _("地域の記載なし")}


def list_districts(session: Session) -> list[str]:
    """Every value of `district_column`: the reader's prefecture first, its cities before its districts."""
    bodies = sa.select(district_column().label("name"), Organisation.code, sa.case((inside(), 0), else_=1).label("far"))
    rows = bodies.where(Organisation.kind.not_in(ALIAS_SIDES)).subquery()
    first = sa.func.min(rows.c.code)
    query = sa.select(rows.c.name).where(rows.c.name != "").group_by(rows.c.name)
    return list(session.scalars(query.order_by(sa.func.min(rows.c.far), first.is_(None), first)))
