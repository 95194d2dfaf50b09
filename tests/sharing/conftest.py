"""A consultation of 吉岡町 with an answer, and editions made of it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hub.sharing.commands import OnSharing, Prepare
from hub.sharing.services.consenting import ask_consent, consent
from hub.sharing.services.preparing import prepare
from tests.factories import Posted, World

QUESTION = "吉岡町の吉岡 一郎です。窓口の待ち時間を短くしたいのですが、192.168.1.5 の更新に1,200万円かかります。"
ANSWER = "県 四季です。吉岡町さんでは、まず混む時間を数えてみてください。"


@dataclass
class Shared:
    """`asked` and `answered` are the originals; `thread_id` is the edition that went out."""

    asked: Posted
    answered: Posted
    sharing_id: int
    thread_id: int = 0


@pytest.fixture
def consultation(world: World) -> tuple[Posted, Posted]:
    asked = world.thread(world.room, "consultation", QUESTION, by="officer")
    return asked, world.message(asked, ANSWER, by="supporter", mark="official", reply_to=asked.message_id)


@pytest.fixture
def prepared(world: World, consultation: tuple[Posted, Posted]) -> Callable[..., Shared]:
    """An edition in preparation: `prepared(anonymous=True)`."""

    def make(anonymous: bool = True, by: str = "officer") -> Shared:
        data = world.write(prepare, by, Prepare(consultation[0].thread_id, "edition", anonymous)).data
        return Shared(*consultation, int(data["sharing_id"]))

    return make


@pytest.fixture
def out(world: World, prepared: Callable[..., Shared]) -> Callable[..., Shared]:
    """An edition to which both sides agreed."""

    def make(anonymous: bool = True) -> Shared:
        shared = prepared(anonymous)
        world.write(ask_consent, "officer", OnSharing(shared.sharing_id, 1))
        data = world.write(consent, "supporter", OnSharing(shared.sharing_id, 1)).data
        shared.thread_id = int(data["edition_id"])
        return shared

    return make
