"""What people call rooms, bodies, states, tags and each other in a query, and the facets that they mean by it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import utc_now
from hub.library.models import Tag
from hub.library.tag_names import shown_tags
from hub.people.models import Duty, Field, Holding, Organisation, Staff
from hub.rooms.queries import list_rooms_for
from hub.search.analysis import fold

# What people say, and every name that a page shows, in both languages. The first is what a facet's link says.
STATES = {
    "open": ("回答待ち", "未回答", "受付", "対応中", "相談中", "open", "waiting for an answer", "waiting"),
    "answered": ("回答あり", "回答済", "回答済み", "answered"),
    "closed": ("終了", "解決", "解決済", "解決済み", "完了", "closed", "solved"),
}
KINDS = {
    "consultation": ("相談", "consultation", "consultations"),
    "notice": ("お知らせ", "notice", "notices"),
    "talk": ("話題", "talk", "topic", "topics"),
    "edition": ("共有版", "edition", "shared edition", "shared editions"),
    "card": ("回答カード", "カード", "card", "answer card", "answer cards"),
    "message": ("投稿", "返信", "回答", "message", "post", "posts"),
    "note": ("県内メモ", "メモ", "note", "prefecture note", "prefecture memo", "memo"),
    "case": ("事例", "case", "cases"),
    "file": ("ファイル", "添付", "資料", "file", "files"),
    "person": (
        "相談に応じられる人",
        "相談に乗れる人",
        "人",
        "職員",
        "person",
        "people",
        "can advise",
        "glad to be asked",
    ),
    "organisation": ("団体", "organisation", "organisations"),
}


class Named(NamedTuple):
    """A facet that somebody named, by its `whole` name or by a part of it."""

    facet: str
    whole: bool


def facets_named(session: Session, actor: Actor, name: str, value: str) -> Iterator[Named]:
    if not value:
        return
    for facet, names in {"state": STATES, "kind": KINDS}.get(name, {}).items():
        if value in names:
            yield Named(f"{name}:{facet}", whole=True)
    if name == "room":
        yield from _named("room", value, ((r.id, r.name, r.kana) for r in list_rooms_for(session, actor)))
    if name == "org":
        rows = session.execute(sa.select(Organisation.id, Organisation.name, Organisation.kana))
        yield from _named("org", value, ((id_, text, kana) for id_, text, kana in rows))
    if name == "field":
        yield from _named("field", value, ((f.id, f.name, "") for f in session.scalars(sa.select(Field))))
    if name == "tag":
        yield from _of_tag(session, actor, value)
    if name == "by":
        yield from _of_person(session, value.replace(" ", ""))


def _named(facet: str, value: str, rows: Iterable[tuple[int, str, str]]) -> Iterator[Named]:
    for id_, *names in rows:
        texts = [fold(text) for text in names]
        if value in " ".join(texts):
            yield Named(f"{facet}:{id_}", whole=value in texts)


def _of_tag(session: Session, actor: Actor, value: str) -> Iterator[Named]:
    """A name that was merged into another stands on no page any more, so it is not told by its parts."""
    tags = list(session.scalars(sa.select(Tag).where(sa.or_(Tag.synonym_of_id.is_not(None), shown_tags(actor)))))
    shown = {t.id for t in tags if t.synonym_of_id is None}
    yield from _named("tag", value, ((t.id, t.name, "") for t in tags if t.id in shown))
    merged = (t for t in tags if t.synonym_of_id in shown and value == fold(t.name))
    yield from (Named(f"tag:{t.synonym_of_id}", whole=True) for t in merged)


def _of_person(session: Session, value: str) -> Iterator[Named]:
    """What somebody wrote or wrote in, and the cases whose contact duty they hold now."""
    rows = session.execute(sa.select(Staff.id, Staff.name, Staff.kana))
    spaceless = ((id_, fold(name).replace(" ", ""), fold(kana).replace(" ", "")) for id_, name, kana in rows)
    whole = {int(n.facet.removeprefix("by:")): n.whole for n in _named("by", value, spaceless)}
    yield from (Named(f"by:{id_}", is_whole) for id_, is_whole in whole.items())
    now = utc_now()
    duties = sa.select(Holding.duty_id, Holding.staff_id).join(Duty, Duty.id == Holding.duty_id)
    current = duties.where(Holding.from_at <= now, sa.or_(Holding.until_at.is_(None), Holding.until_at > now))
    for duty_id, staff_id in session.execute(current.where(Holding.staff_id.in_(whole))):
        yield Named(f"duty:{duty_id}", whole[staff_id])
