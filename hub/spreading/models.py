"""How practices spread: from which case a case came, what is to be done at each stage, and what the author's side has
heard of those who took it up. What a body does with a case is `hub.library.models.Adoption`."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.library.models import ADOPTION_STATES
from hub.tables import Base


class Predecessor(Base):
    """系譜 between cases: `case_id` grew out of `predecessor_id`. `note` says how, or where that is written."""

    __tablename__ = "case_predecessors"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (sa.CheckConstraint("case_id <> predecessor_id", name="of_another"),)


class ChecklistItem(Base):
    """One thing to do at a stage. A retired one is shown only where it had been ticked."""

    __tablename__ = "checklist_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    text: Mapped[str]
    position: Mapped[int]
    retired_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint(f"state IN ({','.join(repr(state) for state in ADOPTION_STATES)})", name="state"),
    )


class ChecklistTick(Base):
    """済: this body has done this for this case. Who ticked it stands beside it."""

    __tablename__ = "checklist_ticks"
    adoption_id: Mapped[int] = mapped_column(sa.ForeignKey("adoptions.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("checklist_items.id"), primary_key=True, index=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")
    ticked_at: Mapped[datetime]


class Echo(Base):
    """What the author's side has heard of an adoption, and its thanks. News for that side is every confirmed adoption
    whose `heard_state` is not its state; news for the adopter are thanks that nobody there has seen (`seen_at`).
    One row for two bodies, not one for each reader: it outlives every 人事異動."""

    __tablename__ = "adoption_echoes"
    adoption_id: Mapped[int] = mapped_column(sa.ForeignKey("adoptions.id"), primary_key=True)
    heard_state: Mapped[str]
    thanks: Mapped[str] = mapped_column(default="")
    thanked_at: Mapped[datetime | None]
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    posting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None]
