"""Excerpts explain the hit: wherever it stands, however it is written, and when it is no hit of the text at all."""

import unicodedata

import pytest

from hub.accounts.services import Profile, save_profile
from hub.people.models import Field
from hub.search import analysis
from hub.search.analysis import fold
from hub.search.excerpts import Explainer
from hub.search.folding import fold_with_origin
from hub.search.ranking import ask
from hub.search.synonyms import Synonyms
from tests.search.finding import found, index

LONG = "庁舎の会議室を予約する手順を説明します。番号札を取り、順番が来たら係員に声をかけてください。" * 220


def explained(query: str, text: str, *groups: tuple[str, ...], patient: bool = True) -> tuple[list[str], str]:
    """What is marked, and the whole excerpt."""
    excerpt = Explainer(ask(query, Synonyms(groups))).excerpt(text, patient=patient)
    return [piece.text for piece in excerpt.pieces if piece.marked], excerpt.text


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("帳票", "帳票"),
        ("引っ越し", "引越"),
        ("ひっこし", "引っ越し"),
        ("サーバー", "サーバ"),
        ("受付", "受け付け"),
        ("ごみ", "ゴミ"),
        ("子供", "こども"),
    ],
)
def test_the_excerpt_is_of_the_hit_wherever_it_stands(query, written):
    """Seen to fail when 4,000 letters are looked at; the last one without _step_by_step in hub/search/excerpts.py."""
    assert explained(query, f"{LONG[:9_900]}{written}の話。")[0] == [written]


def test_a_long_text_is_shown_where_most_of_the_words_stand():
    """Seen to fail when the first of the likely stretches is taken."""
    text = f"帳票。{LONG[:3_000]}様式。{LONG[:3_000]}帳票の様式。{LONG[:1_000]}"
    assert explained("帳票 様式", text)[0] == ["帳票", "様式"]


def test_letters_inside_another_word_are_not_what_explains_a_long_text():
    """Seen to fail with TRIES = 1 in hub/search/excerpts.py."""
    marked, text = explained("京都", f"東京都の事例。{LONG[:5_000]}京都の事例。{LONG[:1_000]}", patient=False)
    assert marked == ["京都"]
    assert "東京都" not in text


@pytest.mark.parametrize(
    "text", ["ﾃﾞｰﾀの移行", unicodedata.normalize("NFD", "データのバックアップ"), "㈱架空の㌢と①", "が゛ﾊﾟ", "渡邊ＡＢＣ"]
)
def test_the_way_back_folds_as_the_index_does(text):
    """Seen to fail letter by letter: ﾃ and ﾞ are two letters then."""
    folded, origin = fold_with_origin(text)
    assert folded == fold(text)
    assert len(origin) == len(folded) + 1


@pytest.mark.parametrize("written", ["ﾃﾞｰﾀ", unicodedata.normalize("NFD", "データ")])
def test_letters_that_are_one_are_marked_whole(written):
    """Seen to fail when a mark ends behind the first of them."""
    assert explained("データ", f"前の{written}の移行")[0] == [written]
    assert explained("バグ", "前のﾊﾞｸﾞ")[0] == ["ﾊﾞｸﾞ"]


def test_a_synonym_of_one_letter_is_marked_where_it_is_a_word_of_its_own():
    """Seen to fail with longer ones alone; and with all of one letter: the 犬 of 盲導犬 would be marked."""
    assert explained("飼い犬", "犬の登録と狂犬病", ("飼い犬", "犬"))[0] == ["犬"]
    assert explained("案内", "犬の登録", ("案内", "盲導犬"))[0] == []


def test_without_a_dictionary_pairs_of_letters_are_marked(monkeypatch):
    """Seen to fail without them; 水道局 is one mark and not two that overlap."""
    monkeypatch.setattr(analysis, "_is_installed", lambda: False)
    assert explained("水道局 開栓", "町の水道局へ開栓を頼む")[0] == ["水道局", "開栓"]
    assert explained("水道局", f"{LONG[:9_000]}水道局の話")[0] == ["水道局"]


def test_a_title_that_fits_is_shown_whole():
    """Seen to fail when the window begins beside the first word whatever the length."""
    title = "長い前置きのあとにようやく何の話かがわかる、とても長い題名の付いた相談の、帳票"
    text = Explainer(ask("帳票", Synonyms([]))).excerpt(title, around=200).text
    assert text == title


def test_a_person_found_by_body_and_section_says_so(world):
    """Seen to fail without the part of the title behind the heading in hub/search/searching.py."""
    with world.store.transaction() as session:
        field = Field(name="窓口改革", position=1)
        session.add(field)
        session.flush()
        fields = frozenset([field.id])
    world.write(save_profile, "foreign_officer", Profile("榛東 三郎", "しんとう さぶろう", "", "ja", fields))
    index(world)
    (hit,) = found(world, "officer", "企画課 種類:人").hits
    assert hit.text.text == "榛東村 企画課"
    assert hit.text.explains
    (hit,) = found(world, "officer", "窓口改革 種類:人").hits
    assert "窓口改革" in hit.text.text


def test_a_hit_by_the_title_alone_explains_itself_to_programs_too(world):
    """Seen to fail without `heading` in hub/search/presenters.py."""
    world.thread(world.room, title="帳票の様式", body="くわしくは添付のとおりです。")
    index(world)
    (hit,) = world.client("officer").get_json("/search?q=帳票").json["hits"]
    assert hit["heading"][0] == {"text": "帳票", "marked": True}
