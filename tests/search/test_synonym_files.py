"""Files of synonyms, the groups that are shipped, and what a group may be."""

import io
import time

import pytest
from werkzeug.test import TestResponse

from hub.errors import ValidationFailed
from hub.search.models import SynonymGroup
from hub.search.synonym_files import checked_groups
from hub.search.synonym_preview import preview_import
from hub.search.synonym_services import MOST_WORDS, checked_words
from hub.search.synonym_store import groups_in_force
from hub.search.synonyms import MOST_ALTERNATIVES, Synonyms, form_of, group_key, shipped_groups
from tests.factories import World
from tests.search.finding import index, titles


def line(group: int, word: str, control: str = "0") -> str:
    return f"{group:06},1,{control},1,0,0,0,(),{word},,"


def import_(world: World, content: bytes, action: str = "save") -> TestResponse:
    browser = world.client("lead")
    data = {"csrf_token": browser.csrf, "file": (io.BytesIO(content), "synonyms.txt"), "action": action}
    return browser.post("/search/synonyms/import", data=data)


def kept(world: World) -> list[list[str]]:
    with world.store.read() as session:
        return [row.words for row in session.query(SynonymGroup).order_by(SynonymGroup.id)]


def refusal(text: str) -> str:
    with pytest.raises(ValidationFailed) as refused:
        checked_groups(text)
    return refused.value.fields["file"]


def test_a_file_whose_lines_are_all_one_group_is_refused_and_the_last_one_stays(world):
    """Seen to fail without MOST_WORDS_OF_GROUP in hub/search/sudachi_file.py: the file came in, and every search of
    everybody took longer than it may."""
    good = "\n".join((line(1, "架空判"), line(1, "架空印")))
    assert import_(world, good.encode()).status_code == 303
    for action in ("preview", "save"):
        answer = import_(world, "\n".join(line(1, f"架空{n}") for n in range(10_000)).encode(), action)
        assert answer.status_code == 422
        assert "グループ番号000001の言葉が30語を超えています。" in answer.text
    assert kept(world) == [["架空判", "架空印"]]


def test_what_is_too_long_or_too_much_is_named(world, monkeypatch):
    """Seen to fail without each of the limits in hub/search/sudachi_file.py."""
    good = [line(1, "架空判"), line(1, "架空印")]
    with world.app.test_request_context():
        assert refusal("\n".join([*good, line(2, "あ" * 201)])) == "3行目の言葉が200文字を超えています。"
        assert refusal("\n".join([*good, "", "あ" * 140_000])) == "4行目が長すぎます。1,000文字以内にしてください。"
        monkeypatch.setattr("hub.search.sudachi_file.MOST_WORDS", 3)
        assert "合わせて3語まで" in refusal("\n".join([*good, line(2, "架空箱"), line(2, "架空函")]))
        monkeypatch.setattr("hub.search.sudachi_file.MOST_GROUPS", 1)
        assert "1組まで" in refusal("\n".join([*good, line(2, "架空箱"), line(2, "架空函")]))


def test_a_file_larger_than_a_form_is_taken_in(world):
    """Seen to fail without allow_a_file in hub/search/synonym_routes.py (413)."""
    remark = f"#{'あ' * 900}\n"
    content = (remark * 900 + line(1, "架空判") + "\n" + line(1, "架空印")).encode()
    assert len(content) > 2 * 1024 * 1024
    assert import_(world, content).status_code == 303


def test_a_group_of_thousands_is_ready_in_time_and_no_word_has_more_than_a_search_can_look_up():
    """Such a group may have come in before files were bounded. Seen to fail with the square of its words (minutes) and
    without MOST_ALTERNATIVES in hub/search/synonyms.py."""
    texts = [f"{chr(0x4E00 + n % 5_000)}{chr(0x4E00 + n // 5_000)}" for n in range(6_000)]
    Synonyms([texts[:1]])  # the dictionary is loaded
    before = time.process_time()
    made = Synonyms([texts, *([texts[0], f"架空{n}"] for n in range(300))])
    assert time.process_time() - before < 5
    assert len(made.of(texts[0])) == MOST_ALTERNATIVES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "iso2022_jp"])
def test_a_file_is_read_in_the_encoding_that_it_has(world, encoding):
    """Seen to fail with UTF-8 and Shift_JIS alone: the others were refused, ISO-2022-JP came in as garbage."""
    content = "\r\n".join((line(1, "図書室のはこ"), line(1, "架空")))
    assert import_(world, content.encode(encoding)).status_code == 303
    assert kept(world) == [["図書室のはこ", "架空"]]


