"""支援カルテ: what is known of a municipality, said by itself and by the DX section that accompanies it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Fact(Base):
    """One statement about one thing (`hub/support/facts.py`; `item`: which of several, as a system or a fiscal year).
    Nothing is altered: a correction is the next `number`, with words why. An empty value says that it no longer
    holds."""

    __tablename__ = "karte_facts"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    item: Mapped[str] = mapped_column(default="")
    number: Mapped[int]
    newest: Mapped[bool] = mapped_column(default=True)
    value: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    as_of: Mapped[date | None]
    why: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    writer_name: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "name", "item", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("number = 1 OR why <> ''", name="corrected_with_words"),
    )
