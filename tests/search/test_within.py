"""Lists that are narrowed by words: the library, its matrix and its files, and the threads of one room."""

import sqlalchemy as sa
from sqlalchemy import event

from tests.factories import PEOPLE
from tests.library.conftest import Library
from tests.search.finding import index


def threads(world, who: str, wanted: str, room: int = 0, more: str = "") -> list[str]:
    answer = world.client(who).get_json(f"/rooms/{room or world.room}?q={wanted}{more}")
    return [t["title"] for t in answer.json["threads"]] if answer.status_code == 200 else [str(answer.status_code)]


def test_a_note_opens_no_thread_to_anybody(world):
    """Whoever finds a thread by words that stand in its notes alone knows what the notes say."""
    thread = world.thread(world.room, "consultation", title="窓口の相談", body="はじめ")
    world.note(thread, body="懸案事項がある", attachment_ids=[world.upload("supporter", name="懸案事項.pdf")])
    index(world)
    assert {who: threads(world, who, "懸案事項") for who in PEOPLE} == {
        who: [] if who in ("officer", "manager", "shared", "both", "supporter", "lead") else ["404"] for who in PEOPLE
    }
    for wanted in ("種類:県内メモ", "種類:県内メモ 懸案事項", '"懸案事項"', "窓口 懸案事項", "窓口 担当:県四季"):
        assert threads(world, "officer", wanted) == []
    assert threads(world, "officer", "窓口 -懸案事項") == ["窓口の相談"]


def test_another_room_is_not_there_and_changes_nothing(world):
    world.thread(world.room, title="窓口の相談", body="帳票の様式")
    world.thread(world.foreign_room, by="foreign_officer", title="帳票の様式", body="帳票")
    index(world)
    assert threads(world, "officer", "帳票", world.foreign_room) == ["404"]
    assert threads(world, "supporter", "帳票") == ["窓口の相談"]


def test_a_thread_is_found_by_other_words_in_different_messages_and_by_names_of_files(world):
    thread = world.thread(world.room, "consultation", title="引っ越しの手続き", body="どこまで省けますか。")
    world.message(thread, "委任状は要りません。", attachment_ids=[world.upload(name="様式一覧.pdf")])
    world.thread(world.room, "talk", title="会議室の鍵", body="借りたいです。")
    index(world)
    for wanted in (
        "転居",
        "ひっこし 委任状",
        "様式一覧 委任状",
        '"手続き" 委任状',
        "委任状 状態:未回答",
        "期間:今年度 -鍵",
    ):
        assert threads(world, "officer", wanted) == ["引っ越しの手続き"], wanted
    assert threads(world, "officer", "転居", more="&kind=consultation&state=open") == ["引っ越しの手続き"]
    for wanted in ("転居 鍵", "転居 -委任状", '"手続 引越"', "転居 状態:終了", "転居 団体:ない町", "%25", "😀"):
        assert threads(world, "officer", wanted) == [], wanted


def test_what_was_taken_away_opens_no_thread_any_more(world):
    thread = world.thread(world.room, title="窓口の相談", body="はじめ")
    gone = world.message(thread, "解約金の話")
    index(world)
    assert threads(world, "officer", "解約金") == ["窓口の相談"]
    world.client("officer").post_json(f"/messages/{gone.message_id}/delete")
    assert threads(world, "officer", "解約金") == []


def test_cases_are_found_by_other_words_of_their_whole_text(world):
    library = Library(world)
    library.published(title="書かない窓口", background="引っ越しの多い三月に列ができていた。")
    library.publish(library.draft(title="町だけの事例"), "town")
    index(world)
    assert "書かない窓口" in world.client("foreign_officer").text_of("/cases?q=転居 列")
    assert "町だけの事例" in world.client("officer").text_of("/cases?q=町 事例")
    assert "町だけの事例" not in world.client("foreign_officer").text_of("/cases?q=町 事例")


def test_the_number_of_queries_does_not_depend_on_the_number_of_hits(world):
    counts = []
    for more in (1, 30):
        for n in range(more):
            world.message(world.thread(world.room, title=f"帳票 {n}", body="様式"), "様式の話")
        index(world)
        asked: list[str] = []
        count = lambda *args, asked=asked: asked.append(args[2])  # noqa: E731
        event.listen(sa.Engine, "before_cursor_execute", count)
        assert len(threads(world, "officer", "様式 帳票")) == (31 if more > 1 else 1)
        event.remove(sa.Engine, "before_cursor_execute", count)
        counts.append(len(asked))
    assert counts[1] <= counts[0]
