"""The clocks of a consultation, in working time: until the first answer, with each side, altogether. They begin when it
came, and stand still while somebody outside is asked and while it is closed. What counts as an answer stands on the
page of help, in `templates/home/_clocks.html`, and here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.people.models import Section
from hub.threads.consultations.models import Turn
from hub.threads.consultations.services import STANDS, Words
from hub.threads.consultations.turns import Standing
from hub.threads.consultations.working_time import working_time
from hub.threads.models import Message


@dataclass(frozen=True)
class Clocks:
    """`answering`, `asking`: the time in which it was that side's turn; `outside` is no part of `altogether`. A first
    word of another body that is no answer (`peer`) is counted apart."""

    first_answer: timedelta | None
    peer: timedelta | None
    answering: timedelta
    asking: timedelta
    outside: timedelta
    by_prefecture: bool  # who answers

    @property
    def altogether(self) -> timedelta:
        return self.answering + self.asking


def clocks_of(session: Session, standing: Standing) -> Clocks:
    """As they stand now. The consultation was fetched through the actor."""
    query = sa.select(Turn).where(Turn.thread_id == standing.thread.id).order_by(Turn.number)
    turns, now = session.scalars(query).all(), utc_now()
    words = Words(standing)
    peers = sa.and_(~words.asks, ~words.answers, ~Section.is_dx)
    return Clocks(
        first_answer=_until(turns, _first(session, words, words.answers)),
        peer=_until(turns, _first(session, words, peers)),
        answering=_spent([turn for turn in turns if turn.state == "open" and turn.side != "outside"], now),
        asking=_spent([turn for turn in turns if turn.state == "answered" and turn.side != "outside"], now),
        outside=_spent([turn for turn in turns if turn.side == "outside"], now),
        by_prefecture=standing.room.kind != "case" and standing.asking.side != "prefecture",
    )


def _first(session: Session, words: Words, which: sa.ColumnElement[bool]) -> datetime | None:
    """When the first such message came that still stands; the question itself is none."""
    query = words.newest_first.order_by(None).order_by(Message.position).with_only_columns(Message.created_at)
    return session.scalars(query.where(which, STANDS, Message.position > 1)).first()


def _until(turns: Sequence[Turn], moment: datetime | None) -> timedelta | None:
    if moment is None:
        return None
    return _spent([turn for turn in turns if turn.side not in (None, "outside")], moment)


def _spent(turns: Sequence[Turn], until: datetime) -> timedelta:
    """In these turns, up to that moment."""
    spans = ((turn.from_at, min(turn.until_at or until, until)) for turn in turns)
    return sum((working_time(begin, end) for begin, end in spans), timedelta())


def clock_rows(clocks: Clocks) -> list[tuple[str, str]]:
    """What each is called, and how long it is; the names are those of the page of help."""
    names = clock_names()
    answering = "answering" if clocks.by_prefecture else "answering_body"
    found = [
        ("first_answer", clocks.first_answer),
        ("peer", clocks.peer),
        (answering, clocks.answering),
        ("asking", clocks.asking),
        ("outside", clocks.outside or None),
        ("altogether", clocks.altogether),
    ]
    told = [(names[key], in_hours(time)) for key, time in found if time is not None]
    return told if clocks.first_answer is not None else [(names["first_answer"], _("まだありません")), *told]


def in_hours(time: timedelta) -> str:
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    return _("%(hours)s時間%(minutes)s分", hours=f"{hours:,}", minutes=minutes)


def clock_names() -> dict[str, str]:
    return {
        "first_answer": _("最初の回答まで"),
        "peer": _("ほかの団体の最初の投稿まで"),
        "answering": _("県DX担当の番"),
        "answering_body": _("回答する団体の番"),
        "asking": _("相談した団体の番"),
        "outside": _("外部に確認中"),
        "altogether": _("合計"),
    }
