"""Whether the hub searches by meaning, how far it has come, and why not: for monitors and for administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.config import Config
from hub.db import Database
from hub.search.meaning.encoder import PACKAGE, SIZE, is_allowed, is_installed, model
from hub.search.meaning.steps import waiting
from hub.search.models import SearchDocument, SearchMeaning, SearchState

Why = Literal["on", "setting", "missing", "switched"]
CHOSEN = ("off: HUB_SEARCH_MEANING", "off: switched off by an administrator", f"off: {PACKAGE} is not installed")


def why_off(session: Session) -> Why:
    """`on`, or the first reason why words alone are searched."""
    state = session.get(SearchState, 1)
    if not is_allowed():
        return "setting"
    if not is_installed():
        return "missing"
    return "switched" if state is not None and state.meaning_off else "on"


def meaning_standing(database: Database, config: Config) -> str:
    """For monitors, in English."""
    if not config.search_meaning:
        return CHOSEN[0]
    try:
        with database.read() as session:
            return {"on": "ok", "setting": CHOSEN[0], "switched": CHOSEN[1], "missing": CHOSEN[2]}[why_off(session)]
    except SQLAlchemyError:
        return "cannot be told before the schema is right"


@dataclass(frozen=True)
class Standing:
    why: Why
    model: str
    by_kind: Sequence[tuple[str, int]]  # documents that have vectors
    vectors: int
    waiting: int
    oldest: datetime | None
    newest: datetime | None


def standing(session: Session) -> Standing:
    filled = sa.func.length(SearchMeaning.vectors) > 0
    of_kind = (
        sa.select(SearchDocument.kind, sa.func.count())
        .join(SearchMeaning, SearchMeaning.place == SearchDocument.place)
        .where(filled)
        .group_by(SearchDocument.kind)
        .order_by(SearchDocument.kind)
    )
    count = sa.func.coalesce(sa.func.sum(sa.func.length(SearchMeaning.vectors)), 0)
    ends = sa.select(count, sa.func.min(SearchMeaning.made_at), sa.func.max(SearchMeaning.made_at)).where(filled)
    size, oldest, newest = session.execute(ends).one()
    left = session.execute(sa.select(sa.func.count(SearchDocument.id)).where(waiting())).scalar_one()
    by_kind = [(kind, number) for kind, number in session.execute(of_kind)]
    return Standing(why_off(session), model(), by_kind, size // SIZE, left, oldest, newest)
