"""What is found: words in other spellings, other words, parts of words; and what must not break it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from hub.library.commands import SettleTag
from hub.library.models import Tag
from hub.library.services.vocabulary import settle_tag
from hub.people.models import Organisation, Staff
from hub.rooms.models import Room
from hub.search import analysis
from hub.search.corpus import Corpus
from hub.search.filters import Narrowed, narrow
from hub.search.language import parse_query
from hub.search.naming import KINDS, STATES
from hub.search.narrowing import FacetCount
from hub.search.wording import kind_names, name_of, state_names
from hub.threads.commands import DeleteMessage
from hub.threads.consultations.services import Settle, settle
from hub.threads.services.editing import delete_message
from tests.library.conftest import Library
from tests.search.finding import found, index, titles

TRAPS = [
    "税",
    "ー",
    "。",
    "!?()「」",
    "😀",
    "\u200b",
    "\ud800",
    "㈱",
    "' OR 1=1 --",
    '"',
    "-",
    "%_\\",
    "a" * 10_000,
    "引っ越し" * 2_500,
    "\x00",
    "team:" * 50,
]


@pytest.mark.parametrize("typed", TRAPS)
def test_no_text_is_a_fault(world, typed):
    world.thread(world.room, body="転入の手続きについて", title="転入の手続き")
    index(world)
    found(world, "officer", typed)


def test_a_text_with_half_of_a_character_is_indexed():
    assert analysis.fold("a\ud800b") == "ab"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("引っ越しの手続き", "引越し"),
        ("引っ越しの手続き", "ひっこし"),
        ("ゴミの分別", "ごみ"),
        ("(株)架空商事の見積り", "㈱架空商事"),
        ("渡辺さんからの電話", "渡邊"),
        ("ABC123の設定", "ABC123"),
        ("データの移行", "データ"),
        ("固定資産税の通知", "税"),
        ("印鑑登録証明書の発行", "印鑑証明"),
        ("保育所の入所", "保育園"),
        ("住民票の写し", "住民票"),
        ("水道の開栓", "水道"),
    ],
)
def test_other_spellings_and_other_words_are_found(world, written, asked):
    world.thread(world.room, title=written, body="くわしくは添付のとおりです。")
    world.thread(world.room, title="会議室の鍵", body="かかわりのない話です。")
    index(world)
    assert titles(world, "officer", asked) == [written]


def test_a_word_inside_another_word_is_no_hit(world):
    world.thread(world.room, title="東京都の事例", body="視察の記録です。")
    index(world)
    assert titles(world, "officer", "京都") == []


def test_a_whole_question_finds_the_answer_in_other_words(world):
    world.thread(world.room, title="転入届に必要なもの", body="転入届には本人確認書類を持ってきてください。")
    world.thread(world.room, title="粗大ごみの収集", body="電話で予約してください。")
    index(world)
    answer = found(world, "officer", "引っ越ししてきたのですが、手続きに何を持っていけばよいですか?")
    assert [hit.document.title for hit in answer.hits][0] == "転入届に必要なもの"


def test_phrases_need_the_words_in_order_and_exclusions_take_away(world):
    world.thread(world.room, title="電子申請の導入", body="一")
    world.thread(world.room, title="申請の電子化", body="二")
    index(world)
    assert titles(world, "officer", '"電子申請"') == ["電子申請の導入"]
    assert titles(world, "officer", "申請 -導入") == ["申請の電子化"]


def test_fields_narrow_and_an_unknown_value_is_named(world):
    world.thread(world.room, kind="consultation", title="町の相談", body="帳票の様式について")
    world.thread(world.commons, title="みんなの話題", body="帳票の様式について", by="supporter")
    index(world)
    assert titles(world, "officer", "帳票 団体:吉岡町") == ["町の相談"]
    assert titles(world, "officer", "帳票 ルーム:県内共通") == ["みんなの話題"]
    assert titles(world, "officer", "帳票 状態:未回答") == ["町の相談"]
    assert titles(world, "officer", "帳票 担当:県四季") == ["みんなの話題"]
    assert set(titles(world, "officer", "帳票 期間:今年度")) == {"町の相談", "みんなの話題"}
    assert titles(world, "officer", "帳票 期間:平成30年度") == []
    answer = found(world, "officer", "帳票 -団体:ない町")
    assert (answer.total, [f.value for f in answer.unknown]) == (2, ["ない町"])
    answer = found(world, "officer", "帳票 団体:ない町")
    assert (answer.total, [f.value for f in answer.unknown]) == (0, ["ない町"])


def test_what_is_said_in_a_consultation_is_found_by_its_state(world):
    """Seen to fail without `state_keys` of messages, and without the whole thread in the outbox when its state
    changes."""
    asked = world.thread(world.room, kind="consultation", title="町の相談", body="帳票の様式について")
    index(world)
    world.message(asked, "一次回答を書きました。", by="supporter")
    index(world)
    assert titles(world, "officer", "一次回答 状態:回答あり") == ["町の相談"]
    assert titles(world, "officer", "一次回答 状態:終了") == []
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    index(world)
    assert titles(world, "officer", "一次回答 状態:終了") == ["町の相談"]
    assert titles(world, "officer", "一次回答 状態:回答済") == []


def test_a_consultation_is_found_by_who_answered_it(world):
    """Seen to fail without `_WRITERS`, and without the thread in the outbox when somebody writes first in it or
    nothing of theirs is left."""
    asked = world.thread(world.room, kind="consultation", title="町の相談", body="帳票の様式について")
    world.message(asked, "一次回答を書きました。", by="supporter")
    index(world)
    wanted = "帳票 担当:県五月 種類:相談"  # the second to answer, which leaves the state as it is
    assert (found(world, "officer", wanted).total, found(world, "officer", wanted.replace("五月", "四季")).total) == (
        0,
        1,
    )
    answer = world.message(asked, "二次回答を書きました。", by="lead")
    index(world)
    assert found(world, "officer", wanted).total == 1
    world.write(delete_message, "lead", DeleteMessage(answer.message_id))
    index(world)
    assert found(world, "officer", wanted).total == 0


def test_a_mistyped_word_is_repaired_and_said(world):
    world.thread(world.room, title="プロポーザルの進め方", body="審査委員の選び方")
    index(world)
    answer = found(world, "officer", "プロボーザル")
    assert (answer.repaired, answer.total) == ("プロポーザル", 1)
    answer = found(world, "officer", "プロボーザルの進め方")
    assert (answer.repaired, answer.total) == ("プロポーザルの進め方", 1)
    assert found(world, "officer", "カタログの進め方").repaired == ""


def test_a_word_in_kanji_is_repaired_by_its_sound_alone(world):
    """下水道 and 公用車 are words, whether a text holds them or not. Seen to fail without `_is_slip`."""
    for title in ("住民票の写し", "水道の開栓", "専用車の貸出", "予定管理の方法"):
        world.thread(world.room, title=title, body="予約制です。")
    index(world)
    assert found(world, "officer", "住民表").repaired == "住民票"
    for other in ("下水道", "公用車", "指定管理", "水道課"):
        answer = found(world, "officer", other)
        assert (answer.repaired, answer.total) == ("", 0), other


def test_without_hits_the_nearest_are_shown_and_called_so(world):
    world.thread(world.room, title="帳票の様式", body="様式を変えたい")
    index(world)
    answer = found(world, "officer", "帳票 ブロックチェーン")
    assert (answer.total, answer.nearest, len(answer.hits)) == (0, True, 1)


def test_what_the_nearest_do_not_meet_is_known(world):
    """Seen to fail when words are named whatever was asked for."""
    world.thread(world.room, title="帳票の様式", body="様式を変えたい")
    index(world)
    asked = {
        "帳票 ブロックチェーン": "words",
        "帳票 ブロックチェーン 団体:吉岡町": "words_in_filters",
        "帳票 状態:終了": "filters",
        "帳票 団体:榛東村": "filters",
        "帳票 団体:ない町": "filters",
        "帳票": "",
    }
    assert {text: found(world, "officer", text).loosened for text in asked} == asked


def test_a_whole_name_wins_over_names_that_it_is_a_part_of(world):
    """Seen to fail without `whole` in hub/search/filters.py: the facet's link led to both."""
    with world.store.transaction() as session:
        session.get_one(Room, world.foreign_room).name = "吉岡町の防災"
        session.get_one(Organisation, world.foreign_town).name = "新吉岡町"
        session.get_one(Staff, world.foreign_officer).name = "県 四季子"
    for room, by in ((world.room, "supporter"), (world.foreign_room, "foreign_officer")):
        world.thread(room, title=f"帳票 {by}", body="様式", by=by)
    index(world)
    for narrowed in ("ルーム:吉岡町", "団体:吉岡町", '担当:"県 四季"', "担当:県四季"):
        assert titles(world, "supporter", f"帳票 {narrowed}") == ["帳票 supporter"]
    for narrowed in ("ルーム:吉岡", "団体:吉岡", "担当:四季"):
        assert len(titles(world, "supporter", f"帳票 {narrowed}")) == 2


