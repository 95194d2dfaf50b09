"""県内メモ: the DX section's own remarks beside a thread, in a table of their own and never a flag on a message."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    posting_id: Mapped[int] = mapped_column(sa.ForeignKey("postings.id"))
    body: Mapped[str]
    body_html: Mapped[str]
    policy: Mapped[int]
    created_at: Mapped[datetime]
