"""What counts as 再利用."""

import pytest
import sqlalchemy as sa

from hub.people.models import Organisation
from hub.search.models import Reuse


@pytest.mark.parametrize("kind", ["organisation", "person", "message", "thread", "x"])
def test_only_what_is_suggested_counts_as_used_again(world, kind):
    """An organisation, a person, a message and a talk can be read and solve no question. Seen to fail without KINDS in
    hub/search/reuse.py."""
    talk = world.thread(world.room, title="架空判の押し方", body="どこに押すか")
    with world.store.read() as session:
        organisation = session.scalar(sa.select(Organisation.id).limit(1))
    ids = {"organisation": organisation, "person": world.staff_id("officer"), "message": talk.message_id}
    given = {"kind": kind, "ref_id": str(ids.get(kind, talk.thread_id)), "room_id": str(world.room)}
    assert world.client("officer").post_json("/search/solved", **given).status_code == 404
    with world.store.read() as session:
        assert session.query(Reuse).count() == 0


def test_a_consultation_counts_as_used_again(world):
    """Seen to fail with the kind of the row, which is thread, in place of the kind that is shown."""
    thread = world.thread(world.room, "consultation", title="架空判の押し方", body="どこに押すか")
    given = {"kind": "thread", "ref_id": str(thread.thread_id), "room_id": str(world.room)}
    assert world.client("officer").post_json("/search/solved", **given).status_code == 200