def test_what_comes_near_stands_apart_from_a_few_hits(world):
    world.thread(world.room, title="除雪車の位置", body="除雪車の位置を住民に知らせる地図")
    world.thread(world.room, title="除雪の知らせ方", body="除雪車がいつ来るかを住民に知らせたい")
    index(world)
    answer = found(world, "officer", "除雪車 住民 地図")
    assert (answer.total, answer.nearest) == (1, False)
    assert [hit.document.title for hit in answer.also] == ["除雪の知らせ方"]
    assert found(world, "officer", "除雪車 住民 -知らせ方").also == []
    nothing = found(world, "officer", "除雪車 ブロックチェーン -位置")
    assert [hit.document.title for hit in nothing.hits] == ["除雪の知らせ方"]


def test_the_excerpt_marks_the_words_and_names_the_synonym(world):
    world.thread(world.room, title="窓口の案内", body="長い前置きです。" * 40 + "転居の届出は二階です。")
    index(world)
    hit = found(world, "officer", "引っ越し").hits[0]
    assert "転居" in [piece.text for piece in hit.text.pieces if piece.marked]
    assert ("引っ越し", "転居") in hit.text.via


def test_the_excerpt_of_a_case_is_of_what_it_tells_before_its_labels(world):
    """Seen to fail with labels as the end of the body: the tags hold more of the words closer together."""
    text = "転入のとき住民票を窓口で書かせない。" + "職員が聞き取って申請書を作る。" * 10
    Library(world).published(approach=text, tags=["転入", "住民票", "窓口", "交付", "広域"])
    index(world)

    def excerpt(query: str) -> str:
        (hit,) = found(world, "officer", query).hits
        return hit.text.text

    assert "書かせない" in excerpt("転入 住民票 窓口")
    assert "書かせない" in excerpt("転入 住民票 交付")
    assert "広域" in excerpt("広域")


