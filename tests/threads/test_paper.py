"""A thread on paper: what a boss is shown, and what an archive keeps."""

import pytest

from hub.threads import paper_routes
from hub.threads.commands import DeleteMessage
from hub.threads.services.editing import delete_message
from tests.factories import Posted, World


@pytest.fixture
def asked(world: World) -> Posted:
    thread = world.thread(world.room, "consultation", "窓口の順番について教えてください")
    world.message(thread, "私ならこうします", mark="personal")
    world.message(thread, "一つ目の正式な答え", by="supporter", mark="official")
    world.message(thread, "新しい正式な答え", by="supporter", mark="official")
    world.note(thread, "県内だけの話")
    return thread


def test_neither_strangers_nor_notes_are_on_paper(world: World, asked: Posted) -> None:
    assert world.client("foreign_officer").get(f"/threads/{asked.thread_id}/print").status_code == 404
    for who in ("officer", "supporter"):
        assert "県内だけの話" not in world.client(who).text_of(f"/threads/{asked.thread_id}/print")


def test_question_answers_dates_and_kinds_stand_in_words(world: World, asked: Posted) -> None:
    sheet = world.client("officer").text_of(f"/threads/{asked.thread_id}/print")
    for words in ("質問：吉岡町 吉岡 一郎", "個人の見解：吉岡町", "公式回答：群馬県 県 四季", "印刷した人：吉岡町"):
        assert words.replace(" :", ":") in sheet
    assert sheet.index("窓口の順番") < sheet.index("私ならこうします") < sheet.index("新しい正式な答え")


def test_the_official_answers_alone_stand_all_of_them_with_their_question(world: World, asked: Posted) -> None:
    sheet = world.client("officer").text_of(f"/threads/{asked.thread_id}/print?only=official")
    assert "窓口の順番" in sheet
    assert sheet.index("一つ目の正式な答え") < sheet.index("新しい正式な答え")
    assert "私ならこうします" not in sheet


def test_without_an_official_answer_it_is_said_so(world: World) -> None:
    thread = world.thread(world.room, "consultation", "まだ答えのない質問")
    answer = world.message(thread, "取り消した答え", by="supporter", mark="official")
    world.write(delete_message, "supporter", DeleteMessage(answer.message_id))
    sheet = world.client("officer").text_of(f"/threads/{thread.thread_id}/print?only=official")
    assert "公式回答はまだありません" in sheet


def test_a_long_thread_is_continued_and_says_so(world: World, asked: Posted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_routes, "MOST", 2)
    officer = world.client("officer")
    first = officer.text_of(f"/threads/{asked.thread_id}/print")
    assert "#2まで。続きがあります。" in first
    assert "新しい正式な答え" not in first
    rest = officer.text_of(f"/threads/{asked.thread_id}/print?after=2")
    assert "新しい正式な答え" in rest
    assert "続きがあります" not in rest
