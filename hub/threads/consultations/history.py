"""The turns of one consultation, for its readers."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hub.clock import start_of_japan_day
from hub.feed.contracts import ThreadData
from hub.people.authors import Author, AuthorKey, authors
from hub.people.models import Duty, Organisation
from hub.threads.consultations.models import Consultation, Turn
from hub.threads.queries import Place


@dataclass(frozen=True)
class Told:
    """A turn: whose, why, and by whom the ball was moved there, if that is known."""

    turn: Turn
    whom: str
    why: str
    by: Author | None
    duty: str  # in charge, where it is not the one that accompanies the body that asks

    @property
    def expected_at(self) -> datetime | None:
        """The beginning of the day on which somebody outside is expected to have acted."""
        day = self.turn.expected_on
        return start_of_japan_day(day) if day else None


def list_turns(session: Session, place: Place) -> list[Told]:
    """The newest first; none where there is no consultation. The thread was fetched through the actor."""
    if place.thread.kind != "consultation":
        return []
    query = sa.select(Turn, Organisation.name, Duty.name).join(Consultation, Consultation.thread_id == Turn.thread_id)
    query = query.join(Organisation, Organisation.id == Consultation.organisation_id)
    query = query.outerjoin(Duty, Duty.id == Turn.duty_id)
    rows = session.execute(query.where(Turn.thread_id == place.thread.id).order_by(Turn.number.desc())).all()
    given = {turn.number: turn.duty_id for turn, *_rest in rows}
    keys = {turn.number: key for turn, *_rest in rows if (key := _moved_by(turn)) is not None}
    people = authors(session, keys.values()) if keys else {}
    named, whys = turn_words(), why_words()
    return [
        Told(
            turn,
            named[_key(turn.side, turn.state)].replace("{whom}", turn.outside or name),
            whys[_why(turn, given)],
            people[keys[turn.number]] if turn.number in keys else None,
            duty or "",
        )
        for turn, name, duty in rows
    ]


def _why(turn: Turn, given: dict[int, int | None]) -> str:
    """Of `why_words`. `given`: who was in charge, by the number of the turn."""
    if turn.automatic:
        return "silence"
    return "charge" if given.get(turn.number - 1, turn.duty_id) != turn.duty_id else turn.why


def _moved_by(turn: Turn) -> AuthorKey | None:
    known = turn.staff_id is not None and turn.posting_id is not None
    return AuthorKey(turn.staff_id, turn.posting_id, turn.writer_name) if known else None  # type: ignore[arg-type]


def _key(side: str | None, state: str | None) -> str:
    """Of `turn_words`: the side, told apart by whether the body that asks is meant."""
    if side is None:
        return "closed"
    return "asking" if side != "outside" and state == "answered" else side


def turn_line(thread: ThreadData) -> str:
    """Whose turn it is, in words; nothing where it is nobody's."""
    turn = thread["turn"]
    return turn_words()[_key(turn["side"], thread["state"])].replace("{whom}", turn["whom"]) if turn else ""


def turn_words() -> dict[str, str]:
    """Whose turn it is. {whom} stands for a name."""
    return {
        "prefecture": _("次の対応：県DX担当"),
        "municipality": _("次の対応：回答する団体"),
        "asking": _("次の対応：%(whom)s", whom="{whom}"),
        "outside": _("外部に確認中：%(whom)s", whom="{whom}"),
        "closed": _("終了"),
    }


def why_words() -> dict[str, str]:
    """What moved the ball."""
    return {
        "asked": _("相談の投稿"),
        "answered": _("回答の投稿"),
        "further": _("相談した団体の投稿"),
        "erased": _("回答の削除・墨消し"),
        "hand": _("状態の変更"),
        "charge": _("担当の変更"),
        "silence": _("書き込みがないため自動で終了"),
        "before": _("記録の開始前"),
    }
