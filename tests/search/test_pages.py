"""The pages and programs' answers of search, refusals first."""

import io
import re

from werkzeug.test import TestResponse

from hub.accounts.services import Profile, save_profile
from hub.library.commands import WithdrawCase
from hub.library.services.published import withdraw_case
from hub.people.models import Field
from hub.rooms.models import Room
from hub.search.models import Reuse, SavedSearch, SynonymGroup
from hub.search.synonym_preview import preview_import
from hub.security.limits import Buckets
from hub.threads.commands import DeleteMessage
from hub.threads.services.editing import delete_message
from tests.library.conftest import Library
from tests.search.finding import index, titles

SUDACHI = (
    "000001,1,0,1,0,0,0,(),架空印,,\n000001,1,0,1,0,0,2,(),架空判,,\n000001,1,0,1,0,0,2,(),ダイバンX,,\n"
    "\n000002,1,2,1,0,0,0,(),ひとり,,\n"
)


def test_a_foreign_saved_search_is_not_there(world):
    saved = world.client("officer").post_json("/search/saved", q="帳票").json["data"]["saved_id"]
    for what in ("open", "delete"):
        assert world.client("manager").post_json(f"/search/saved/{saved}/{what}").status_code == 404


def test_nobody_counts_a_reuse_of_what_they_may_not_read(world):
    thread = world.thread(world.foreign_room, "consultation", by="foreign_officer")
    given = {"kind": "thread", "ref_id": str(thread.thread_id), "room_id": str(world.room)}
    assert world.client("officer").post_json("/search/solved", **given).status_code == 404
    with world.store.read() as session:
        assert session.query(Reuse).count() == 0


def test_pages_and_json_show_no_scores(world):
    world.thread(world.room, title="帳票の様式", body="様式を変える")
    index(world)
    answer = world.client("officer").get_json("/search?q=帳票").json
    assert answer["total"] == 1
    assert "score" not in str(answer)


def test_hostile_text_is_text_on_the_page(world):
    world.thread(world.room, title="<script>alert(1)</script> 帳票", body="<img src=x onerror=alert(1)> 帳票")
    index(world)
    page = world.client("officer").get("/search?q=帳票 <script>alert(2)</script>").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_page_says_that_there_is_nothing_and_shows_the_nearest(world):
    world.thread(world.room, title="帳票の様式", body="様式を変える")
    index(world)
    page = world.client("officer").text_of("/search?q=帳票 ブロックチェーン").replace(" ", "")
    assert "該当なし" in page
    assert "近いものを表示しています" in page
    assert "帳票の様式" in page


def test_the_page_says_that_the_index_is_not_whole_yet(world):
    world.thread(world.room, title="帳票の様式", body="様式を変える")
    browser, words = world.client("officer"), "検索の準備をしています"
    assert words in browser.text_of("/search?q=帳票")
    index(world)
    assert words not in browser.text_of("/search?q=帳票")


def test_a_search_that_can_find_nothing_is_not_saved(world):
    """Seen to fail without refuse_unfindable in hub/search/routes.py, and without each of its two reasons."""
    browser = world.client("officer")
    for typed, reason in (("。", "記号や"), ("!? …", "記号や"), ("こと", "記号や"), ("団体:架空市", "「架空市」は")):
        refused = browser.post_json("/search/saved", q=typed)
        assert refused.status_code == 422, typed
        assert reason in refused.json["error"]["fields"]["q"]
    page = browser.post_form("/search/saved", q="。")
    assert page.status_code == 422
    assert 'value="。"' in page.text, "nothing is lost"
    assert "記号や" in page.text
    for typed in ("帳票", "帳票 団体:架空市", "団体:吉岡町", "団体:吉岡町 団体:架空市"):
        assert browser.post_json("/search/saved", q=typed).status_code == 201, typed


def test_a_saved_search_counts_what_is_new_until_it_is_opened(world):
    browser = world.client("officer")
    saved = browser.post_json("/search/saved", q="帳票").json["data"]["saved_id"]
    world.thread(world.room, title="帳票の様式", body="様式を変える", by="manager")
    index(world)
    assert "新着1" in browser.text_of("/search")
    assert browser.post_form(f"/search/saved/{saved}/open").status_code == 303
    assert "新着" not in browser.text_of("/search")


