"""再利用: how often something that was already there answered a question before it was asked."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import fiscal_year, japan_today, start_of_japan_day, utc_now
from hub.errors import NotFound
from hub.search.documents import Document
from hub.search.models import Reuse
from hub.search.similar import KINDS
from hub.search.sources.kinds import load_documents

MOST_LISTED = 50


def use_again(session: Session, actor: Actor, kind: str, ref_id: int) -> None:
    """これで解決しました; of one person a thing counts once a day. Raises NotFound for what the actor may not read
    and for what is never suggested: an organisation solves no question."""
    documents = load_documents(session, [(kind, ref_id)])
    if not any(d.audience_id in actor.audience_ids and d.shown_kind in KINDS for d in documents):
        raise NotFound
    mine = sa.select(Reuse.id).where(Reuse.staff_id == actor.staff_id, Reuse.kind == kind, Reuse.ref_id == ref_id)
    if session.scalar(mine.where(Reuse.at >= start_of_japan_day(japan_today())).limit(1)) is None:
        session.add(Reuse(staff_id=actor.staff_id, kind=kind, ref_id=ref_id, at=utc_now()))


def times_used(session: Session, kind: str, ref_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(Reuse).where(Reuse.kind == kind, Reuse.ref_id == ref_id)
    return session.execute(query).scalar_one()


@dataclass(frozen=True)
class Used:
    document: Document
    times: int


@dataclass(frozen=True)
class ReuseFigures:
    """Counted over everything; listed is what the reader may read, the most useful first."""

    this_year: int
    ever: int
    listed: list[Used]


def reuse_figures(session: Session, actor: Actor) -> ReuseFigures:
    year = start_of_japan_day(japan_today().replace(year=fiscal_year(japan_today()), month=4, day=1))
    count = sa.func.count()
    ever, this_year = session.execute(sa.select(count, count.filter(Reuse.at >= year)).select_from(Reuse)).one()
    query = sa.select(Reuse.kind, Reuse.ref_id, count).group_by(Reuse.kind, Reuse.ref_id)
    rows = session.execute(query.order_by(count.desc(), sa.func.max(Reuse.at).desc())).all()
    times = {(kind, ref_id): number for kind, ref_id, number in rows}
    readable = {(d.kind, d.ref_id): d for d in load_documents(session, times) if d.audience_id in actor.audience_ids}
    listed = [Used(readable[ref], number) for ref, number in times.items() if ref in readable]
    return ReuseFigures(this_year, ever, listed[:MOST_LISTED])
