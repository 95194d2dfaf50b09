"""Cases on their way in and out: a file that waits for somebody's yes, and the consent to 一般公開."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables import Base


class ImportFile(Base):
    """An uploaded file from its preview on. It belongs to whoever sent it and is gone after a day. `state` is that of
    `hub.exchange.taking.Progress`; `beat_at` is when the worker that takes it in last gave a sign of life."""

    __tablename__ = "import_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    name: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    publish: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    beat_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]


class Publicity(Base):
    """一般公開: who has agreed that the case goes out to everybody. Both sides have to."""

    __tablename__ = "case_publicities"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    town_agreed_at: Mapped[datetime | None]
    town_agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    dx_agreed_at: Mapped[datetime | None]
    dx_agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