def test_lines_of_another_shape_are_said_to_be_passed_over(world):
    """Seen to fail without `passed`: whoever sent half a file learned nothing of the other half."""
    content = "\n".join(("# 覚え書き", line(1, "架空判"), line(1, "架空印"), "架空箱,架空函", "", line(2, "外", "2")))
    assert "同義語の形式でない1行は取り込みません。" in import_(world, content.encode(), "preview").text
    assert import_(world, content.encode()).status_code == 303
    assert kept(world) == [["架空判", "架空印"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_another_encoding_is_refused_and_the_last_one_stays(world, encoding):
    """Seen to fail with errors="replace" in hub/sheets/delimited.py."""
    lines = "\n".join((line(1, "架空判"), line(1, "架空印")))
    assert import_(world, lines.encode()).status_code == 303
    other = "\n".join((line(1, "図書室・箱"), line(1, "図書館・函")))
    for action in ("preview", "save"):
        answer = import_(world, other.encode(encoding), action)
        assert answer.status_code == 422
        assert "「CSV UTF-8」として保存し直してください。" in answer.text
    assert kept(world) == [["架空判", "架空印"]]


def test_a_file_with_letters_that_are_none_is_refused(world):
    """Seen to fail without the search for \\0 in hub/search/sudachi_file.py."""
    assert import_(world, "\n".join((line(1, "架\0空"), line(1, "架空印"))).encode()).status_code == 422


def test_an_empty_file_does_not_take_the_last_one_away(world):
    """Seen to fail with `not text` for no file in hub/search/synonym_routes.py: without a file the import goes, but a
    file of no letters is a mistake."""
    assert import_(world, "\n".join((line(1, "架空判"), line(1, "架空印"))).encode()).status_code == 303
    assert import_(world, b"").status_code == 422
    assert len(kept(world)) == 1


@pytest.mark.parametrize("action", ["preview", "save"])
@pytest.mark.parametrize("named", [{}, {"replaces": "0" * 16}, {"group_id": "999"}])
def test_a_group_that_is_not_there_cannot_be_put_out_of_force(world, action, named):
    """Seen to fail (500, and 200 for the previews) without NotFound in `row_of` of hub/search/synonym_store.py."""
    assert world.client("lead").post_form("/search/synonyms/drop", action=action, **named).status_code == 404


@pytest.mark.parametrize("action", ["preview", "save"])
@pytest.mark.parametrize("named", [{"replaces": "0" * 16}, {"group_id": "999"}])
def test_what_was_typed_for_a_group_that_is_gone_can_be_saved_as_a_new_one(world, action, named):
    """Seen to fail without `row_of` in the preview, and without the answer to NotFound in synonym_routes.py."""
    browser = world.client("lead")
    answer = browser.post_form("/search/synonyms", words="架空判、架空印", action=action, **named)
    assert answer.status_code == 404
    assert "このグループはもうありません。" in answer.text
    assert "架空判、架空印</textarea>" in answer.text
    assert kept(world) == []
    assert browser.post_form("/search/synonyms", words="架空判、架空印").status_code == 303
    assert kept(world) == [["架空判", "架空印"]]


def test_a_change_of_a_shipped_group_outlives_that_group(world, monkeypatch):
    """A later version ships other groups. Seen to fail without `_shipped_keys` in drop_group: the row stayed, empty."""
    shipped = (("架空判", "架空印"), ("架空箱", "架空函"))
    monkeypatch.setattr("hub.search.synonym_store.shipped_groups", lambda: shipped)
    browser, (first, second) = world.client("lead"), (group_key(group) for group in shipped)
    browser.post_form("/search/synonyms", words="架空判、架空はん", replaces=first)
    browser.post_form("/search/synonyms/drop", replaces=second)
    monkeypatch.setattr("hub.search.synonym_store.shipped_groups", lambda: (("空き家", "空家"),))
    with world.store.read() as session:
        ids = {tuple(row.words): str(row.id) for row in session.query(SynonymGroup)}
        in_force = [(group.words, group.origin) for group in groups_in_force(session)]
    assert in_force == [(("架空判", "架空はん"), "own"), (("空き家", "空家"), "shipped")]
    own = ids["架空判", "架空はん"]
    assert "架空はん 県DX担当が変更" in browser.text_of("/search/synonyms?q=架空")
    assert browser.post_form("/search/synonyms", words="架空判、架空ハン", group_id=own).status_code == 303
    assert browser.post_form("/search/synonyms/drop", group_id=own, action="preview").status_code == 200
    assert browser.post_form("/search/synonyms/drop", group_id=own).status_code == 303
    assert kept(world) == [[]]


def test_a_word_that_does_not_trigger_is_found_through_the_others_alone(world):
    """1 in the third column. Seen to fail without FOUND_ONLY in hub/search/sudachi_file.py, and without the question
    for ARROW in hub/search/synonyms.py."""
    world.thread(world.room, title="架空概略の書き方", body="どう書くか")
    world.thread(world.room, title="レジュメXの綴じ方", body="どう綴じるか")
    index(world)
    lines = [line(1, "ダイガイX"), line(1, "架空概略"), line(1, "レジュメX", "1"), line(1, "あらましX", "2")]
    assert import_(world, "\n".join(lines).encode()).status_code == 303
    assert kept(world) == [["ダイガイX", "架空概略", "→レジュメX"]]
    assert set(titles(world, "officer", "ダイガイX")) == {"架空概略の書き方", "レジュメXの綴じ方"}
    assert titles(world, "officer", "レジュメX") == ["レジュメXの綴じ方"]
    assert titles(world, "officer", "あらましX") == []


def test_a_word_is_left_to_trigger_when_one_of_its_lines_lets_it_and_a_group_needs_one_that_does(world):
    """Seen to fail with `leads` alone, and without `any(…)`, in hub/search/sudachi_file.py."""
    lines = [line(1, "架空判"), line(1, "架空判", "1"), line(1, "架空印", "1")]
    with world.app.test_request_context():
        assert checked_groups("\n".join(lines)) == (("架空判", "→架空印"),)
        assert "読めるグループがありません" in refusal("\n".join((line(2, "架空箱", "1"), line(2, "架空函", "1"))))


def test_a_group_with_an_arrow_can_be_previewed_and_saved(world):
    """Seen to fail without `plain_word` in `preview` of hub/search/synonym_preview.py."""
    world.thread(world.room, title="架空大箱の置き場", body="どこに置くか")
    index(world)
    browser, words = world.client("lead"), {"words": "ダイバコX、→架空大箱"}
    page = browser.post_form("/search/synonyms", action="preview", **words).text
    assert '<th scope="row">架空大箱</th>' in page
    assert "架空大箱の置き場" in page.replace("<mark>", "").replace("</mark>", "").partition("ダイバコX</th>")[2]
    assert browser.post_form("/search/synonyms", **words).status_code == 303
    assert "ダイバコX、→架空大箱 県DX担当が変更" in browser.text_of("/search/synonyms?q=架空大箱")
    assert titles(world, "officer", "ダイバコX") == ["架空大箱の置き場"]


def test_of_a_file_the_words_that_trigger_are_looked_at(world, monkeypatch):
    """Seen to fail without `plain_word`, and without the question for ARROW, in hub/search/synonym_preview.py."""
    monkeypatch.setattr("hub.search.synonym_preview.WORDS_OF_FILE", 2)
    world.thread(world.room, title="レジュメXの綴じ方", body="どう綴じるか")
    index(world)
    groups = (("あちらの言葉", "あちらのことば"), ("架空の略", "→レジュメ", "架空概略"))
    with world.store.read() as session:
        exchange = preview_import(session, world.actor("lead"), groups)
    assert [(effect.word, effect.before, effect.after) for effect in exchange.effects] == [
        ("架空の略", 0, 1),
        ("架空概略", 0, 1),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("架空判", "2つ以上の言葉を「、」で区切って"),
        ("架空判、→架空判", "2つ以上の言葉を「、」で区切って"),
        ("→架空判、→架空印", "「→」を付けない言葉が1つ以上"),
        ("、".join(f"架空{n}" for n in range(31)), "1つのグループは30語以内にしてください（現在31語）。"),
        (f"架空判、{'あ' * 41}", f"「{'あ' * 20}…」が長すぎます。1つの言葉は40文字までです。"),
    ],
)
def test_what_is_wrong_with_a_group_is_said(world, words, said):
    """Seen to fail without each of the questions in `_fault_of` of hub/search/synonym_services.py."""
    answer = world.client("lead").post_form("/search/synonyms", words=words)
    assert answer.status_code == 422
    assert said in answer.text
    assert f"{words}</textarea>" in answer.text


def test_an_arrow_is_no_letter_of_a_word(world):
    """Seen to fail with the length of the word as it was typed in hub/search/synonym_services.py."""
    assert len(checked_words(f"架空判、→{'あ' * 40}")) == 2


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        *(("図書館", "本"), ("比較", "差"), ("水道", "水"), ("国", "省庁"), ("県庁", "県"), ("町民", "県民")),
        *(("要件", "資格"), ("検討", "考える"), ("利用", "使う"), ("手続", "届出"), ("申込", "届出"), ("夜間", "夜")),
    ],
)
def test_words_for_different_things_are_not_shipped_as_synonyms(typed, other):
    """Seen to fail with the group of the two in hub/search/data/synonyms.txt, as it was shipped once."""
    assert form_of(other) not in [found.forms for found in Synonyms(shipped_groups()).of(typed)]


def test_several_hundred_groups_are_shipped_and_hardly_a_word_of_one_letter_leads_anywhere():
    """Seen to fail with a group of 県 and 都道府県. What is left means one thing alone."""
    groups = shipped_groups()
    assert len(groups) > 400
    assert {word for group in groups for word in group if len(word) == 1} == {"犬", "猫", "筆", "瓶", "虫"}
    assert max(map(len, groups)) <= MOST_WORDS


def test_what_people_type_leads_to_the_word_of_the_office_and_not_back():
    """Seen to fail without the arrows in hub/search/data/synonyms.txt."""
    shipped = Synonyms(shipped_groups())
    assert "納付" in [found.text for found in shipped.of("払う")]
    assert "払う" not in [found.text for found in shipped.of("納付")]
