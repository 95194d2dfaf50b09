"""A reader with a process of its own on the world's database."""

from collections.abc import Iterator

import pytest

from hub.reading.reader import Reader
from tests.factories import World


def url_of(world: World) -> str:
    return world.store.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def reader(world: World) -> Iterator[Reader]:
    made = Reader(url_of(world))
    yield made
    made.close()
