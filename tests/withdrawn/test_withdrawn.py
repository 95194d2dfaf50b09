"""What was taken away is in no table any more, nor in the folder of files: a secret goes in through every way in and is
taken out by every way out, and then all columns of all tables are looked through.

Columns and ways out are found in the schema and among the routes, so that a new one without a line here fails."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.tables import Base
from tests.library.conftest import Library
from tests.withdrawn import conversations, matters
from tests.withdrawn.hand import Way
from tests.withdrawn.listed import NOT_TYPED, STAYS, TAKES_NOTHING

WAYS = (*conversations.WAYS, *matters.WAYS)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_out_is_in_no_table(library: Library, way: type[Way]) -> None:
    hand = way(library)
    hand.put()
    assert hand.places() >= way.fills, "the secret was never there"
    hand.called.clear()
    hand.take()
    assert hand.places() == way.kept.keys()
    assert hand.called >= way.by


@pytest.mark.parametrize("way", [way for way in WAYS if hasattr(way, "pointed")])
def test_nothing_points_at_what_is_gone(library: Library, way: type[Way]) -> None:
    hand = way(library)
    hand.put()
    assert hand.pointing() > way.pointed
    hand.take()
    assert hand.pointing() == way.pointed


def test_every_column_of_text_is_emptied_by_a_way_or_stays_for_a_reason() -> None:
    kinds = (sa.Text, sa.String, sa.JSON, sa.LargeBinary)
    texts = {f"{t.name}.{c.name}" for t in Base.metadata.sorted_tables for c in t.columns if isinstance(c.type, kinds)}
    filled = {column for way in WAYS for column in way.fills} - {"files", "search"}
    assert texts - filled == NOT_TYPED.keys() | STAYS.keys()
    assert not NOT_TYPED.keys() & STAYS.keys()


WAY_OUT = re.compile(
    r"delete|remov|redact|withdraw|drop|cancel|unlink|take$|decline|settle|edit$|save|change|describe|put|give_back"
    r"|return|rename|retire|move$|hiding|end(_|$)|adopt|hear$"
)


def test_every_way_out_is_tried(app: Flask) -> None:
    names = {r.endpoint for r in app.url_map.iter_rules() if "POST" in r.methods}
    ways_out = {name for name in names if WAY_OUT.search(name.partition(".")[2])}
    tried = {name for way in WAYS for name in way.by}
    assert ways_out - TAKES_NOTHING.keys() == tried
    assert not TAKES_NOTHING.keys() & tried
