"""What the tests of search ask."""

from collections.abc import Sequence

from hub.search.indexer import work_off
from hub.search.searching import Found, find
from tests.factories import World


def index(world: World) -> None:
    """What the workers' loop does, until nothing is left."""
    with world.app.app_context():
        while work_off(world.store):
            pass


def found(world: World, who: str, text: str, **more: object) -> Found:
    with world.app.app_context(), world.store.read() as session:
        return find(session, world.actor(who), text, **more)


def titles(world: World, who: str, text: str, **more: object) -> Sequence[str]:
    """The hits' titles, without what is merely near."""
    answer = found(world, who, text, **more)
    return [] if answer.nearest else [hit.document.heading or hit.document.title for hit in answer.hits]
