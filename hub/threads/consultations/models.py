"""相談: a consultation thread, and whose turn it has been since it was asked."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Consultation(Base):
    """How it stands now: a copy of its newest turn, for lists, which `turns.py` alone writes. open: the side that
    answers has to act; answered: the side that asks; closed says how: solved, withdrawn or duplicate. `changed_at` is
    the moment from which it has been in this state, `turn` the number of its newest turn. `duty_id`: who is in charge,
    where it is not the duty that accompanies the body that asks (`in_charge.py`). `automatic`: nobody closed it, nobody
    said anything any more. `reminded_at` is the last time that whoever asks was reminded (`silence.py` alone writes
    it)."""

    __tablename__ = "consultations"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)  # who asks
    state: Mapped[str] = mapped_column(default="open", index=True)
    closed_as: Mapped[str | None]
    changed_at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(default=1)
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duties.id"), index=True)
    automatic: Mapped[bool] = mapped_column(default=False)
    reminded_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("state IN ('open','answered','closed')", name="state"),
        sa.CheckConstraint("(state = 'closed') = (closed_as IS NOT NULL)", name="closed_as_when_closed"),
        sa.CheckConstraint("closed_as IN ('solved','withdrawn','duplicate')", name="closed_as"),
    )


class Turn(Base):
    """Where the ball (ボール) was from one moment to the next: 1..n without gaps, the newest has no end. `side` has to
    act, nobody once it is closed; outside has a name, and perhaps a day on which it is expected to have acted. `why`:
    what moved the ball; by whom, and in which words when by hand. Another in charge (`duty_id`) begins a turn that goes
    on where the ball is: `since_at` is the moment from which it has been there."""

    __tablename__ = "consultation_turns"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.thread_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    closed_as: Mapped[str | None]
    side: Mapped[str | None]
    outside: Mapped[str] = mapped_column(default="")
    expected_on: Mapped[date | None]
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duties.id"), index=True)
    since_at: Mapped[datetime | None]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    why: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    automatic: Mapped[bool] = mapped_column(default=False)  # it ended by silence
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint("state IN ('open','answered','closed')", name="state"),
        sa.CheckConstraint("(state = 'closed') = (closed_as IS NOT NULL)", name="closed_as_when_closed"),
        sa.CheckConstraint("(state = 'closed') = (side IS NULL)", name="side_unless_closed"),
        sa.CheckConstraint("side IN ('municipality','prefecture','outside')", name="side"),
        sa.CheckConstraint("(COALESCE(side, '') = 'outside') = (outside <> '')", name="outside_has_a_name"),
        sa.CheckConstraint("until_at >= from_at", name="ends_after_it_began"),
        sa.CheckConstraint("why IN ('asked','answered','further','erased','hand','before')", name="why"),
    )


class Reception(Base):
    """受付: of a consultation that the DX section recorded for a municipality, how and when it came. Whoever may put
    that right did so last at `corrected_at`. `caller`: as typed, often nobody."""

    __tablename__ = "consultation_receptions"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.thread_id"), primary_key=True)
    channel: Mapped[str]
    received_at: Mapped[datetime]
    caller: Mapped[str] = mapped_column(default="")
    corrected_at: Mapped[datetime | None]
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)  # who corrected it
    posting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")

    __table_args__ = (sa.CheckConstraint("channel IN ('telephone','visit','other')", name="channel"),)


class Promise(Base):
    """回答予定: that there will be an answer by the end of a day. It stands until there is one (kept, or late), another
    day is promised, it is withdrawn, or the consultation is closed; past its day without an answer it is broken."""

    __tablename__ = "consultation_promises"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.thread_id"), index=True)
    due_on: Mapped[date]
    made_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]

    __table_args__ = (
        sa.CheckConstraint("ended_as IN ('kept','late','replaced','withdrawn','closed')", name="ended_as"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_somehow"),
    )


STANDS = Promise.ended_at.is_(None)
sa.Index(
    "uq_consultation_promises_standing", Promise.thread_id, unique=True, sqlite_where=STANDS, postgresql_where=STANDS
)


class Rules(Base):
    """The numbers of the prefecture: one row, id 1, once somebody has set them. After so many working days of silence
    whoever asked is reminded (0: nobody ever is), and after so many more an answered consultation is closed."""

    __tablename__ = "consultation_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    remind_after: Mapped[int] = mapped_column(default=10)
    close_after: Mapped[int] = mapped_column(default=10)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)
