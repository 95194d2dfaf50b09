"""Takes old rows away, a few at a time with pauses, so that nobody who posts meanwhile waits for it. Rows that
somebody has in hand are passed over."""

from typing import cast

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.orm import Session

from hub.clock import utc_now
from hub.config import Config
from hub.db import Database
from hub.extensions import socketio
from hub.retention.rules import RULES, Rule

log = structlog.get_logger()

PAUSE_S = 0.2
AT_ONCE = 500


class Keeper:
    """One per application."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def tick(self) -> dict[str, int]:
        """How many rows went, by rule."""
        config = cast(Config, self.app.extensions["hub.config"])
        gone = {rule.name: self._take_away(rule, config) for rule in RULES}
        if any(gone.values()):
            log.info("retention", **gone)
        return gone

    def _take_away(self, rule: Rule, config: Config) -> int:
        database = cast(Database, self.app.extensions["hub.db"])
        before, total = utc_now() - rule.kept(config), 0

        def step(session: Session) -> int:
            chosen = rule.some(before, AT_ONCE)
            keys = [tuple(row) for row in session.execute(chosen)]
            if not keys:
                return 0
            rows = sa.select(*rule.key).where(sa.tuple_(*rule.key).in_(keys)).with_for_update(skip_locked=True)
            free = [tuple(row) for row in session.execute(rows)]
            session.execute(sa.delete(rule.model).where(sa.tuple_(*rule.key).in_(free)))
            return len(free)

        while gone := database.write_apart(step):
            total += gone
            socketio.sleep(PAUSE_S)
        return total
