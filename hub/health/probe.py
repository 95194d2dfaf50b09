"""Whether this worker can write, tried for real: a committed row, and a file where attachments arrive. A database that
answers questions on a full disk takes no post."""

import threading
import time

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import pool
from hub.clock import utc_now
from hub.db import Database
from hub.errors import Unavailable
from hub.files.vault import Vault
from hub.installation import HealthProbe
from hub.statements import insert_ignore

WELL_FOR_S, ILL_FOR_S = 5.0, 1.0
BYTES = 4096


class Probe:
    """One per worker. Whoever asks may be anybody: however many ask, it is tried once in a few seconds."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._well, self._until = False, 0.0

    def can_write(self, database: Database, vault: Vault) -> bool:
        with self._turn:
            if time.monotonic() >= self._until:
                self._well = _try(database, vault)
                self._until = time.monotonic() + (WELL_FOR_S if self._well else ILL_FOR_S)
            return self._well


def _try(database: Database, vault: Vault) -> bool:
    try:
        database.write_apart(_write_row)
        pool.run(_write_file, vault)
    except (Unavailable, SQLAlchemyError, OSError):
        return False
    return True


def _write_row(session: Session) -> None:
    row = {"id": 1, "at": utc_now()}
    if not session.execute(sa.update(HealthProbe).values(at=row["at"])).rowcount:  # type: ignore[attr-defined]
        session.connection().execute(insert_ignore(session, HealthProbe), row)


def _write_file(vault: Vault) -> None:
    with vault.incoming() as file:
        file.write(bytes(BYTES))
        file.flush()
