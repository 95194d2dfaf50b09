"""Who hides behind an alias in an anonymous edition (ADR 15)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Alias(Base):
    """The ONLY row that joins a person with an alias. The alias is an account that nobody can sign in to, made for one
    edition and never used in another. An edition is anonymous when it has aliases."""

    __tablename__ = "sharing_aliases"
    alias_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    alias_posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"))
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))

    __table_args__ = (sa.UniqueConstraint("thread_id", "staff_id"),)
