"""The title of an anonymous edition, given by somebody of the town that hides in it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.errors import ValidationFailed
from hub.people.models import Staff
from hub.records.models import AuditEntry
from hub.threads.commands import ChangeHead
from hub.threads.services.steering import change_head
from tests.factories import World
from tests.sharing.conftest import Shared

Out = Callable[..., Shared]


@pytest.mark.parametrize("title", ["吉岡町の帳票", "吉岡 一郎の相談", "ご連絡は0279-54-3111へ"])
def test_a_title_given_by_the_town_tells_nobody_who_it_is(world: World, out: Out, title: str) -> None:
    edition = out(anonymous=True).thread_id
    with pytest.raises(ValidationFailed) as refused:
        world.write(change_head, "officer", ChangeHead(edition, title))
    assert list(refused.value.fields) == ["title"]


def test_who_gives_an_anonymous_edition_its_title_is_recorded_by_the_alias(world: World, out: Out) -> None:
    edition = out(anonymous=True).thread_id
    world.write(change_head, "officer", ChangeHead(edition, "帳票の様式"))
    with world.store.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "thread.renamed")).one()
        assert session.get_one(Staff, entry.actor_id).is_alias
        assert entry.organisation_id == world.prefecture
