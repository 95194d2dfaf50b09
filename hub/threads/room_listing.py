"""The list of rooms as one person sees it: counts, favourites, and what waits first."""

import unicodedata
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.rooms.models import Room, RoomPreference
from hub.rooms.queries import list_rooms_for
from hub.shown import Shown
from hub.threads.last_words import LastWord, last_words_of_rooms, own_drafts
from hub.threads.room_wording import waiting_words
from hub.threads.waiting import RoomCounts, room_counts

ORDERS = ("waiting", "recent", "name")
MOST_ROOMS = 60  # of one list; the page says that there are more, and finds them by name


@dataclass(frozen=True)
class RoomRow:
    room: Room
    counts: RoomCounts
    muted: bool
    favourite: bool
    last: LastWord | None = None
    draft: bool = False

    @property
    def waiting_words(self) -> str:
        return waiting_words(self.counts)


def list_rooms(session: Session, actor: Actor, *, wanted: str = "", order: str = "waiting") -> list[RoomRow]:
    """The actor's rooms whose name or kana contains `wanted`, in one of ORDERS; archived rooms come last.

    `waiting`: favourites, then rooms that call the actor, then those with consultations on which the actor's side has
    to act, the longest waiting first, then those with something unread, then the rest; muted rooms count as having
    nothing. The number of queries does not depend on the number of rooms.
    """
    return _with_last_words(session, _in_order(session, actor, wanted, order))


def first_rooms(
    session: Session, actor: Actor, *, wanted: str = "", order: str = "waiting", whole: bool = False, room_id: int = 0
) -> Shown[RoomRow]:
    """The first MOST_ROOMS of `list_rooms`, and behind them the room that is looked at, wherever it stands; `whole`:
    all of them."""
    rows = _in_order(session, actor, wanted, order)
    shown = Shown(rows, MOST_ROOMS, whole)
    looked_at = [row for row in rows[len(shown) :] if row.room.id == room_id]
    shown.rows = _with_last_words(session, [*shown.rows, *looked_at])
    return shown


def _in_order(session: Session, actor: Actor, wanted: str, order: str) -> list[RoomRow]:
    rooms = [r for r in list_rooms_for(session, actor) if _matches(r, wanted)]
    counts = room_counts(session, actor, [r.id for r in rooms])
    mine = sa.select(RoomPreference).where(RoomPreference.staff_id == actor.staff_id)
    preferences = {p.room_id: p for p in session.scalars(mine)}
    begun = own_drafts(session, actor).room_ids
    rows = [_row(r, counts[r.id], preferences.get(r.id), draft=r.id in begun) for r in rooms]
    if order == "recent":
        rows.sort(key=_last, reverse=True)
    elif order == "waiting":
        rows.sort(key=_last, reverse=True)
        rows.sort(key=_rank)
    return sorted(rows, key=lambda row: row.room.archived_at is not None)


def _with_last_words(session: Session, rows: list[RoomRow]) -> list[RoomRow]:
    words = last_words_of_rooms(session, [row.room.id for row in rows])
    return [replace(row, last=words.get(row.room.id)) for row in rows]


def folded(text: str) -> str:
    """For comparing names: width and case do not matter, nor whether kana is typed as katakana or hiragana."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in plain)


def _matches(room: Room, wanted: str) -> bool:
    return folded(wanted) in folded(room.name) or folded(wanted) in folded(room.kana)


def _row(room: Room, counts: RoomCounts, preference: RoomPreference | None, *, draft: bool) -> RoomRow:
    muted, favourite = bool(preference and preference.muted), bool(preference and preference.favourite)
    return RoomRow(room, counts, muted, favourite, draft=draft)


def _last(row: RoomRow) -> float:
    return row.counts.last_at.timestamp() if row.counts.last_at else 0.0


def _rank(row: RoomRow) -> tuple[int, float]:
    """Lower first. Among those that wait the longest; elsewhere the second number says nothing."""
    if row.favourite:
        return 0, 0
    if row.muted:
        return 5, 0
    if row.counts.mentions:
        return 1, 0
    if row.counts.waiting_since:
        return 2, row.counts.waiting_since.timestamp()
    return (3, 0) if row.counts.unread else (4, 0)
