"""The durable log (design section 4): streams, their events, and the receipts of creating commands."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Stream(Base):
    """An ordered, gapless log with one audience. `head` is the seq of its newest event, 0 while empty."""

    __tablename__ = "streams"
    key: Mapped[str] = mapped_column(primary_key=True)
    head: Mapped[int] = mapped_column(default=0)


class FeedEvent(Base):
    """One event. `thread_id` and `message_id` say what it speaks of, so that moving and deleting can void it."""

    __tablename__ = "feed_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(sa.ForeignKey("streams.key"))
    seq: Mapped[int]
    type: Mapped[str]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    thread_id: Mapped[int | None]
    message_id: Mapped[int | None]

    __table_args__ = (
        sa.UniqueConstraint("stream", "seq"),
        sa.Index("ix_feed_events_thread_id_message_id", "thread_id", "message_id"),
        {"sqlite_autoincrement": True},  # ids never come back: the watermark of `hub/feed/epoch.py` rests on it
    )


class Submission(Base):
    """The receipt of one creating command: a repeat of the same client_id gets the same answer and writes nothing."""

    __tablename__ = "submissions"
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON())
    created_at: Mapped[datetime] = mapped_column(index=True)