def test_facets_count_the_hits(world):
    world.thread(world.room, kind="consultation", title="帳票の一", body="様式")
    world.thread(world.commons, title="帳票の二", body="様式")
    index(world)
    counts = {(f.facet, f.value): f.count for f in found(world, "officer", "帳票").facets}
    assert counts["kind", "consultation"] == counts["kind", "talk"] == counts["room", "県内共通"] == 1


def test_facets_count_who_accompanied_and_the_tags_of_cases(world):
    thread = world.thread(world.room, kind="consultation", title="帳票の一", body="様式")
    world.message(thread.thread_id, "帳票の様式を送ります", by="supporter")
    world.message(thread.thread_id, "帳票が届きました", by="officer")
    index(world)
    answer = found(world, "officer", "帳票")
    counts = {f.value: f.count for f in answer.facets if f.facet == "by"}
    assert counts == {world.actor("supporter").displayed_name: 2}  # the officer's own colleagues are no 担当
    (value,) = counts
    narrowed = found(world, "officer", f'帳票 担当:"{value}"')
    assert sorted(hit.document.kind for hit in narrowed.hits) == ["message", "thread"]


def test_whether_a_tag_or_a_person_exists_elsewhere_is_not_told(world):
    """A tag comes into being with a draft. Seen to fail without TOLD_BY_DOCUMENTS in hub/search/filters.py: a name that
    nobody has was told to be none, that of a foreign draft or person was not."""
    world.thread(world.room, title="帳票の様式", body="様式")
    world.thread(world.foreign_room, title="帳票の秘密", body="秘密", by="foreign_officer")
    with world.store.transaction() as session:
        session.add(Tag(name="発表前の試み"))
    index(world)
    person = world.actor("foreign_officer").name
    for field, value in (("タグ", "発表前の試み"), ("タグ", "ない試み"), ("担当", person), ("担当", "いない人")):
        answer = found(world, "officer", f'帳票 {field}:"{value}"')
        assert (answer.total, [f.value for f in answer.unknown]) == (0, [value])


