"""The index after SIGKILL: whatever was acknowledged is found, whatever was deleted is not, nothing is there twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import sqlalchemy as sa

import hub.models  # noqa: F401 - every table
from hub.db import Database
from hub.search.index_state import is_complete
from hub.search.models import SearchChange
from tests.live import Live
from tests.search.consistency import contradictions
from tests.server.person import Person

KILLS, POSTS = 2, 20
WAIT_S = 60


@contextmanager
def data_of(live: Live) -> Iterator[Database]:
    url = live.environment.get("HUB_DATABASE_URL") or f"sqlite:///{live.folder / 'hub.sqlite3'}"
    database = Database(url)
    yield database
    database.close()


def wait_until_indexed(database: Database) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        with database.read() as session:
            waiting = session.scalar(sa.select(SearchChange.id).limit(1))
            if waiting is None and is_complete(session):
                return
        time.sleep(0.05)
    raise AssertionError("the index does not become complete")


def total(person: Person, text: str) -> int:
    return int(person.get(f"/search?q={quote(text)}")["total"])


def test_what_was_acknowledged_is_found_and_what_was_deleted_is_not(live: Live) -> None:
    """Seen to fail with the outbox emptied 50 ms before the index was written in `index_changes` of
    hub/search/indexer.py, with its rows written 0.2 s after the commit in `outdated` of hub/search/outbox.py, and
    without them."""
    kept, gone = [], []
    for kill in range(KILLS):
        with data_of(live) as database:
            wait_until_indexed(database)  # or building it would find what was lost
        person = Person(live.url, live.world["staff"][0]["cookie"]).connect()
        for n in range(POSTS):
            answer = person.post(live.world["thread_id"], f"整理番号{kill}{n:03}の付箋")
            (gone if n % 4 == 0 else kept).append(answer["data"]["message_id"])
            if n % 4 == 0:
                assert person.call("message:delete", message_id=gone[-1])["ok"]
        time.sleep(0.06 * kill)  # before, while and after it is indexed
        live.kill()
        live.start()
    reader = Person(live.url, live.world["staff"][1]["cookie"])
    assert total(reader, "付箋") <= len(kept)
    with data_of(live) as database:
        wait_until_indexed(database)
        assert total(reader, "付箋") == len(kept) == KILLS * POSTS * 3 // 4
        for n in range(POSTS):
            assert total(reader, f'"整理番号1{n:03}"') == (n % 4 != 0), n
        live.kill()
        with database.read() as session:
            assert contradictions(session) == []
