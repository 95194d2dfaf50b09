"""Audiences: who may read something. Every readable thing carries an `audience_id` (ADR 4)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.tables import Base


class Audience(Base):
    """A set of grants. `key` names those that exist once: `members`, `dx`, `town:<organisation id>`, and of cases for
    chosen municipalities `bodies:<organisation ids>`, whose grants never change."""

    __tablename__ = "audiences"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(unique=True)

    grants: Mapped[list["Grant"]] = relationship(back_populates="audience", lazy="raise")


class Grant(Base):
    """Reading for an organisation, a section or one person (exactly one of them), from / until (open when null).
    `reason` is of administrators who let themselves in before that was for one room alone (RoomGrant)."""

    __tablename__ = "grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audiences.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sections.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    from_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    audience: Mapped[Audience] = relationship(back_populates="grants", lazy="raise")

    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN section_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_holder",
        ),
    )


class RoomGrant(Base):
    """Reading of one room by one person until a moment, with the reason on record: an administrator's. Apart from the
    grants, so that it opens nothing else that is read by the same people as the room."""

    __tablename__ = "room_grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("rooms.id"), index=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    until_at: Mapped[datetime]
    reason: Mapped[str]