def test_a_merged_tag_still_narrows_and_counts_under_its_present_name(world):
    library = Library(world)
    library.published(title="帳票の電子化", tags=["RPA"])
    library.published(title="帳票の整理", tags=["ロボットによる自動化"])
    with world.store.read() as session:
        merged = session.scalars(sa.select(Tag.id).where(Tag.name == "RPA")).one()
    world.write(settle_tag, "lead", SettleTag(merged, means="ロボットによる自動化"))
    index(world)
    counts = {f.value: f.count for f in found(world, "officer", "帳票").facets if f.facet == "tag"}
    assert counts == {"ロボットによる自動化": 2}
    for name in ("RPA", "ロボットによる自動化"):
        assert sorted(titles(world, "officer", f"帳票 タグ:{name}")) == ["帳票の整理", "帳票の電子化"]


def test_without_a_dictionary_pairs_of_letters_find(world, monkeypatch):
    monkeypatch.setattr(analysis, "_is_installed", lambda: False)
    world.thread(world.room, title="固定資産税の通知", body="水道の開栓")
    index(world)
    assert titles(world, "officer", "水道") == titles(world, "officer", "固定資産") == ["固定資産税の通知"]
    assert titles(world, "officer", "下水") == []


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("known", "shown"), [(STATES, state_names), (KINDS, kind_names)])
def test_every_name_of_a_state_and_a_kind_that_a_page_shows_can_be_typed(world, language, known, shown):
    """A label that is renamed has to be added to hub/search/naming.py. Seen to fail without 回答待ち, without
    `glad to be asked` and without `card` there."""
    with world.app.test_request_context(), force_locale(language):
        names = shown()
    assert {code for code, name in names.items() if analysis.fold(name) not in known.get(code, ())} == set()
    assert names.keys() == known.keys()


def test_no_name_means_two_states_or_two_kinds_and_each_is_folded():
    """Values are compared folded. Seen to fail with a name twice and with `Card`."""
    for known in (STATES, KINDS):
        names = [name for names in known.values() for name in names]
        assert len(names) == len(set(names))
        assert [analysis.fold(name) for name in names] == names


def test_the_shown_name_narrows_in_both_languages(world):
    """Seen to fail without 回答待ち and `waiting for an answer` in STATES."""
    world.thread(world.room, kind="consultation", title="町の相談", body="帳票の様式について")
    world.thread(world.commons, title="みんなの話題", body="帳票の様式について", by="supporter")
    index(world)
    for narrowed in ("状態:回答待ち", 'state:"Waiting for an answer"', "種類:相談", "kind:Consultation"):
        assert titles(world, "officer", f"帳票 {narrowed}") == ["町の相談"]
    for nothing in ("状態:解決済み", "種類:相談に応じられる人", "種類:回答カード", 'kind:"Glad to be asked"'):
        answer = found(world, "officer", f"帳票 {nothing}")
        assert (answer.total, answer.unknown) == (0, ())


def test_the_link_of_a_facet_says_what_the_facet_is_called(world):
    """Seen to fail with 未回答 as the first name of a state: the page showed 回答待ち and typed another word."""
    with world.app.test_request_context(), force_locale("ja"):
        for facet, names in (("state", state_names()), ("kind", kind_names())):
            assert len(names) > 1
            for code, name in names.items():
                shown, part = name_of(FacetCount(facet, code, 1))
                assert (shown, part.partition(":")[2]) == (name, name)


def narrowed_by(world, typed: str) -> tuple[Narrowed, int]:
    """What is left, and what would be left without filters."""
    with world.store.read() as session:
        actor = world.actor("officer")
        corpus = Corpus(session, actor.audience_ids)
        return narrow(session, actor, corpus, parse_query(typed).filters), corpus.ones


