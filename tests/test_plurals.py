"""One person is a person and two are people, where the hub speaks English."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from hub import clock
from hub.audiences.queries import Member, Readers
from hub.audiences.wording import describe_dx, describe_readers
from hub.threads.room_wording import waiting_words
from hub.threads.waiting import RoomCounts
from tests.factories import World


def readers(kind: str, people: int) -> Readers:
    return Readers("X", kind, 1, [Member(n, "somebody", "", shared=False) for n in range(people)])


@pytest.mark.parametrize(("n", "people"), [(0, "0 people"), (1, "1 person"), (2, "2 people")])
def test_who_reads(world: World, n: int, people: str) -> None:
    with world.app.test_request_context(), force_locale("en"):
        assert describe_readers([readers("organisation", n)]) == f"staff of X ({people})"
        assert describe_dx([readers("dx", n)]) == f"only X ({people})"
    with world.app.test_request_context(), force_locale("ja"):
        assert describe_readers([readers("organisation", n)]) == f"Xの職員（{n}人）"


@pytest.mark.parametrize(("days", "words"), [(0, "since today"), (1, "longest 1 day"), (2, "longest 2 days")])
def test_how_long_a_room_waits(world: World, days: int, words: str) -> None:
    counts = RoomCounts(waiting=1, waiting_since=clock.utc_now() - timedelta(days=days))
    with world.app.test_request_context(), force_locale("en"):
        assert words in waiting_words(counts)


def test_pages_count_in_english(world: World) -> None:
    thread = world.thread(world.room)
    lead = world.client("lead")
    lead.post_form("/language", language="en")
    address = f"/threads/{thread.thread_id}/move?room_id={world.commons}"
    assert "the 1 post of" in lead.text_of(address)
    world.message(thread)
    assert "all 2 posts of" in lead.text_of(address)
    asking = lead.get(f"/rooms/{world.room}/ask").text
    assert 'data-one="{n} similar consultation or case."' in asking
    assert 'data-other="{n} similar consultations and cases."' in asking
    assert '"count":{"one":"{n} suggestion","other":"{n} suggestions"}' in asking
