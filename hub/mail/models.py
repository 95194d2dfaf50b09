"""メール: what is to be sent, to whom it cannot be, and what the prefecture allows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base

STATES = ("waiting", "sent", "refused", "dropped")


class Mail(Base):
    """One mail to one person. It holds what it is about as ids and no text: its words are found when it is sent, from
    what its reader may read then. `key` is what it is about, so that nothing is told twice; the Message-ID is made of
    it. `refused`: by the mail server for good, or in vain for too long. `dropped`: when its time came there was
    nothing left to say, or nobody to say it to."""

    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    settled_at: Mapped[datetime | None]
    last_answer: Mapped[str] = mapped_column(default="", server_default="")  # of the mail server: its numbers alone

    __table_args__ = (sa.CheckConstraint(f"state IN {STATES}".replace(", ", ","), name="state"),)


sa.Index(
    "ix_mails_due",
    Mail.due_at,
    sqlite_where=sa.text("state = 'waiting'"),
    postgresql_where=sa.text("state = 'waiting'"),
)


class MailAddress(Base):
    """How mails to an account fare. It is about `address`: another one begins anew. `stopped_at`: refused so often in
    a row that nothing is sent there until a manager says so. `origin`: under which of HUB_ORIGINS the person signed in
    last; links in mails begin with it."""

    __tablename__ = "mail_addresses"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    address: Mapped[str] = mapped_column(default="", server_default="")
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    refused_at: Mapped[datetime | None]
    last_answer: Mapped[str] = mapped_column(default="", server_default="")
    stopped_at: Mapped[datetime | None]
    origin: Mapped[str] = mapped_column(default="", server_default="")


class MailChoice(Base):
    """How a person wants to hear of one kind of thing; what has no row is as usual (`choosing.py`)."""

    __tablename__ = "mail_choices"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    way: Mapped[str]

    __table_args__ = (sa.CheckConstraint("way IN ('now','digest','never')", name="way"),)


class MailTold(Base):
    """What the last digest of a person named as waiting, by marks: a digest goes when something is not among them."""

    __tablename__ = "mail_told"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    marks: Mapped[list[str]]


class MailRules(Base):
    """One row, id 1: what the prefecture has settled. `with_text`: whether mails may quote what people wrote."""

    __tablename__ = "mail_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    with_text: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)
