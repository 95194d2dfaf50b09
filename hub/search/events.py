"""Socket event of search. Its HTTP twin in suggest_routes.py answers the same."""

from typing import Any

from hub.actor import Actor
from hub.feed.guard import EventSet
from hub.search.asking import Typed, similar_to
from hub.security.permissions import Permission

events = EventSet()


@events.on("search:similar", Typed, Permission.SIGNED_IN)
def on_similar(actor: Actor, command: Typed) -> dict[str, Any]:
    return similar_to(actor, command)
