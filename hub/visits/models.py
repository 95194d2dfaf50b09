"""視察: one body asks to see the practice of another, and what was asked and answered stays with the case."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base

STATES = ("requested", "accepted", "declined", "withdrawn", "done")


class Visit(Base):
    """A request of `organisation_id` to the body of the case. Read by both; `findings` (質問と答え) by all readers of
    the case once it is done, without the visitor's name."""

    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    state: Mapped[str]
    proposed_dates: Mapped[list[str]]  # ISO days in the order of preference
    headcount: Mapped[int]
    purpose: Mapped[str]
    questions: Mapped[str] = mapped_column(default="")
    online: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    agreed_on: Mapped[date | None]
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    replier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    findings: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint(f"state IN ({','.join(repr(s) for s in STATES)})", name="state"),
        sa.CheckConstraint("(state IN ('accepted','done')) = (agreed_on IS NOT NULL)", name="agreed_has_a_day"),
    )
