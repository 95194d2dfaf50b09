"""Saving searches, and counting that a question was answered by something already there."""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic.dataclasses import dataclass
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.errors import ValidationFailed
from hub.feed.payloads import STRICT, Id, Typed
from hub.search.language import MOST_CHARS, parse_query
from hub.search.models import SavedSearch
from hub.search.reuse import use_again
from hub.search.saved import Look, own_search
from hub.search.searching import Found
from hub.threads.models import Draft

MOST_SAVED = 20


@dataclass(config=STRICT)
class SaveSearch:
    q: Typed


@dataclass(config=STRICT)
class OnSaved:
    saved_id: Id


class Opened(NamedTuple):
    """`look`: what the reading process found at the moment of opening."""

    saved_id: int
    look: Look


@dataclass(config=STRICT)
class Solved:
    """`room_id`: where the question would have been asked; its draft goes."""

    kind: Typed
    ref_id: Id
    room_id: Id


def checked_query(typed: str) -> str:
    """Raises ValidationFailed."""
    query = " ".join(typed.split())
    if len(query) > MOST_CHARS:
        raise ValidationFailed({"q": _("%(n)s文字以内で入力してください。", n=MOST_CHARS)})
    if parse_query(query).empty:
        raise ValidationFailed({"q": _("保存する言葉を入力してください。")})
    return query


def refuse_unfindable(answer: Found) -> None:
    """Such a search would never find anything: signs or particles alone, or nothing but filters that name nothing.
    Raises ValidationFailed, in the words of the page."""
    if answer.wordless:
        raise ValidationFailed(
            {"q": _("記号や「の」「こと」のような言葉だけでは検索できません。ほかの言葉を入力してください。")}
        )
    query, unknown = answer.query, set(answer.unknown)
    if unknown and not (query.text or query.excluded) and unknown.issuperset(query.filters):
        value = answer.unknown[0].value
        raise ValidationFailed({"q": _("「%(value)s」は見つかりません。", value=value)})


def save_search(session: Session, actor: Actor, look: Look) -> int:
    """Keep a query, with what it found as seen; saving it again changes nothing. Raises ValidationFailed."""
    query = checked_query(look.query)
    mine = sa.select(SavedSearch).where(SavedSearch.staff_id == actor.staff_id)
    rows = session.scalars(mine.with_for_update()).all()
    for row in rows:
        if row.query == query:
            return row.id
    if len(rows) >= MOST_SAVED:
        raise ValidationFailed({"q": _("保存できる検索は%(n)s件までです。", n=MOST_SAVED)})
    row = SavedSearch(staff_id=actor.staff_id, query=query, seen=look.seen, seen_at=utc_now(), created_at=utc_now())
    session.add(row)
    session.flush()
    return row.id


def open_saved(session: Session, actor: Actor, command: Opened) -> str:
    """The query; what it found is no longer new. Raises NotFound."""
    row = own_search(session, actor, command.saved_id)
    row.seen_before, row.seen, row.seen_at = row.seen, command.look.seen, utc_now()
    return row.query


def drop_saved(session: Session, actor: Actor, command: OnSaved) -> None:
    session.delete(own_search(session, actor, command.saved_id))


def count_reuse(session: Session, actor: Actor, command: Solved) -> None:
    """これで解決しました: the question is not asked. Raises NotFound for what the actor may not read."""
    use_again(session, actor, command.kind, command.ref_id)
    session.execute(sa.delete(Draft).filter_by(staff_id=actor.staff_id, place=f"room:{command.room_id}"))
