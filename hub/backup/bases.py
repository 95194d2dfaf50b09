"""Taking a database as it is at one moment, and putting one in the place of what is there, in one step: what both
kinds share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from hub.db import Database

Migrate = Callable[[Database], Any]
DIGESTS = "SELECT digest FROM blobs WHERE scan <> 'infected' ORDER BY digest"
FACTS = (
    "SELECT epoch, (SELECT version_num FROM alembic_version), (SELECT coalesce(max(id), 0) FROM feed_events)"
    " FROM installation"
)


@dataclass(frozen=True)
class Snapshot:
    """What the dump says of itself. `event`: the newest of the feed."""

    epoch: str
    schema: str
    event: int
    digests: list[str]


class Base(Protocol):
    kind: str

    def dump(self, target: Path) -> Snapshot:
        """Write the database of one moment. The hub may go on writing."""

    def load(self, dump: Path, migrate: Migrate) -> None:
        """Put the dump in the place of what is there, with a new epoch; all of it or nothing. Raises StartupFault."""


def access_version_of(database: Database) -> int:
    """The access version to go on from: answers of before the restore must not pass for answers of after it."""
    try:
        with database.engine.connect() as connection:
            return int(connection.execute(sa.text("SELECT access_version FROM installation")).scalar() or 0)
    except sa.exc.SQLAlchemyError:
        return 0  # an empty database
