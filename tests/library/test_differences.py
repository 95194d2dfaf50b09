"""What a later version says otherwise, marked in words."""

from hub.library.commands import SaveCase
from hub.library.content import content_of
from hub.library.differences import Piece, compare, pieces_of
from hub.library.services.writing import save_case
from tests.factories import World
from tests.library.conftest import Library


def test_a_changed_figure_is_removed_and_added() -> None:
    assert pieces_of("待ち時間は30分です。", "待ち時間は15分です。") == [
        Piece("same", "待ち時間は"),
        Piece("removed", "30"),
        Piece("added", "15"),
        Piece("same", "分です。"),
    ]


def test_nothing_is_lost_by_comparing() -> None:
    before, after = "一文め。二文め。三文め。", "一文め。新しい文。三文め。四文め。"
    pieces = pieces_of(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after
    assert pieces_of("", "足した。") == [Piece("added", "足した。")]
    assert pieces_of("消した。", "") == [Piece("removed", "消した。")]


def test_the_longest_texts_are_compared_at_once() -> None:
    long = "".join(f"{n}番めの文です。" for n in range(450))
    pieces = pieces_of(long, long.replace("0番め", "はじめ", 1))
    assert sum(len(p.text) for p in pieces) < 200
    assert [p.kind for p in pieces][:2] == ["removed", "added"]


def test_rows_and_empty_values() -> None:
    base = {"title": "題", "summary": "要"}
    old = content_of(base | {"tags": ["一", "二"], "cost_initial": 1000})
    new = content_of(base | {"tags": ["二", "三"], "effects": [{"metric": "率", "value": "5"}]})
    found = {d.name: d for d in compare(old, new)}
    assert found["tags"].rows == [("removed", "一"), ("same", "二"), ("added", "三")]
    assert [kind for kind, _row in found["effects"].rows] == ["added"]
    assert found["cost_initial"].pieces == [Piece("removed", "1,000")]


def test_the_page_marks_in_words_and_hides_what_the_form_saved_between(library: Library, world: World) -> None:
    case = library.published(lessons="学びは一つ。")
    for n in range(4):
        world.write(save_case, "officer", SaveCase(case, library.case(case).version, {"lessons": f"学びは{n}つ。"}))
    page = world.client("officer").text_of(f"/cases/{case}/versions")
    assert "[削除] 一" in page
    assert "[追加] 3" in page
    assert "6版" in page
    assert "4版 " not in page.partition("の違い")[0].replace("4版と", "")
    assert "学びは" in world.client("officer").text_of(f"/cases/{case}/versions?old=3&new=4")
