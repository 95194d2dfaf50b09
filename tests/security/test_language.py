"""In which language the hub speaks, and to whom."""

import pytest

from hub.db import Database
from hub.errors import ValidationFailed
from hub.threads.commands import PostMessage
from hub.threads.services.posting import post_message
from tests.factories import World


def test_a_service_without_a_browser_refuses_in_japanese(db: Database, world: World) -> None:
    command = PostMessage(world.thread(world.room).thread_id, "", "client-empty")
    with pytest.raises(ValidationFailed) as refusal:
        db.write(post_message, world.actor("officer"), command)
    assert refusal.value.fields == {"body": "入力してください。"}