def test_the_socket_suggests_what_its_twin_does(world, socket_of):
    world.thread(world.room, "consultation", title="電子申請の本人確認", body="本人確認はどこまで必要ですか。")
    world.thread(world.foreign_room, "consultation", by="foreign_officer", title="電子申請の本人確認", body="秘密")
    index(world)
    asked = {"text": "電子申請のとき、本人確認はどこまでしていますか"}
    said = socket_of("manager").ask("search:similar", asked)["data"]
    assert len(said["similar"]) == 1
    assert said == world.client("manager").post_json("/search/similar", **asked).json["data"]


def test_what_is_like_a_question_is_suggested_and_counted_when_it_solved_it(world):
    thread = world.thread(world.room, "consultation", title="電子申請の本人確認", body="本人確認はどこまで必要ですか。")
    world.thread(world.foreign_room, "consultation", by="foreign_officer", title="電子申請の本人確認", body="秘密")
    index(world)
    browser = world.client("manager")
    asked = {"text": "電子申請のとき、本人確認はどこまでしていますか"}
    similar = browser.post_json("/search/similar", **asked).json["data"]["similar"]
    assert [(row["ref_kind"], row["id"]) for row in similar] == [("thread", str(thread.thread_id))]
    given = {"kind": "thread", "ref_id": similar[0]["id"], "room_id": str(world.room)}
    assert browser.post_json("/search/solved", **given).status_code == 200
    with world.store.read() as session:
        assert session.query(Reuse).count() == 1


def test_readers_see_how_often_a_thing_was_of_use_and_once_a_day_counts(world):
    thread = world.thread(world.room, "consultation", title="電子申請の本人確認", body="本人確認はどこまで必要ですか。")
    case_id = Library(world).published(title="書かない窓口")
    officer, words = world.client("officer"), "2回役に立ちました"
    assert "役に立ちました" not in officer.text_of(f"/threads/{thread.thread_id}")
    for who in ("officer", "officer", "manager"):
        for kind, ref_id in (("thread", thread.thread_id), ("case", case_id)):
            given = {"kind": kind, "ref_id": str(ref_id), "room_id": str(world.room)}
            assert world.client(who).post_json("/search/solved", **given).status_code == 200
    assert words in officer.text_of(f"/threads/{thread.thread_id}")
    assert words in world.client("foreign_officer").text_of(f"/cases/{case_id}")
    page = world.client("lead").text_of("/search/reuse")
    assert "今年度 4回" in page
    assert "電子申請の本人確認" in page
    world.write(delete_message, "officer", DeleteMessage(thread.message_id))
    world.write(withdraw_case, "supporter", WithdrawCase(case_id))
    assert "書かない窓口" not in world.client("lead").text_of("/search/reuse")


def test_a_supporter_sees_what_was_answered_like_a_new_question_and_by_whom(world):
    old = world.thread(world.room, "consultation", title="電子申請の本人確認", body="どこまで必要ですか。")
    world.message(old, "マイナンバーカードの署名までは要りません。", by="supporter", mark="official")
    new = world.thread(world.foreign_room, "consultation", by="foreign_officer", body="電子申請の本人確認をどうするか")
    index(world)
    page = world.client("lead").text_of(f"/threads/{new.thread_id}/precedents").replace(" ", "")
    assert "電子申請の本人確認" in page
    assert "県四季" in page


def test_the_finder_knows_rooms_and_results_of_the_reader_alone(world):
    world.thread(world.room, title="帳票の様式", body="様式")
    index(world)
    mine = world.client("officer").get_json("/search/finder?q=帳票").json
    assert [row["title"] for row in mine["results"]] == ["帳票の様式"]
    foreign = world.client("foreign_officer").get_json("/search/finder?q=帳票").json
    assert (foreign["results"], foreign["words"]) == ([], [])
    assert [row["title"] for row in world.client("officer").get_json("/search/finder?q=吉岡").json["rooms"]] == [
        "吉岡町"
    ]


def test_the_finder_says_that_there_is_nothing_and_that_words_were_repaired(world):
    """Seen to fail without the notes and without `nearest` in hub/search/routes.py."""
    world.thread(world.room, title="プロポーザルの進め方", body="審査委員の選び方")
    index(world)
    browser = world.client("officer")

    def answer(typed: str) -> tuple[int, bool, str]:
        said = browser.get_json(f"/search/finder?q={typed}").json
        return len(said["results"]), said["nearest"], " ".join(said["notes"])

    assert answer("プロポーザル") == (1, False, "")
    results, nearest, notes = answer("プロポーザル ブロックチェーン")
    assert (results, nearest) == (1, True)
    assert "該当なし" in notes
    assert "近いものを表示しています" in notes
    results, nearest, notes = answer("プロボーザル")
    assert (results, nearest) == (1, False)
    assert "「プロボーザル」を「プロポーザル」として" in notes
    assert "「プロボーザル」を「プロポーザル」として" in browser.text_of("/search?q=プロボーザル")
    assert answer("") == (0, False, "")


