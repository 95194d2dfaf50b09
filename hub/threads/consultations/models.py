"""相談: the state of a consultation thread."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Consultation(Base):
    """open: the side that answers has to act; answered: the side that asks; closed says how: solved, withdrawn or
    duplicate. `changed_at` is the moment from which it has stood so."""

    __tablename__ = "consultations"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)  # who asks
    state: Mapped[str] = mapped_column(default="open", index=True)
    closed_as: Mapped[str | None]
    changed_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("state IN ('open','answered','closed')", name="state"),
        sa.CheckConstraint("(state = 'closed') = (closed_as IS NOT NULL)", name="closed_as_when_closed"),
        sa.CheckConstraint("closed_as IN ('solved','withdrawn','duplicate')", name="closed_as"),
    )
