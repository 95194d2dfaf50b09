"""What comes at once: somebody answers my question or calls me by name, in office hours.

A minute passes first, for whoever has the page open; what was seen by then is told to nobody. Of a thread one mail is
enough until its reader has been there. What comes outside office hours stands in the next digest."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import JAPAN, OPENS, in_japan, is_office_hour, utc_now
from hub.inbox.models import InboxEntry
from hub.inbox.queries import InboxRow, list_unseen
from hub.mail.addressing import Reader
from hub.mail.choosing import ways_of
from hub.mail.letters import Item, Letter, Part
from hub.mail.models import Mail
from hub.mail.outbox import ToSend, put
from hub.mail.queries import may_quote
from hub.mail.wording import reason_of, said_of
from hub.security.actors import actors_of_staff
from hub.threads.models import Message, Thread
from hub.threads.wording import message_excerpt, thread_title

CALL = "call"
GRACE = timedelta(minutes=1)
QUOTED = 140


class Called(NamedTuple):
    entry_id: int
    staff_id: int
    kind: str
    thread_id: int


def kind_of(entry_kind: str, thread: Thread, staff_id: int) -> str:
    """The kind of mail that an entry is, for this person: an answer is one where they asked."""
    own = thread.kind == "consultation" and thread.opened_by_id == staff_id
    if entry_kind in ("answer", "reply") and own:
        return "answer"
    return {"answer": "followed", "lapsed": "silent"}.get(entry_kind, entry_kind)


def tell_at_once(session: Session) -> None:
    """Write down what has come since the offices opened; nothing outside their hours."""
    now = utc_now()
    if not is_office_hour(now):
        return
    found = list(_unseen(session, _opened(now), now - GRACE))
    ways = ways_of(session, {call.staff_id for call in found})
    first: dict[tuple[int, int], Called] = {}
    for call in found:
        if ways[call.staff_id][call.kind] == "now":
            first.setdefault((call.staff_id, call.thread_id), call)
    known = _known(session, [key_of(call.entry_id) for call in first.values()])
    fresh = [call for call in first.values() if key_of(call.entry_id) not in known]
    put(session, [ToSend(key_of(c.entry_id), CALL, c.staff_id, {"entry_id": c.entry_id}) for c in fresh])


def key_of(entry_id: int) -> str:
    return f"entry:{entry_id}"


def _opened(now: datetime) -> datetime:
    return datetime.combine(in_japan(now).date(), OPENS, JAPAN)


def _unseen(session: Session, since: datetime, until: datetime) -> Iterable[Called]:
    query = (
        sa.select(InboxEntry, Thread)
        .join(Message, Message.id == InboxEntry.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .where(InboxEntry.seen_at.is_(None), InboxEntry.created_at >= since, InboxEntry.created_at <= until)
        .order_by(InboxEntry.id)
    )
    for entry, thread in session.execute(query):
        yield Called(entry.id, entry.staff_id, kind_of(entry.kind, thread, entry.staff_id), thread.id)


def _known(session: Session, keys: list[str]) -> set[str]:
    return set(session.scalars(sa.select(Mail.key).where(Mail.key.in_(keys)))) if keys else set()


def write_call(session: Session, mail: Mail, reader: Reader) -> Letter | None:
    """None when it was seen, is gone or may not be read, or the hour is over: then the digest has it."""
    actor = actors_of_staff(session, [reader.staff.id]).get(reader.staff.id)
    if actor is None or not is_office_hour(utc_now()):
        return None
    rows = list_unseen(session, actor, InboxEntry.id == mail.content["entry_id"])
    if not rows:
        return None
    [row], kind = rows, kind_of(rows[0].entry.kind, rows[0].thread, rows[0].entry.staff_id)
    said = said_of(row, kind)
    quoting = may_quote(session)
    return Letter(
        f"{said}「{thread_title(row.thread)}」" if quoting else said,
        lines=(said, _("ルーム：%(name)s", name=row.room.name)),
        parts=(Part(thread_title(row.thread), (Item(message_excerpt(row.message, QUOTED)),)),) if quoting else (),
        button=(_("投稿を開く"), path_of(row)),
        reason=reason_of(kind),
        kind=kind,
        thread_id=row.thread.id,
    )


def path_of(row: InboxRow) -> str:
    return f"/threads/{row.thread.id}?at={row.message.position}"


def item_of(row: InboxRow, kind: str, *, quoting: bool) -> Item:
    """With the title and the beginning of the message where the prefecture allows it."""
    where = f"{row.author['organisation']} {_('ルーム：%(name)s', name=row.room.name)}"
    if not quoting:
        return Item(said_of(row, kind), path_of(row), where)
    title = thread_title(row.thread)
    return Item(title, path_of(row), f"{said_of(row, kind)} {where}", message_excerpt(row.message, QUOTED))
