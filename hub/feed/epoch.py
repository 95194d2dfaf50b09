"""The epoch: one life of the database. A restore, also one done by copying files, has to begin a new one, or clients
would take up a log that no longer holds what they saw.

Beside the database the instance folder keeps a watermark: the epoch and the highest event id seen. At start-up a data
base of the same epoch with fewer events than the watermark has been put back in time.
"""

import json
import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub import private
from hub.access_changes import raise_access_version
from hub.db import Database
from hub.feed.models import FeedEvent
from hub.installation import ensure_installation, new_epoch

FILE = "watermark.json"


def begin(database: Database, instance: Path) -> None:
    """At start-up: make the installation's row, and give it a new epoch when the database was restored."""
    with database.transaction() as session:
        row = ensure_installation(session)
        mark = _read(instance)
        if mark.get("epoch") == row.epoch and _number(mark.get("event")) > newest_event(session):
            row.epoch = new_epoch()
            session.flush()
            raise_access_version(session)
        write_watermark(instance, row.epoch, newest_event(session))


def newest_event(session: Session) -> int:
    return session.execute(sa.select(sa.func.max(FeedEvent.id))).scalar() or 0


def write_watermark(instance: Path, epoch: str, event: int) -> None:
    """Replaced in one step, so that a crash leaves the old one or the new one."""
    path = instance / FILE
    fresh = path.with_suffix(f".{os.getpid()}")  # several processes may share the folder
    private.write(fresh, json.dumps({"epoch": epoch, "event": event}).encode("ascii"))
    fresh.replace(path)


def _read(instance: Path) -> dict[str, object]:
    try:
        found = json.loads((instance / FILE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
