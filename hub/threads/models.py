"""Threads, messages and what hangs on them."""

from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Thread(Base):
    """スレッド. `last_position` counts its messages, 1..n without gaps; `version` rises with every change of the
    thread itself. The summary (まとめ) is pinned at its head and has a history of its own."""

    __tablename__ = "threads"
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("rooms.id"))
    kind: Mapped[str]
    title: Mapped[str]  # empty where there is none (any more): `untitled` says why
    titled: Mapped[bool] = mapped_column(default=True)  # somebody gave the title; else it is the first line of the body
    urgency: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    last_position: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime]
    created_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    opened_posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    opened_writer_name: Mapped[str] = mapped_column(default="")
    locked_at: Mapped[datetime | None]
    summary_version: Mapped[int] = mapped_column(default=0)
    edition: Mapped[str | None]  # an edited copy of a consultation: named, anonymous; withdrawn when taken back

    __table_args__ = (
        sa.Index("ix_threads_room_id_last_message_at", "room_id", "last_message_at"),
        sa.CheckConstraint("kind IN ('consultation','notice','talk')", name="kind"),
        sa.CheckConstraint("urgency IN ('normal','soon','urgent')", name="urgency"),
    )

    @property
    def untitled(self) -> Literal["files", "removed", "withdrawn"] | None:
        """Why the title is empty. No words are stored for it: each reader has a language of their own."""
        if self.title:
            return None
        if self.edition == "withdrawn":
            return "withdrawn"
        return "removed" if self.titled else "files"


class ThreadRedaction(Base):
    """墨消し of a thread's title or summary: who, when and why. What it said is nowhere any more."""

    __tablename__ = "thread_redactions"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), index=True)
    part: Mapped[str]
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    reason: Mapped[str]

    __table_args__ = (sa.CheckConstraint("part IN ('title','summary')", name="part"),)


class Message(Base):
    """One post. `body` is the source as typed, `body_html` its safe form under `policy`. A deleted or redacted message
    stays as a tombstone: position, author and time, no text. A message of files alone has no text either."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"))
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")  # 記入者名: as typed, no identity
    mark: Mapped[str | None]
    body: Mapped[str]
    body_html: Mapped[str]
    policy: Mapped[int]
    reply_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]
    redacted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    redaction_reason: Mapped[str | None]

    __table_args__ = (
        sa.UniqueConstraint("thread_id", "position"),
        sa.Index("ix_messages_author_id_thread_id", "author_id", "thread_id"),
        sa.CheckConstraint("mark IN ('personal','official')", name="mark"),
    )


ERASED = sa.or_(Message.deleted_at.is_not(None), Message.redacted_at.is_not(None))
# Few, and asked for with every list of what is unread.
sa.Index("ix_messages_erased", Message.thread_id, Message.position, sqlite_where=ERASED, postgresql_where=ERASED)


class Revision(Base):
    """An earlier text of a message: what `version` said until it was edited."""

    __tablename__ = "revisions"
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]
    body_html: Mapped[str]
    written_at: Mapped[datetime]


class SummaryRevision(Base):
    """Every version of a thread's summary (まとめ); the newest is the one shown."""

    __tablename__ = "summary_revisions"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]
    body_html: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class Reaction(Base):
    __tablename__ = "reactions"
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class Passage(Base):
    """A message of which somebody says that it tells the 課題, 取組, 効果 or 苦労."""

    __tablename__ = "passages"
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    __table_args__ = (sa.CheckConstraint("kind IN ('issue','action','effect','difficulty')", name="kind"),)


class Acknowledgement(Base):
    """確認しました, with a name; one person is enough for an organisation."""

    __tablename__ = "acknowledgements"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class Mention(Base):
    """Whom a message names: a person, a section or an organisation (exactly one)."""

    __tablename__ = "mentions"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), index=True)
    position: Mapped[int]
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sections.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)


class ReadMark(Base):
    """How far one person has read a thread. Private to that person: there is no per-person 既読."""

    __tablename__ = "read_marks"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), primary_key=True)
    position: Mapped[int]


class ThreadPreference(Base):
    __tablename__ = "thread_preferences"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), primary_key=True)
    following: Mapped[bool] = mapped_column(default=False)
    muted: Mapped[bool] = mapped_column(default=False)


class Draft(Base):
    """A text not yet sent, one per person and place: `room:<id>`, `thread:<id>`, `note:<thread id>`, `message:<id>`,
    `case:<id>`."""

    __tablename__ = "drafts"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    updated_at: Mapped[datetime]
