"""The one row that describes this installation's data base as a whole."""

import secrets
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from hub.tables import Base


class Installation(Base):
    """One row, id 1. `epoch` names this life of the data base and is new after a restore (design section 4);
    `access_version` is raised by every change of access; `demo` is set only while the data base is empty."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    access_version: Mapped[int] = mapped_column(default=1)
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


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
    """Epoch and access version, read once in each session."""
    found: Facts | None = session.info.get("installation")
    if found is None:
        found = session.info["installation"] = Facts(*session.connection().execute(_FACTS).one())
    return found


def current_epoch(session: Session) -> str:
    return facts(session).epoch


def access_version(session: Session) -> int:
    return facts(session).access_version


def raise_access_version(session: Session) -> None:
    """To be called by every service that changes who may do or read what: every worker looks again within 500 ms."""
    session.execute(sa.update(Installation).values(access_version=Installation.access_version + 1))
    session.info.pop("installation", None)


def is_demo(session: Session) -> bool:
    return bool(session.execute(sa.select(Installation.demo)).scalar())
