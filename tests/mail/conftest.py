from collections.abc import Callable, Iterator
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import pytest

from hub.relay import Relay
from tests.conftest import new_app
from tests.factories import World
from tests.mail.server import Box, serving

SENDER = Address(display_name="架空県 DX相談ハブ", addr_spec="hub@pref.example.jp")
ORIGINS = ("https://hub.example.jp", "https://hub.lgwan.example.jp")


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def world_with(filled: Any, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """The world of an installation that hands its mails to this server."""
    stores = []

    def make(relay: Relay | None, **settings: object) -> World:
        filled.restore()
        given = {"relay": relay, "sender": SENDER, "origins": ORIGINS} | settings
        app = new_app(tmp_path, filled.address, **given)
        stores.append(app.extensions["hub.db"])
        return World(app)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def mailing(box: Box, world_with: Callable[..., World]) -> Iterator[World]:
    with serving(box) as relay:
        yield world_with(relay)
