"""1日1回のメール: one a day at most, at 8:30 of a working day, in the order of what needs a hand. It goes when
something in it is new: an entry since the last one, or something that waits and was not named in the last."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from hub.actor import Actor
from hub.clock import JAPAN, OPENS, is_office_hour, japan_today, previous_working_day, utc_now
from hub.inbox.models import InboxEntry
from hub.inbox.queries import list_unseen
from hub.mail.addressing import Reader
from hub.mail.calls import item_of, key_of, kind_of
from hub.mail.choosing import Ways, ways_of
from hub.mail.letters import Item, Letter, Part
from hub.mail.models import Mail, MailTold
from hub.mail.outbox import ToSend, put
from hub.mail.queries import may_quote
from hub.mail.waiting import Waits, for_eyes, for_hands, for_interest
from hub.people.models import Posting, Staff
from hub.security.actors import actors_of_staff
from hub.statements import upsert

DIGEST = "digest"
MOST_NAMED = 20  # in each part
ORDER = ("mention", "answer", "silent", "question", "charge", "reply", "followed")


def make_digests(session: Session) -> None:
    """One line for everybody who is posted somewhere; whether there is anything to say shows when it is sent. Nothing
    on days off, and nothing once offices have closed."""
    now, today = utc_now(), japan_today()
    if not is_office_hour(now):
        return
    query = (
        sa.select(Posting.staff_id)
        .join(Staff, Staff.id == Posting.staff_id)
        .where(Staff.disabled_at.is_(None), Staff.is_alias.is_(sa.false()))
        .where(Posting.from_at <= now, sa.or_(Posting.until_at.is_(None), Posting.until_at > now))
    )
    ids = sorted(set(session.scalars(query)))
    put(session, [ToSend(f"digest:{id_}:{today}", DIGEST, id_, {"day": today.isoformat()}) for id_ in ids])


def write_digest(session: Session, mail: Mail, reader: Reader) -> Letter | None:
    """None when its day or its hours are over, or nothing in it is new."""
    staff_id, today = reader.staff.id, japan_today()
    actor = actors_of_staff(session, [staff_id]).get(staff_id)
    if actor is None or mail.content["day"] != today.isoformat() or not is_office_hour(utc_now()):
        return None
    ways, quoting = ways_of(session, [staff_id])[staff_id], may_quote(session)
    calls = _calls(session, actor, ways, quoting=quoting)
    sources = (("waiting", for_hands), ("notice", for_eyes), ("case", for_interest))
    hands, eyes, interest = (list(find(session, actor)) if ways[kind] == DIGEST else [] for kind, find in sources)
    marks = tuple(one.mark for one in (*hands, *eyes, *interest))
    if not calls and set(marks) <= _told(session, staff_id):
        return None
    named = [(_("対応が必要なもの"), hands), (_("未確認のお知らせ"), eyes), (_("新しい事例"), interest)]
    parts = [_part(heading, [one.item(quoting=quoting) for one in found]) for heading, found in named if found]
    parts[1 if hands else 0 : 1 if hands else 0] = [_part(_("あなたへの投稿"), calls)] if calls else []
    return Letter(
        _subject(hands, len(calls)),
        parts=tuple(parts),
        button=(_("ホームを開く"), "/"),
        reason=_("1日1回まとめて受け取る設定のため届きました。新しいことがない日は届きません。"),
        kind=DIGEST,
        marks=marks,
    )


def remember_marks(session: Session, *, staff_id: int, marks: Iterable[str]) -> None:
    upsert(session, MailTold, ("staff_id",), {"staff_id": staff_id, "marks": list(marks)})


def _told(session: Session, staff_id: int) -> set[str]:
    row = session.get(MailTold, staff_id)
    return set(row.marks) if row else set()


def _subject(hands: list[Waits], calls: int) -> str:
    if hands:
        n = len(hands)
        return ngettext("対応が必要なもの %(n)s件", "対応が必要なもの %(n)s件", n, n=n)
    return ngettext("新しい投稿 %(n)s件", "新しい投稿 %(n)s件", calls, n=calls) if calls else _("新しいお知らせ・事例")


def _calls(session: Session, actor: Actor, ways: Ways, *, quoting: bool) -> list[Item]:
    """Unseen entries between the last morning and this one, but for those that went at once."""
    since, until = _morning(previous_working_day(japan_today() - timedelta(days=1))), _morning(japan_today())
    rows = list_unseen(session, actor, InboxEntry.created_at >= since, InboxEntry.created_at < until)
    kinds = {row.entry.id: kind_of(row.entry.kind, row.thread, row.entry.staff_id) for row in rows}
    gone = _sent(session, [key_of(row.entry.id) for row in rows])
    wanted = [row for row in rows if ways[kinds[row.entry.id]] != "never" and key_of(row.entry.id) not in gone]
    wanted.sort(key=lambda row: ORDER.index(kinds[row.entry.id]))
    return [item_of(row, kinds[row.entry.id], quoting=quoting) for row in wanted]


def _sent(session: Session, keys: list[str]) -> set[str]:
    query = sa.select(Mail.key).where(Mail.key.in_(keys), Mail.state == "sent")
    return set(session.scalars(query)) if keys else set()


def _morning(day: date) -> datetime:
    return datetime.combine(day, OPENS, JAPAN)


def _part(heading: str, items: list[Item]) -> Part:
    """The first ones; how many more there are is on the page that opens."""
    rest = len(items) - MOST_NAMED
    more = (
        [Item(ngettext("ほかに%(n)s件あります", "ほかに%(n)s件あります", rest, n=rest), "/inbox")] if rest > 0 else []
    )
    return Part(heading, (*items[:MOST_NAMED], *more))