def test_a_character_that_no_data_base_stores_is_left_out(world):
    """By no way in. Seen to fail on PostgreSQL without `_storable` and without `StorableRequest` in hub/forms.py: an
    error that told the log what was typed."""
    browser = world.client("officer")
    for typed in ("%00", "転入%00"):
        assert browser.get(f"/search?q={typed}").status_code == 200
        assert browser.get_json(f"/search/finder?q={typed}").status_code == 200
    assert browser.post_json("/search/saved", q="転入\0").status_code == 201
    assert browser.post_form("/search/saved", q="転\0入").status_code == 303
    assert browser.get("/cases?q=%00&status=%00&order=%00&sort=%00&tag=%00&field=%00&marked=%00").status_code == 200
    assert world.app.test_client().post("/login", data={"email": "a\0", "password": "b\0"}).status_code < 500
    with world.store.read() as session:
        assert [row.query for row in session.query(SavedSearch)] == ["転入"]


def test_who_searches_without_a_pause_has_to_wait_and_nobody_else_does(world):
    """Seen to fail without the limit in each of these routes, and with one bucket for everybody."""
    thread = world.thread(world.room, "consultation", title="電子申請の本人確認", body="どこまで必要ですか。")
    officer, lead = world.client("officer"), world.client("lead")
    saved = officer.post_json("/search/saved", q="帳票").json["data"]["saved_id"]
    limits = world.app.extensions["hub.limits"]
    ways = [
        lambda: officer.get("/search?q=帳票"),
        lambda: officer.get_json("/search/finder?q=帳票"),
        lambda: officer.post_json("/search/saved", q="帳票"),
        lambda: officer.post_form(f"/search/saved/{saved}/open"),
        lambda: officer.post_json("/search/similar", text="電子申請の本人確認をどうするか"),
        lambda: lead.get(f"/threads/{thread.thread_id}/precedents"),
    ]
    for way in ways:
        limits.searches = Buckets(1, 1000)
        assert way().status_code < 400
        answer = way()
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1000")
        assert "短い間に多く" in (answer.json["error"]["message"] if answer.is_json else answer.text)
    assert world.client("manager").get("/search?q=帳票").status_code == 200
    limits.enabled = False
    assert {way().status_code for way in ways} <= {200, 201, 303}


def test_a_burst_of_searches_is_nothing_to_wait_for(world):
    """Seen to fail with a capacity of 20."""
    browser = world.client("officer")
    assert {browser.get_json("/search/finder?q=").status_code for _n in range(30)} == {200}


def test_the_page_explains_what_one_can_narrow_by(world):
    """Seen to fail without the sentence in templates/search/index.html."""
    page = world.client("officer").text_of("/search")
    for field in ("「分野:」", "「タグ:」", "「担当:」"):
        assert field in page


def test_the_page_says_whether_words_or_filters_left_nothing(world):
    """Seen to fail with the sentence of words alone."""
    world.thread(world.room, title="帳票の様式", body="様式を変える")
    index(world)
    browser = world.client("officer")
    assert "条件を外した場合" in browser.text_of("/search?q=帳票 状態:終了")
    assert "すべての言葉を含むもの" in browser.text_of("/search?q=帳票 ブロックチェーン")
    assert "条件を減らすか" in browser.text_of("/search?q=状態:終了")


def test_the_finder_knows_people_who_are_glad_to_be_asked_by_a_part_of_their_name(world):
    with world.store.transaction() as session:
        field = Field(name="窓口改革", position=1)
        session.add(field)
        session.flush()
        fields = frozenset([field.id])
    world.write(save_profile, "foreign_officer", Profile("榛東 三郎", "しんとう さぶろう", "", "ja", fields))
    index(world)

    def people(who: str, typed: str) -> list[str]:
        return [row["title"] for row in world.client(who).get_json(f"/search/finder?q={typed}").json["people"]]

    for typed in ("三郎", "榛東三", "シントウ", "しんとう さ"):
        assert people("officer", typed) == ["榛東 三郎"]
    assert people("officer", "四季") == people("officer", "%25") == people("guest", "三郎") == []


