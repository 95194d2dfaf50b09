"""新しい事例: what a town may want to know of, and what somebody asked to be told of.

Nothing is stored for anybody when a case goes out: whoever follows a field or a tag finds it by reading, as far as they
may read the case, and marks it as seen (ADR 14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import japan_today, utc_now
from hub.ids import number_of
from hub.library.freshness import overdue
from hub.library.listing import NEWEST_FIRST, CaseRow, decorate, explain, in_order
from hub.library.models import (
    Adoption,
    Case,
    CaseField,
    CaseNewsSeen,
    CaseTag,
    FieldFollow,
    Tag,
    TagFollow,
)
from hub.library.sight import published
from hub.people.models import Field, Organisation
from hub.shown import Shown, first_of
from hub.statements import among

CARDS, NEW_FOR, MOST = 3, timedelta(days=365), 50


def near_news(session: Session, actor: Actor) -> list[CaseRow]:
    """For the home of a town: the nearest of the cases that came out within a year, but for its own and those of which
    it has already said what it does with them."""
    mine = session.get_one(Organisation, actor.organisation_id)
    if mine.side != "municipality":
        return []
    settled = sa.select(Adoption.case_id).where(Adoption.organisation_id == mine.id)
    query = sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id)
    query = query.where(published(actor), Case.published_at > utc_now() - NEW_FOR, Case.ended_said_on.is_(None))
    query = query.where(Case.organisation_id != mine.id, Case.id.not_in(settled))
    query, key = in_order(query, "near", mine)
    found = session.execute(query.order_by(*(column.desc() for column in key)).limit(CARDS)).all()
    today = japan_today()
    rows = [CaseRow(case, body, overdue(case, body, today)) for case, body in found]
    decorate(session, rows, mine)
    explain(rows, mine)
    return rows


def _told(actor: Actor) -> sa.ColumnElement[bool]:
    """Of Case: new in what the actor follows, readable, and not looked at."""
    in_field = (
        sa.select(CaseField.case_id)
        .join(FieldFollow, FieldFollow.field_id == CaseField.field_id)
        .join(Case, sa.and_(Case.id == CaseField.case_id, Case.published_at > FieldFollow.since))
        .where(FieldFollow.staff_id == actor.staff_id)
    )
    tagged = (
        sa.select(CaseTag.case_id)
        .join(TagFollow, TagFollow.tag_id == CaseTag.tag_id)
        .join(Case, sa.and_(Case.id == CaseTag.case_id, Case.published_at > TagFollow.since))
        .where(TagFollow.staff_id == actor.staff_id)
    )
    seen = sa.exists().where(CaseNewsSeen.case_id == Case.id, CaseNewsSeen.staff_id == actor.staff_id)
    return sa.and_(Case.id.in_(in_field.union(tagged)), published(actor), ~seen)


def list_case_news(session: Session, actor: Actor, *, whole: bool = False) -> Shown[Any]:
    """Rows of case and its body, the newest first."""
    query = sa.select(Case, Organisation).join(Organisation, Organisation.id == Case.organisation_id)
    query = query.where(_told(actor)).order_by(*(column.desc() for column in NEWEST_FIRST))
    return Shown(list(session.execute(first_of(query, MOST, whole))), MOST, whole)


def count_case_news(actor: Actor) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(Case).where(_told(actor)).scalar_subquery()


def list_followers(session: Session, case_ids: Sequence[int]) -> list[int]:
    """Of fields and tags of these cases, whoever may read them."""
    fields = sa.select(FieldFollow.staff_id).join(CaseField, CaseField.field_id == FieldFollow.field_id)
    tags = sa.select(TagFollow.staff_id).join(CaseTag, CaseTag.tag_id == TagFollow.tag_id)
    both = fields.where(among(CaseField.case_id, case_ids)).union(tags.where(among(CaseTag.case_id, case_ids)))
    return list(session.scalars(both))


@dataclass(frozen=True)
class Followed:
    """A field or a tag that somebody follows; `address` is its list."""

    kind: str
    id: int
    name: str

    @property
    def address(self) -> str:
        return f"/cases?{self.kind}={self.id}"


def list_followed(session: Session, actor: Actor) -> Sequence[Followed]:
    fields = sa.select(Field.id, Field.name).join(FieldFollow, FieldFollow.field_id == Field.id)
    tags = sa.select(Tag.id, Tag.name).join(TagFollow, TagFollow.tag_id == Tag.id)
    found = [Followed("field", *row) for row in session.execute(fields.where(FieldFollow.staff_id == actor.staff_id))]
    found += [Followed("tag", *row) for row in session.execute(tags.where(TagFollow.staff_id == actor.staff_id))]
    return sorted(found, key=lambda followed: (followed.kind, followed.name))


def subject_of(session: Session, actor: Actor, values: dict[str, tuple[str, ...]]) -> tuple[Followed, bool] | None:
    """What a list of one field or one tag alone is about, and whether the actor follows it; None for other lists."""
    chosen = [(key, value) for key in ("field", "tag") for value in values.get(key, ())]
    id_ = number_of(chosen[0][1]) if len(chosen) == 1 else None
    if id_ is None:
        return None
    kind = chosen[0][0]
    row = session.get(Field, id_) if kind == "field" else session.get(Tag, id_)
    if row is None:
        return None
    follow = FieldFollow if kind == "field" else TagFollow
    return Followed(kind, id_, row.name), session.get(follow, (actor.staff_id, id_)) is not None
