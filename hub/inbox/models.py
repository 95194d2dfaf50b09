"""お知らせ箱: what concerns one person."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class InboxEntry(Base):
    """Points at a message and holds no text, so that nothing outlives the message or the right to read it."""

    __tablename__ = "inbox_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    # mention; reply; question: about a case whose contact duty one holds; answer: where one follows; charge: of a
    # consultation that one was given
    kind: Mapped[str]
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