def test_the_finder_knows_names_in_old_forms_and_in_any_kana_and_words_in_any_order(world):
    """Seen to fail without folding what is stored, without to_hiragana, and with the words as one text."""
    with world.store.transaction() as session:
        field = Field(name="窓口改革", position=1)
        session.add(field)
        session.flush()
        fields = frozenset([field.id])
        session.get_one(Room, world.room).kana = "よしおかまち"
    world.write(save_profile, "foreign_officer", Profile("髙橋 由香", "たかはし ゆか", "", "ja", fields))
    world.thread(world.room, title="電子申請と窓口改革", body="進め方")
    index(world)

    def titles_of(group: str, typed: str) -> list[str]:
        return [row["title"] for row in world.client("officer").get_json(f"/search/finder?q={typed}").json[group]]

    for typed in ("髙橋由香", "高橋", "髙橋 由香", "ユカ 高橋", "タカハシ"):
        assert titles_of("people", typed) == ["髙橋 由香"], typed
    for typed in ("吉岡町", "ヨシオカ", "岡 吉"):
        assert titles_of("rooms", typed) == ["吉岡町"], typed
    assert titles_of("recent", "窓口改革 電子申請") == ["電子申請と窓口改革"]
    assert titles_of("rooms", "吉岡 前橋") == titles_of("people", "高橋 三郎") == []


def test_a_change_of_the_synonyms_is_previewed_and_then_works(world):
    world.thread(world.room, title="架空大箱の置き場", body="どこに置くか")
    index(world)
    browser, words = world.client("lead"), {"words": "ダイバコX、架空大箱"}
    assert "<mark>架空大箱</mark>" in browser.post_form("/search/synonyms", action="preview", **words).text
    assert titles(world, "officer", "ダイバコX") == []
    assert browser.post_form("/search/synonyms", **words).status_code == 303
    assert titles(world, "officer", "ダイバコX") == ["架空大箱の置き場"]


def test_what_taking_words_or_a_group_away_changes_is_previewed(world):
    """Seen to fail without the words of `old` in hub/search/synonym_preview.py, and without the preview of a drop."""
    world.thread(world.room, title="架空大箱の置き場", body="どこに置くか")
    index(world)
    browser = world.client("lead")
    browser.post_form("/search/synonyms", words="ダイバコX、ハコX、架空大箱")
    with world.store.read() as session:
        group_id = str(session.query(SynonymGroup).one().id)
    mark = "<mark>架空大箱</mark>"
    shorter = {"words": "ダイバコX、ハコX", "group_id": group_id, "action": "preview"}
    page = browser.post_form("/search/synonyms", **shorter).text
    assert '<th scope="row">架空大箱</th>' in page  # taken out, and yet among them
    assert mark in page
    page = browser.post_form("/search/synonyms/drop", group_id=group_id, action="preview").text
    assert "使わない場合の変化" in page
    assert mark in page
    assert titles(world, "officer", "ダイバコX") == ["架空大箱の置き場"]  # nothing has been changed by looking
    browser.post_form("/search/synonyms/drop", group_id=group_id)
    assert titles(world, "officer", "ダイバコX") == []


def test_what_a_file_of_synonyms_changes_is_previewed(world):
    """Seen to fail without the preview of an import in hub/search/synonym_routes.py."""
    world.thread(world.room, title="架空判の押し方", body="どこに押すか")
    index(world)
    browser = world.client("lead")

    def import_(action: str, content: str) -> TestResponse:
        file = (io.BytesIO(content.encode()), "synonyms.txt" if content else "")
        data = {"csrf_token": browser.csrf, "file": file, "action": action}
        return browser.post("/search/synonyms/import", data=data)

    page = import_("preview", SUDACHI).text
    assert "追加は1組、削除は0組です。" in page
    assert "判の押し方" in page.partition('<th scope="row">ダイバンX</th>')[2].partition("</tr>")[0]
    assert titles(world, "officer", "ダイバンX") == []
    assert import_("save", SUDACHI).status_code == 303
    assert titles(world, "officer", "ダイバンX") == ["架空判の押し方"]
    page = import_("preview", "").text
    assert "追加は0組、削除は1組です。" in page
    assert "判の押し方" in page.partition('<th scope="row">ダイバンX</th>')[2].partition("</tr>")[0]
    assert import_("preview", "これは違う形式").status_code == 422
    assert titles(world, "officer", "ダイバンX") == ["架空判の押し方"]
    import_("save", "")
    assert titles(world, "officer", "ダイバンX") == []


