"""What counts as doing something, so that the idle time begins anew: pages, forms and commands; not what the browser
does by itself (feed, static files, asking how long the sign-in lasts, marking as read what scrolled into view)."""

from datetime import datetime

import structlog
from flask import current_app

from hub.actor import Actor
from hub.clock import utc_now
from hub.db import db
from hub.errors import Unavailable
from hub.security.sessions import TOUCH_EVERY, touch

log = structlog.get_logger()

AUTOMATIC_EVENTS = frozenset({"feed:open", "feed:close", "thread:read"})
MOST_REMEMBERED = 10_000


def note_activity(actor: Actor) -> None:
    """At most one write a minute for each sign-in (and worker). A busy database must not cost anybody their page."""
    touched: dict[int, datetime] = current_app.extensions.setdefault("hub.activity", {})
    now, last = utc_now(), touched.get(actor.sign_in_id)
    if not actor.sign_in_id or (last is not None and abs(now - last) < TOUCH_EVERY):
        return
    if len(touched) >= MOST_REMEMBERED:
        touched.clear()
    touched[actor.sign_in_id] = now
    try:
        db.write(touch, actor, None)
    except Unavailable:
        log.warning("activity not noted: the database is busy")
