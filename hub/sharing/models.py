"""共有: what of a consultation goes to a wider audience, and who agreed to it (ADR 15).

Every row here belongs to the consultation and is reached through its room alone; the edition itself is a thread like
any other, in whose rows nothing of this can be found.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base

KINDS = ("edition", "case")
OPEN = ("preparing", "asked", "returned")  # states in which nothing has gone out
STATES = ("preparing", "asked", "returned", "out", "withdrawn")


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({','.join(repr(v) for v in values)})", name=column)


class Sharing(Base):
    """An edition or a case in the making, and what became of it. `organisation_id` is the body whose consultation it
    is; `version` rises with every change of the texts, and a consent is to one version. `edition_id` is the thread that
    went out, `case_id` the draft that was made."""

    __tablename__ = "sharings"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    anonymous: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rooms.id"))  # where an edition goes
    state: Mapped[str] = mapped_column(default="preparing", index=True)
    version: Mapped[int] = mapped_column(default=1)
    remark: Mapped[str] = mapped_column(default="")  # of whoever sent it back
    edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("threads.id"), unique=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), unique=True)
    prepared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    out_at: Mapped[datetime | None]

    __table_args__ = (_one_of("kind", KINDS), _one_of("state", STATES))


class SharingPart(Base):
    """One message as it would go out: `body` is edited freely, the original is never touched."""

    __tablename__ = "sharing_parts"
    sharing_id: Mapped[int] = mapped_column(sa.ForeignKey("sharings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    kind: Mapped[str] = mapped_column(default="")  # of a case: which passage it tells (hub/threads/models.py)
    included: Mapped[bool]
    body: Mapped[str]


class Consent(Base):
    """One body agrees to one version."""

    __tablename__ = "sharing_consents"
    sharing_id: Mapped[int] = mapped_column(sa.ForeignKey("sharings.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    version: Mapped[int]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class HelpAnswer(Base):
    """「匿名で他の市町村に役立てますか」 was answered: it is asked once."""

    __tablename__ = "sharing_answers"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), primary_key=True)
    yes: Mapped[bool]
    created_at: Mapped[datetime]
