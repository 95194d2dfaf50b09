"""The same question in several towns, and cases like a case: by meaning, for whoever may read both."""

import pytest

from hub.errors import NotFound
from hub.search.duplicates import list_duplicates
from hub.search.similar import list_cases_like
from hub.threads.commands import MoveThread, RedactThread
from hub.threads.services.moving import move_thread
from hub.threads.services.redacting import redact_thread
from tests.factories import World
from tests.library.conftest import Library
from tests.search.finding import index
from tests.search.test_meaning import words_alone  # noqa: F401

ASKED, ALIKE = "粗大ごみの収集の予約をどう受け付けていますか", "粗大ごみの収集予約はどのように受け付けていますか"
OTHER = "保育所の入所選考の点数を見直したい"


@pytest.fixture
def pair(world: World) -> tuple[int, int]:
    mine = world.thread(world.room, "consultation", title=ASKED, body="窓口を決めたい。").thread_id
    theirs = world.thread(
        world.foreign_room, "consultation", title=ALIKE, body="窓口を決めたい。", by="foreign_officer"
    )
    world.thread(world.room, "consultation", title=OTHER, body="来年度から変えたい。")
    index(world)
    return mine, theirs.thread_id


def listed(world: World, who: str) -> list[set[int]]:
    found = world.store.read_apart(list_duplicates, world.actor(who))
    return [{pair.first.ref_id, pair.second.ref_id} for pair in found]


def test_two_towns_that_ask_the_same_stand_beside_each_other_once(world: World, pair: tuple[int, int]) -> None:
    """Seen to fail with a pair for each of the two."""
    assert listed(world, "supporter") == [set(pair)]
    page = world.client("supporter").text_of("/search/duplicates")
    assert ASKED in page
    assert ALIKE in page
    assert OTHER not in page
    assert "/search/duplicates" in world.client("supporter").get("/search").text
    assert "/search/duplicates" not in world.client("officer").get("/search").text


def test_who_may_not_read_both_is_told_of_neither(world: World, pair: tuple[int, int]) -> None:
    assert listed(world, "officer") == listed(world, "foreign_officer") == listed(world, "guest") == []
    assert world.client("officer").get("/search/duplicates").status_code in (403, 404)


def test_a_body_that_asks_twice_is_no_pair(world: World) -> None:
    """Seen to fail without the two bodies in hub/search/duplicates.py."""
    for title in (ASKED, ALIKE):
        world.thread(world.room, "consultation", title=title, body="窓口を決めたい。")
    index(world)
    assert listed(world, "supporter") == []


@pytest.mark.parametrize("way", ["moved", "redacted"])
def test_what_changed_stands_there_no_more(world: World, pair: tuple[int, int], way: str) -> None:
    if way == "redacted":
        world.write(redact_thread, "manager", RedactThread(pair[0], "title", "個人情報"))
    else:
        world.write(move_thread, "supporter", MoveThread(pair[0], world.foreign_room))
    assert listed(world, "supporter") == []


def test_without_the_encoder_nothing_is_listed(world: World, pair: tuple[int, int], words_alone: None) -> None:  # noqa: F811
    assert listed(world, "supporter") == []
    assert "同じ質問と思われる相談はありません" in world.client("supporter").text_of("/search/duplicates")


def cases_like(world: World, who: str, case_id: int) -> list[int]:
    return [hit.document.ref_id for hit in world.store.read_apart(list_cases_like, world.actor(who), case_id)]


def test_cases_like_a_case_are_those_that_mean_much_the_same(world: World) -> None:
    library = Library(world)
    mine = library.published(
        title="粗大ごみの受付を電話からフォームに", background="収集の予約を電話からフォームに変えた。"
    )
    near = library.published(title="大型ゴミの申し込みをオンラインに", background="予約の電話が減った。")
    library.published(
        title="保育所の入所選考", summary="点数の付け方を見直した。", background="職員の手作業を減らした。"
    )
    draft = library.draft(title="粗大ごみの受付をフォームに")
    index(world)
    assert cases_like(world, "foreign_officer", mine) == [near]
    assert cases_like(world, "officer", draft) == []
    with pytest.raises(NotFound):
        cases_like(world, "foreign_officer", draft)
    page = world.client("foreign_officer").get(f"/cases/{mine}").text
    assert f'data-precedents="/cases/{mine}/similar"' in page
    assert f'href="/cases/{near}"' in world.client("foreign_officer").get(f"/cases/{mine}/similar").text


def test_a_case_that_answers_can_be_quoted_by_a_supporter(world: World) -> None:
    """Seen to fail without `quoted` in templates/search/precedents.html."""
    title = "粗大ごみの受付を電話からフォームに"
    case_id = Library(world).published(title=title, background="粗大ごみの収集の予約を電話からフォームに変えた。")
    thread = world.thread(world.room, "consultation", title=ASKED, body="粗大ごみの収集の予約の窓口を決めたい。")
    index(world)
    page = world.client("supporter").get(f"/threads/{thread.thread_id}/precedents").text
    assert f'data-quote="事例「{title}」" data-address="/cases/{case_id}"' in page
