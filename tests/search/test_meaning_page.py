"""意味による検索: what an administrator reads and switches, and what the monitor is told."""

import pytest

from hub.health.checks import health_report, is_well
from hub.search.corpus import Corpus
from hub.search.meaning import encoder
from hub.search.meaning.asking import nearness
from tests.factories import World
from tests.search.finding import index


def compares(world: World) -> bool:
    with world.store.read() as session:
        return nearness(Corpus(session, world.actor("officer").audience_ids), ["帳票"]) is not None


def standing(world: World) -> str:
    return health_report(world.store, world.app.extensions["hub.config"])["search_meaning"]


def test_the_page_says_what_there_is_and_by_what(world):
    thread = world.thread(world.room, "consultation", title="帳票の様式", body="変えたい")
    world.message(thread, "県が決めています。", by="supporter", mark="official")
    index(world)
    page = world.client("admin").text_of("/search/meaning")
    assert encoder.model() in page
    for row in ("ベクトルの数 3", "公式回答 1件", "最も古い計算"):
        assert row in page


def test_it_is_switched_off_and_on_again(world):
    """At once, and kept in the records. Seen to fail without `meaning_off` in hub/search/meaning/asking.py."""
    world.thread(world.room, "consultation", title="帳票の様式", body="変えたい")
    index(world)
    admin = world.client("admin")
    assert compares(world)
    assert standing(world) == "ok"
    assert admin.post_form("/search/meaning", state="off").status_code == 303
    assert not compares(world)
    assert standing(world) == "off: switched off by an administrator"
    assert is_well(standing(world))
    assert "この画面で停止したため" in admin.text_of("/search/meaning")
    assert "意味による検索の停止" in admin.text_of("/admin/audit")
    admin.post_form("/search/meaning", state="on")
    assert compares(world)


def test_nobody_else_switches_it(world):
    for who in ("officer", "manager", "supporter", "lead"):
        assert world.client(who).post_form("/search/meaning", state="off").status_code == 403
        assert world.client(who).get("/search/meaning").status_code == 403
        assert "意味による検索" not in world.client(who).text_of("/search")
    assert "意味による検索" in world.client("admin").text_of("/search")


@pytest.mark.parametrize(("why", "said"), [("allowed", "off: HUB_SEARCH_MEANING"), ("installed", "is not installed")])
def test_the_page_and_the_monitor_say_why_words_alone_are_searched(world, monkeypatch, why, said):
    for module in ("encoder", "standing"):
        monkeypatch.setattr(f"hub.search.meaning.{module}.is_{why}", lambda: False)
    assert said in standing(world)
    assert is_well(standing(world))
    page = world.client("admin").text_of("/search/meaning")
    assert "言葉だけで検索しています" in page
    assert 'name="state"' not in page
