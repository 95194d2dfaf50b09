"""Rooms: a place for threads with exactly one audience."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Room(Base):
    """ルーム. `kind`: support 伴走ルーム (one per municipality), commons 県内共通, circle 研究会, case.
    Up to and with the day `paused_until` no new thread is begun; answers go on."""

    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    kana: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), unique=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audiences.id"), index=True)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    paused_until: Mapped[date | None]

    __table_args__ = (
        sa.CheckConstraint("kind IN ('support','commons','circle','case')", name="kind"),
        sa.CheckConstraint("(kind = 'support') = (organisation_id IS NOT NULL)", name="support_has_organisation"),
    )


class RoomPreference(Base):
    """What one person wants of one room."""

    __tablename__ = "room_preferences"
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("rooms.id"), primary_key=True)
    muted: Mapped[bool] = mapped_column(default=False)
    favourite: Mapped[bool] = mapped_column(default=False)
