"""Cases on their way in and out: a file that waits for somebody's yes, and the consent to 一般公開."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base


class ImportFile(Base):
    """An uploaded file between preview and confirmation. It belongs to whoever sent it and is gone after a day."""

    __tablename__ = "import_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), index=True)
    name: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[datetime]


class Publicity(Base):
    """一般公開: who has agreed that the case goes out to everybody. Both sides have to."""

    __tablename__ = "case_publicities"
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    town_agreed_at: Mapped[datetime | None]
    town_agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    dx_agreed_at: Mapped[datetime | None]
    dx_agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
