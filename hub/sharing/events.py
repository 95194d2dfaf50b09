"""Socket events of sharing. The HTTP twin is in passage_routes.py."""

from typing import Any

from hub.actor import Actor
from hub.db import db
from hub.feed.guard import EventSet
from hub.security.permissions import Permission
from hub.sharing.commands import SetPassage
from hub.sharing.services.passages import set_passage

events = EventSet()


@events.on("passage:set", SetPassage, Permission.PASSAGE_MARK)
def on_passage_set(actor: Actor, command: SetPassage) -> dict[str, Any]:
    return db.write(set_passage, actor, command).ack()
