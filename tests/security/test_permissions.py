"""The policy by itself: predicates, hidden things, and that whatever is not written down is denied."""

import pytest

from hub.actor import ROLES, Actor, Role
from hub.errors import Forbidden, NotFound
from hub.security.permissions import HIDDEN, TABLE, Permission, Subject, may_ever, permits, require, require_role

pytestmark = pytest.mark.once


def actor(role: Role, **more: object) -> Actor:
    known = {"organisation_ids": frozenset({7}), "audience_ids": frozenset({3})}
    return Actor(5, 1, 1, "名", role, 7, "吉岡町", "総務課", "municipality", **(known | more))


READABLE = Subject(audience_id=3, author_id=5, organisation_id=7)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", list(Permission))
def test_what_has_conditions_is_denied_without_a_thing(role: Role, permission: Permission) -> None:
    unconditional = any(role in rule.roles and not rule.when for rule in TABLE[permission])
    assert permits(actor(role), permission) == unconditional
    assert permits(actor(role), permission, Subject()) == unconditional


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", [p for p in Permission if p.startswith(("message", "thread", "note", "notice"))])
def test_nothing_is_done_to_what_cannot_be_read(role: Role, permission: Permission) -> None:
    blind = actor(role, audience_ids=frozenset({4}))
    assert not permits(blind, permission, READABLE)
    with pytest.raises(NotFound):
        require(blind, permission, READABLE)


@pytest.mark.parametrize("role", ROLES)
def test_others_words_are_edited_by_nobody(role: Role) -> None:
    others = Subject(audience_id=3, author_id=6, organisation_id=7)
    assert not permits(actor(role), Permission.EDIT, others)
    assert not permits(actor(role), Permission.DELETE, others)


def test_readable_but_not_allowed_is_forbidden_and_hidden_is_not_there() -> None:
    with pytest.raises(Forbidden):
        require(actor("officer"), Permission.LOCK, READABLE)
    with pytest.raises(NotFound):
        require(actor("officer"), Permission.NOTE_READ, READABLE)
    with pytest.raises(NotFound):
        require_role(actor("officer"), Permission.NOTE_POST)
    with pytest.raises(Forbidden):
        require_role(actor("officer"), Permission.LOCK)


def test_notes_are_for_the_dx_section_alone() -> None:
    for permission in HIDDEN:
        assert {role for role in ROLES if may_ever(actor(role), permission)} == {"supporter", "lead"}


def test_an_unknown_role_may_nothing() -> None:
    stranger = actor("stranger")
    assert not any(may_ever(stranger, p) or permits(stranger, p, READABLE) for p in Permission)


def test_a_permission_that_is_not_in_the_table_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    # A table of its own: an item put back would stand at another place in the page that is made from it.
    shorter = {permission: rules for permission, rules in TABLE.items() if permission is not Permission.POST}
    monkeypatch.setattr("hub.security.permissions.TABLE", shorter)
    assert not permits(actor("lead"), Permission.POST, READABLE)
