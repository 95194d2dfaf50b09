"""Found by what is meant: where vectors come from, who is compared with them, and when they go."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from hub.library.commands import ShareCase
from hub.library.services.published import share_case
from hub.search.corpus import Corpus
from hub.search.index_state import begin_rebuild
from hub.search.indexer import index_changes, work_off
from hub.search.meaning import encoder
from hub.search.meaning.asking import nearness
from hub.search.meaning.preparing import read_meant
from hub.search.meaning.steps import meaning_step, waiting
from hub.search.models import SearchDocument, SearchMeaning, SearchState
from hub.search.similar import list_similar
from hub.threads.commands import ChangeHead, DeleteMessage, EditMessage, MoveThread, RedactThread
from hub.threads.services.editing import delete_message, edit_message
from hub.threads.services.moving import move_thread
from hub.threads.services.redacting import redact_thread
from hub.threads.services.steering import change_head
from tests.factories import World
from tests.library.conftest import Library
from tests.search.finding import found, index

ASKED, SAID = "大型ゴミの申し込み", "粗大ごみの収集"


def near(world: World, who: str, text: str = ASKED) -> dict[tuple[str, int], float]:
    """What is compared at all for this reader, with its cosine."""
    with world.store.read() as session:
        corpus = Corpus(session, world.actor(who).audience_ids)
        known = nearness(corpus, [text])
        if known is None:
            return {}
        numbers = known.nearest(1_000)
        return {ref: numbers[number] for number, ref in corpus.refs(numbers).items()}


def shown(world: World, who: str, text: str = ASKED) -> list[str]:
    answer = found(world, who, text)
    return [hit.document.title for hit in (*answer.hits, *answer.also)]


def rows(world: World) -> list[SearchMeaning]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(SearchMeaning).order_by(SearchMeaning.place)))


@pytest.fixture
def said(world: World) -> int:
    thread = world.thread(world.room, "consultation", title=SAID, body="収集の予約を受け付ける窓口を決めたい。")
    index(world)
    return thread.thread_id


def test_what_is_meant_is_found_in_other_words(world, said):
    """Seen to fail without the nearest in hub/search/blending.py."""
    world.thread(world.room, "consultation", title="保育所の入所選考", body="点数の付け方を見直したい。")
    index(world)
    assert shown(world, "officer")[0] == SAID
    dog = "飼い犬が亡くなったのですが、手続が必要ですか"
    world.thread(world.room, "consultation", title=dog, body="登録の抹消を知りたい。")
    index(world)
    assert shown(world, "officer", "My dog died") == [dog]


def test_a_document_has_its_title_its_opening_its_summary_and_what_was_said_officially(world, said):
    """Seen to fail without `pinned` in `meant` of hub/search/sources/conversations.py, and without `_led` in
    hub/search/meaning/memory.py."""
    answer = "犬が死んだときは、三十日以内に届け出てください。"
    world.message(_posted(world, said), body=answer, by="supporter", mark="official")
    world.message(_posted(world, said), body="ありがとうございました。", by="officer")
    world.write(
        change_head, "officer", ChangeHead(said, body="転入届は窓口だけで受け付けることにした。", summary_version=0)
    )
    index(world)
    assert sorted(len(row.vectors) // encoder.SIZE for row in rows(world) if row.vectors) == [1, 3]
    assert set(near(world, "officer")) == {("thread", said)}
    assert near(world, "officer", answer)["thread", said] > 0.95
    assert near(world, "officer", "転入届は窓口だけで受け付けることにした。")["thread", said] > 0.95


def _posted(world: World, thread_id: int) -> object:
    return type("Posted", (), {"thread_id": thread_id})()


def test_an_answer_that_was_taken_back_leads_to_its_thread_no_more(world, said):
    """From the commit on, and in the database with the index. Seen to fail without `away` in
    hub/search/meaning/nearness.py."""
    answer = "犬が死んだときは、三十日以内に届け出てください。"
    gone = world.message(_posted(world, said), body=answer, by="supporter", mark="official")
    index(world)
    assert near(world, "officer", answer)["thread", said] > 0.95
    world.write(delete_message, "supporter", DeleteMessage(gone.message_id))
    assert near(world, "officer", answer).get(("thread", said), 0.0) < 0.6
    index(world)
    assert near(world, "officer", answer)["thread", said] < 0.6
    assert sum(len(row.vectors) for row in rows(world)) == 2 * encoder.SIZE


def test_only_what_somebody_may_read_is_compared(world, said):
    """Seen to fail without `mine` in hub/search/meaning/nearness.py."""
    theirs = world.thread(world.foreign_room, "consultation", title=SAID, body="秘密", by="foreign_officer").thread_id
    index(world)
    assert set(near(world, "officer")) == {("thread", said)}
    assert set(near(world, "foreign_officer")) == {("thread", theirs)}
    assert set(near(world, "supporter")) == {("thread", said), ("thread", theirs)}
    assert near(world, "guest") == {}


def test_foreign_vectors_move_no_cosine(world, said):
    """Not by a bit, however many they are."""
    before = near(world, "officer")
    for number in range(30):
        world.thread(world.foreign_room, "consultation", title=f"{SAID} {number}", body=ASKED, by="foreign_officer")
    index(world)
    assert near(world, "officer") == before


@pytest.mark.parametrize("way", ["edit", "redact", "move"])
def test_what_changed_is_compared_with_nothing_from_the_commit_on(world, said, way):
    """Seen to fail without `corpus.hidden` in hub/search/meaning/nearness.py, and with `empty` left out of
    hub/search/store.py, by each its own."""
    assert near(world, "officer")
    if way == "edit":
        with world.store.read() as session:
            first = session.scalar(sa.text(f"SELECT id FROM messages WHERE thread_id = {said}"))
        world.write(edit_message, "officer", EditMessage(first, "別の話", 1))
    elif way == "redact":
        world.write(redact_thread, "manager", RedactThread(said, "title", "個人情報"))
    else:
        world.write(move_thread, "supporter", MoveThread(said, world.foreign_room))
    assert near(world, "officer") == {}
    while index_changes(world.store):
        pass
    assert near(world, "officer") == near(world, "foreign_officer") == {}
    assert not any(row.vectors for row in rows(world))
    index(world)
    assert bool(near(world, "officer")) == (way != "move")
    assert bool(near(world, "foreign_officer")) == (way == "move")


def test_a_narrowed_case_is_compared_for_its_readers_alone(world):
    case_id = Library(world).published(title=SAID, background="予約を電話からフォームに変えた。")
    index(world)
    assert ("case", case_id) in near(world, "foreign_officer")
    world.write(share_case, "supporter", ShareCase(case_id, "town"))
    assert near(world, "foreign_officer") == {}
    index(world)
    assert near(world, "foreign_officer") == {}
    assert ("case", case_id) in near(world, "officer")


def test_a_right_that_ended_ends_the_comparison(world, said):
    world.admit("guest", world.room)
    assert near(world, "guest")
    world.dismiss("guest", world.room)
    assert near(world, "guest") == {}


def test_a_text_that_changes_while_it_is_encoded_is_encoded_again(world, monkeypatch):
    """Seen to fail without the digest in hub/search/meaning/steps.py."""
    thread = world.thread(world.room, "consultation", title=SAID, body="収集")
    while index_changes(world.store):
        pass

    def meanwhile(session, refs):
        made = read_meant(session, refs)
        monkeypatch.undo()
        world.write(edit_message, "officer", EditMessage(thread.message_id, "別の話", 1))
        return made

    with world.store.read() as session:
        early = meanwhile(session, [("thread", thread.thread_id)])
    monkeypatch.setattr("hub.search.meaning.steps._made", lambda _database, _refs: early)
    assert not meaning_step(world.store)
    assert not any(row.vectors for row in rows(world))


def test_a_rebuild_makes_them_anew(world, said):
    """And nobody goes on comparing with those of before. Seen to fail without `emptied` in
    hub/search/meaning/memory.py."""
    before = near(world, "officer")
    world.store.write_apart(begin_rebuild)
    assert near(world, "officer") == {}
    index(world)
    assert near(world, "officer") == before


def test_another_model_remakes_them(world, said, monkeypatch):
    monkeypatch.setattr("hub.search.meaning.steps.model", lambda: "usem4-1.0/1")
    with world.store.read() as session:
        assert session.scalars(sa.select(SearchDocument.ref_id).where(waiting())).all() == [said]
    index(world)
    with world.store.read() as session:
        assert set(session.scalars(sa.select(SearchDocument.model))) == {None, "usem4-1.0/1"}


def test_a_text_that_cannot_be_encoded_is_found_by_its_words(world, monkeypatch):
    """Seen to fail without halves in hub/search/meaning/steps.py."""

    def encode(texts):
        if any("毒" in text for text in texts):
            raise RuntimeError
        return original(texts)

    original = encoder.encode
    monkeypatch.setattr("hub.search.meaning.preparing.encode", encode)
    poison = world.thread(world.room, title="毒の話", body="架空").thread_id
    other = world.thread(world.room, title=SAID, body="架空").thread_id
    index(world)
    assert set(near(world, "officer")) == {("thread", other)}
    assert poison in [hit.document.ref_id for hit in found(world, "officer", "毒").hits]


@pytest.fixture(params=["setting", "package", "switch", "broken"])
def words_alone(request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "setting":
        encoder.allow(False)
    elif request.param == "package":
        monkeypatch.setattr("hub.search.meaning.encoder.is_installed", lambda: False)
    elif request.param == "broken":
        monkeypatch.setattr("hub.search.meaning.encoder._encoder", lambda: None)
    else:
        with world.store.transaction() as session:
            session.get_one(SearchState, 1).meaning_off = True
    yield
    encoder.allow(True)


def test_without_the_encoder_words_alone_count(world, said, words_alone):
    """Nothing else changes: neither what words find, nor that the index comes to an end."""
    world.thread(world.room, "consultation", title="保育所の入所選考", body="点数")
    while work_off(world.store):
        pass
    assert near(world, "officer") == {}
    assert SAID not in shown(world, "officer", "入所 点数")
    assert shown(world, "officer", "入所選考") == ["保育所の入所選考"]
    assert shown(world, "officer", "収集 予約") == [SAID]
    with world.store.read() as session:
        list_similar(session, world.actor("officer"), ASKED)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("様式第12号の提出", "様式第12号の提出"),
        ("LGWAN-ASPの申請", "LGWAN-ASPの申請"),
        ("榛東村の窓口", "榛東村の窓口"),
        ('"様式第12号"', "様式第12号の提出"),
    ],
)
def test_what_is_named_exactly_comes_first(world, asked, named):
    """Seen to fail with `is_named` false in hub/search/ranking.py, or with words that count nothing."""
    for title in (
        "様式第13号の提出",
        "様式第12号の提出",
        "様式第2号の提出",
        "LGWAN-ASPの申請",
        "ASPの申請",
        "榛東村の窓口",
        "村の窓口",
    ):
        for _times in range(2):
            world.thread(
                world.room, "consultation", title=title, body="提出と申請と窓口について、手順を教えてください。"
            )
    index(world)
    assert [hit.document.title for hit in found(world, "officer", asked).hits[:2]] == [named, named]


def test_a_hit_by_meaning_shows_the_sentence_that_is_nearest(world):
    """Not its first line. Seen to fail without `nearest` in `_hit` of hub/search/searching.py."""
    filler = "係の中で話し合った。来年度の予算を検討している。"
    said = "死んだ犬の登録は、三十日以内に窓口で抹消する。"
    world.thread(world.room, "consultation", title="飼い犬が亡くなったとき", body=f"{filler * 3}{said}{filler * 3}")
    index(world)
    answer = found(world, "officer", "My dog died")
    assert [hit.text.text for hit in answer.hits] == [f"…{said}…"]


def test_filters_and_exclusions_hold_for_what_is_near_too(world, said):
    for query in (f"{ASKED} -予約", f"{ASKED} 種類:事例", f"{ASKED} 状態:終了"):
        answer = found(world, "officer", query)
        assert not answer.hits or answer.loosened == "filters", query
    assert [hit.document.title for hit in found(world, "officer", f"{ASKED} 種類:相談").hits] == [SAID]


def test_a_body_that_is_named_comes_before_what_is_near(world):
    """Bodies, people, messages and files have no vectors. Seen to fail when they are taken to be as far as can be."""
    for _times in range(3):
        world.thread(world.room, "consultation", title="吉岡町の窓口", body="吉岡町の窓口を見直したい。")
    index(world)
    assert found(world, "officer", "吉岡町").hits[0].document.kind == "organisation"
