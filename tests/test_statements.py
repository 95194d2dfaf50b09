"""What the two databases spell differently, on the one that the tests run on."""

import pytest
import sqlalchemy as sa

from hub.people.models import Organisation
from hub.search.models import SearchTerm
from hub.statements import among
from tests.factories import World

KEYS = ["w住民票", "c\"引用'符", "wコピー%", "b,区切り", "w\\逆斜線", "w👍🏽"]
MORE_THAN_PARAMETERS = 70_000  # SQLite takes 32,766 in one statement, PostgreSQL 65,535


def test_texts_are_found_as_they_are(world: World) -> None:
    query = sa.select(SearchTerm.key).where(among(SearchTerm.key, "keys"))
    with world.store.transaction() as session:
        session.add_all(SearchTerm(key=key) for key in [*KEYS, "w他"])
        session.flush()
        assert set(session.scalars(query, {"keys": [*KEYS, "wない"]})) == set(KEYS)
        assert set(session.scalars(query, {"keys": dict.fromkeys(KEYS[:2])})) == set(KEYS[:2])
        assert session.scalars(query, {"keys": []}).all() == []


@pytest.mark.parametrize("outside", [0, MORE_THAN_PARAMETERS])
def test_numbers_are_found_however_many_there_are(world: World, outside: int) -> None:
    column = Organisation.id
    with world.store.read() as session:
        known = sorted(session.scalars(sa.select(column)))
        asked = {*known[1:], *range(1 << 40, (1 << 40) + outside)}
        assert sorted(session.scalars(sa.select(column).where(among(column, asked)))) == known[1:]
        assert list(session.scalars(sa.select(column).where(~among(column, asked)))) == known[:1]
        either = sa.or_(among(column, known[:1]), among(column + 0, known[1:2]))
        assert sorted(session.scalars(sa.select(column).where(either, column > 0))) == known[:2]


def test_a_statement_is_one_text_however_long_the_list_is(world: World) -> None:
    """Or nothing would be kept of it. Seen to fail with `in_` and an expanding parameter."""
    query = sa.select(Organisation.id).where(among(Organisation.id, "ids"))
    texts: set[str] = set()
    with world.store.read() as session:
        sa.event.listen(session.connection(), "before_cursor_execute", lambda _c, _k, text, *_rest: texts.add(text))
        for many in (1, 2, 500):
            session.execute(query, {"ids": range(many)}).all()
    assert len(texts) == 1