def test_of_a_long_file_the_words_that_stand_in_documents_are_looked_at(world, monkeypatch):
    """Seen to fail without `common` in the order of _commonest in hub/search/synonym_preview.py."""
    monkeypatch.setattr("hub.search.synonym_preview.WORDS_OF_FILE", 2)
    world.thread(world.room, title="架空判の押し方", body="どこに押すか")
    index(world)
    groups = [("あちらの言葉", "あちらのことば"), ("架空判", "ダイバンX"), ("亜空間", "亜の空間")]
    with world.store.read() as session:
        exchange = preview_import(session, world.actor("lead"), tuple(groups))
    assert [effect.word for effect in exchange.effects] == ["ダイバンX"]


def test_lines_of_a_file_that_are_left_out_or_alone_make_no_group(world):
    """A file as Sudachi's own: blank lines between groups, 2 in the third column for words to leave out, and cells in
    brackets. Seen to fail without LEAVE_OUT in hub/search/sudachi_file.py."""
    rows = [
        "000101,1,0,1,0,0,0,(行政),架空広場,,",
        "000101,1,0,1,0,0,2,(行政),架空ひろば,,",
        "000101,1,2,1,0,0,2,(行政),架空古場,,",
        "",
        "000102,1,0,1,0,0,0,(),ひとつだけ,,",
        "# 覚え書き",
        "",
        "000103,2,0,1,0,0,0,(),架空測る,,",
        "000103,2,0,1,0,0,0,(),架空計測,,",
    ]
    browser = world.client("lead")
    file = (io.BytesIO(("\ufeff" + "\r\n".join(rows)).encode()), "synonyms.txt")
    data = {"csrf_token": browser.csrf, "file": file, "action": "save"}
    assert browser.post("/search/synonyms/import", data=data).status_code == 303
    page = browser.text_of("/search/synonyms?q=架空")
    assert "架空広場、架空ひろば 取込み" in page
    assert "架空測る、架空計測 取込み" in page
    assert "架空古場" not in page
    assert "取込み済みは2組です" in page


def test_what_was_imported_goes_by_a_button_of_its_own(world):
    """Seen to fail with the button of the import, which took everything away when no file was chosen."""
    browser = world.client("lead")
    assert "取込み分を削除する" not in browser.text_of("/search/synonyms")
    file = (io.BytesIO("000103,2,0,1,0,0,0,(),架空計測,,\n000103,2,0,1,0,0,0,(),架空測る,,\n".encode()), "synonyms.txt")
    browser.post("/search/synonyms/import", data={"csrf_token": browser.csrf, "file": file, "action": "save"})
    page = browser.get("/search/synonyms").text
    assert re.search(r'<input [^>]*name="file"[^>]* required', page)
    assert "取込み分を削除する" in page
    browser.post_form("/search/synonyms/import", action="save")
    assert "取込み分を削除する" not in browser.text_of("/search/synonyms")


def test_a_shipped_group_can_be_put_out_of_force(world):
    world.thread(world.room, title="認印でよいか", body="案内")
    index(world)
    assert titles(world, "officer", "三文判") == ["認印でよいか"]
    page = world.client("lead").get("/search/synonyms?q=三文判").text
    key = page.partition('name="replaces" value="')[2].partition('"')[0]
    world.client("lead").post_form("/search/synonyms/drop", replaces=key)
    assert titles(world, "officer", "三文判") == []


def test_a_file_of_synonyms_is_taken_in_and_replaces_the_last_one(world):
    browser = world.client("lead")
    for _ in range(2):
        file = (io.BytesIO(SUDACHI.encode()), "synonyms.txt")
        data = {"csrf_token": browser.csrf, "file": file}
        assert browser.post("/search/synonyms/import", data=data).status_code == 303
    with world.store.read() as session:
        assert [row.words for row in session.query(SynonymGroup)] == [["架空印", "架空判", "ダイバンX"]]
    broken = {"csrf_token": browser.csrf, "file": (io.BytesIO(b"\xff\x00,,,"), "x.txt")}
    assert browser.post("/search/synonyms/import", data=broken).status_code == 422
