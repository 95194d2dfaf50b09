"""What is like a question that is being written, and for whoever answers: what was answered like it, and by whom."""

from collections import Counter

from hub.search.similar import OF_EACH, Precedents, list_precedents, list_similar
from hub.sharing.commands import OnSharing, Prepare
from hub.sharing.services.consenting import ask_consent, consent
from hub.sharing.services.preparing import prepare
from hub.threads.consultations.services import Settle, settle
from tests.factories import Posted, World
from tests.library.conftest import Library
from tests.search.finding import index

ASKED = "架空帳票の様式を変えたいのですが、どうすればよいですか"


def consultation(world: World, room: int = 0, by: str = "officer") -> Posted:
    return world.thread(room or world.room, "consultation", title="架空帳票の様式", body=ASKED, by=by)


def answered(world: World, room: int = 0, by: str = "officer") -> Posted:
    thread = consultation(world, room, by)
    world.message(thread, "様式は県のひな型が使えます。", by="supporter", mark="official")
    return thread


def edition(world: World) -> int:
    asked = answered(world)
    sharing = int(world.write(prepare, "officer", Prepare(asked.thread_id, "edition", True)).data["sharing_id"])
    world.write(ask_consent, "officer", OnSharing(sharing, 1))
    return int(world.write(consent, "supporter", OnSharing(sharing, 1)).data["edition_id"])


def case(world: World, number: int = 0) -> int:
    return Library(world).published(title=f"架空帳票の様式 {number}", background="架空帳票の様式を変えた。")


def precedents(world: World, thread: Posted, who: str = "lead") -> Precedents:
    index(world)
    with world.store.read() as session:
        return list_precedents(session, world.actor(who), thread.thread_id)


def similar(world: World) -> Counter[str]:
    index(world)
    with world.store.read() as session:
        return Counter(hit.document.shown_kind for hit in list_similar(session, world.actor("officer"), ASKED))


def test_of_each_kind_three_at_most_are_suggested(world):
    """Seen to fail with OF_EACH = 4 in hub/search/similar.py."""
    for number in range(OF_EACH + 1):
        consultation(world)
        edition(world)
        case(world, number)
    assert similar(world) == {"consultation": 3, "edition": 3, "case": 3}


def test_many_consultations_do_not_crowd_out_editions_and_cases(world, monkeypatch):
    """Seen to fail without _of_each in hub/search/ranking.py: the consultations say the same and no more."""
    monkeypatch.setattr("hub.search.similar.LOOKED_AT", 24)
    edition(world)
    Library(world).published(title="窓口の見直し", background="架空帳票の様式を変えたい、どうすればよいかと考えた。")
    for _ in range(30):
        consultation(world)
    assert similar(world) == {"consultation": 3, "edition": 1, "case": 1}


def test_an_answered_one_is_a_precedent_though_open_ones_are_more_alike(world):
    """Seen to fail when the state is asked of the best three."""
    old = answered(world)
    for _ in range(4):
        consultation(world)
    new = consultation(world)
    assert [hit.document.ref_id for hit in precedents(world, new).hits] == [old.thread_id]


def test_a_closed_one_is_a_precedent_and_one_that_waits_again_is_not(world):
    """Seen to fail without state:closed in hub/search/similar.py."""
    old, waiting, new = answered(world), answered(world), consultation(world)
    world.write(settle, "officer", Settle(old.thread_id, "closed", "solved"))
    world.write(settle, "officer", Settle(waiting.thread_id, "open"))
    assert [hit.document.ref_id for hit in precedents(world, new).hits] == [old.thread_id]


def test_editions_and_cases_are_precedents(world):
    """Seen to fail when every thread has to be an answered consultation: an edition is none."""
    new, edition_id, case_id = consultation(world), edition(world), case(world)
    hits = [hit.document for hit in precedents(world, new).hits]
    assert {(d.shown_kind, d.ref_id) for d in hits} >= {("edition", edition_id), ("case", case_id)}


def names(world: World, thread: Posted) -> list[str]:
    return [person["name"] for person in precedents(world, thread).people]


def test_a_colleague_of_who_asked_is_nobody_who_answered(world):
    """Seen to fail without the comparison of bodies in hub/search/similar.py."""
    old = answered(world)
    world.message(old, "うちでも試しました。", by="manager", settled=True)
    assert names(world, consultation(world)) == ["県 四季"]


def test_who_asked_in_one_thread_may_have_answered_in_another(world):
    """Seen to fail when whoever asked in any of the threads is left out."""
    answered(world, world.commons, by="foreign_officer")
    theirs = answered(world, world.commons, by="officer")
    world.message(theirs, "うちの様式を送ります。", by="foreign_officer")
    assert set(names(world, consultation(world))) == {"榛東 三郎", "県 四季"}


def test_who_answered_officially_is_named_before_others(world):
    """Seen to fail without the order of the official mark in hub/search/similar.py."""
    old = answered(world)
    for who in ("lead", "lead"):
        world.message(old, "私も同じ考えです。", by=who)
    assert names(world, consultation(world)) == ["県 四季", "県 五月"]


def test_a_question_is_no_precedent_of_itself(world):
    """Seen to fail without `itself` in hub/search/similar.py."""
    assert precedents(world, answered(world)).hits == []


def test_the_same_question_in_another_town_is_named_to_who_may_read_both(world):
    """In other words, and not answered yet. Seen to fail without `others` in hub/search/similar.py, and with every
    audience in its corpus."""
    title, body = "大型ゴミの申し込み", "大型ゴミの申し込みの窓口を決めたい。"
    mine = world.thread(world.room, "consultation", title=title, body=body)
    theirs = world.thread(
        world.foreign_room,
        "consultation",
        title="粗大ごみの申し込み",
        body="粗大ごみの申し込みの窓口を決めたい。",
        by="foreign_officer",
    )
    world.thread(world.foreign_room, "consultation", title="保育所の入所選考", body="点数", by="foreign_officer")
    assert [hit.document.ref_id for hit in precedents(world, mine).same] == [theirs.thread_id]
    assert [hit.document.ref_id for hit in precedents(world, theirs).same] == [mine.thread_id]
    assert precedents(world, mine, "officer").same == []
    page = world.client("lead").text_of(f"/threads/{mine.thread_id}/precedents")
    assert "同じ質問かもしれない相談" in page
    assert "粗大ごみの申し込み" in page
