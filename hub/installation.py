"""The one row that describes this installation's database as a whole."""

import secrets
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.errors import Unavailable
from hub.tables import Base


class Installation(Base):
    """One row, id 1. `epoch` names this life of the database and is new after a restore (design section 4);
    `access_version` is raised by every change of access; `demo` is set only while the database is empty."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    access_version: Mapped[int] = mapped_column(default=1)
    demo: Mapped[bool] = mapped_column(default=False)
    vault_id: Mapped[str | None]  # of the folder of attachments that belongs to it (hub/files/claiming.py)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


class HealthProbe(Base):
    """One row, id 1. Nobody reads it: that it can be written is what it tells."""

    __tablename__ = "health_probes"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def new_epoch() -> str:
    return secrets.token_hex(8)


def ensure_installation(session: Session) -> Installation:
    """The row, made on first use. Runs in a write transaction."""
    row = session.get(Installation, 1)
    if row is None:
        row = Installation(id=1, epoch=new_epoch(), access_version=1, demo=False)
        session.add(row)
        session.flush()
    return row


class Facts(NamedTuple):
    epoch: str
    access_version: int


_FACTS = sa.select(Installation.epoch, Installation.access_version)


def facts(session: Session) -> Facts:
    """Epoch and access version, read once in each session. Raises Unavailable where a backup was put back since the
    session began: to what it sees the new tables are empty."""
    found: Facts | None = session.info.get("installation")
    if found is None:
        row = session.connection().execute(_FACTS).one_or_none()
        if row is None:
            raise Unavailable
        found = session.info["installation"] = Facts(*row)
    return found


def current_epoch(session: Session) -> str:
    return facts(session).epoch


def access_version(session: Session) -> int:
    return facts(session).access_version


def forget_facts(session: Session) -> None:
    """They are others now, and are read again when they are asked for."""
    session.info.pop("installation", None)


def is_demo(session: Session) -> bool:
    return bool(session.execute(sa.select(Installation.demo)).scalar())