def test_excluding_what_nobody_knows_excludes_nothing_and_is_named(world):
    """Seen to fail with every unknown filter unmet."""
    world.thread(world.room, title="帳票の様式", body="様式")
    index(world)
    for typed in ("-タグ:存在しない", "-団体:ない町 -期間:いつか"):
        narrowed, everything = narrowed_by(world, typed)
        assert (narrowed.bits, narrowed.unmet) == (everything, False)
        assert [f.value for f in narrowed.unknown] == [f.value for f in parse_query(typed).filters]
    for typed in ("タグ:存在しない", "-タグ:存在しない 団体:ない町", "団体:吉岡町 団体:ない町"):
        assert narrowed_by(world, typed)[0].unmet


def test_a_part_of_a_tag_narrows_and_its_whole_name_wins(world):
    """Seen to fail with whole names alone, and with parts beside a whole name."""
    library = Library(world)
    library.published(title="帳票の一", tags=["窓口"])
    library.published(title="帳票の二", tags=["書かない窓口"])
    index(world)
    assert titles(world, "officer", "帳票 タグ:書かない") == ["帳票の二"]
    assert titles(world, "officer", "帳票 タグ:窓口") == ["帳票の一"]
    assert sorted(titles(world, "officer", "帳票 タグ:窓")) == ["帳票の一", "帳票の二"]


def test_a_part_tells_of_no_tag_elsewhere_and_of_no_merged_one(world):
    """Seen to fail without TOLD_BY_DOCUMENTS in hub/search/filters.py, with every foreign tag a whole name that wins,
    and with parts of merged names."""
    Library(world).published(title="帳票の一", tags=["書かない窓口"])
    with world.store.transaction() as session:
        kept = session.scalars(sa.select(Tag).where(Tag.name == "書かない窓口")).one()
        session.add(Tag(name="架空庁舎", synonym_of_id=kept.id))
        session.add_all(Tag(name=name) for name in ("発表前の窓口", "発表前", "窓口"))  # of drafts elsewhere
    index(world)
    for part in ("発表", "発表前", "表前の", "架空", "ない試み"):
        answer = found(world, "officer", f"帳票 タグ:{part}")
        assert (answer.total, [f.value for f in answer.unknown]) == (0, [part])
    assert titles(world, "officer", "帳票 タグ:架空庁舎") == ["帳票の一"]
    assert titles(world, "officer", "帳票 タグ:窓口") == ["帳票の一"]  # as if nobody had a tag of just that name


@pytest.mark.parametrize("name", ["県内共通", "県内 共通", "県内　共通", "DX(仮)", "一)二", "AI、", "窓口、団体:ある"])
def test_the_link_of_a_facet_names_the_whole_value(name):
    """Seen to fail with quotes around blanks alone, and with none."""
    _shown, part = name_of(FacetCount("room", name, 1))
    assert [analysis.fold(f.value) for f in parse_query(f"帳票 {part}").filters] == [analysis.fold(name)]


def test_filters_in_force_stand_above_the_results_and_can_be_taken_off(world):
    """Seen to fail without the list in templates/search/index.html, and without `unique` and `without` there."""
    world.thread(world.room, kind="consultation", title="町の相談", body="帳票の様式について")
    index(world)
    browser = world.client("officer")
    typed = '帳票 団体:吉岡町 -状態:終了 団体:吉岡町 ルーム:"ない 部屋"'
    page = browser.get("/search", query_string={"q": typed, "order": "new"}).text
    assert filters_on(page) == [
        ("「団体: 吉岡町」を外す", '帳票 -状態:終了 ルーム:"ない 部屋"'),
        ("「状態: 終了 以外」を外す", '帳票 団体:吉岡町 団体:吉岡町 ルーム:"ない 部屋"'),
        ("「ルーム: ない 部屋」を外す", "帳票 団体:吉岡町 -状態:終了 団体:吉岡町"),
    ]
    assert "results__filters" not in browser.get("/search?q=帳票").text


def filters_on(page: str) -> list[tuple[str, str]]:
    """What each link above the results is called, and the query that it leads to."""
    shown = page.partition('class="results__filters"')[2].partition("</ul>")[0]
    links = re.findall(r'href="([^"]+)" aria-label="([^"]+)"', shown)
    assert all(parse_qs(urlsplit(unescape(href)).query)["order"] == ["new"] for href, _label in links)
    return [(unescape(label), parse_qs(urlsplit(unescape(href)).query)["q"][0]) for href, label in links]
