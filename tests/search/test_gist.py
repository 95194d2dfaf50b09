"""What somebody is after, without the courtesies around it, and what is suggested for it."""

import pytest

from hub.search.meaning.gist import gist
from hub.search.similar import list_similar
from tests.search.finding import index

QUESTION = "大型ゴミの申し込みは、どこにすればよいですか"
POLITE = (
    (
        "お世話になっております。吉岡町役場の総務課です。お忙しいところ恐れ入りますが、次の件について教えていただきたくご連絡いたしました。",
        "お手数をおかけしますが、ご教示くださいますようよろしくお願いいたします。",
    ),
    (
        "お疲れさまです。前橋市情報政策課です。年度末のお忙しい時期に大変恐縮ですが、下記についてお伺いしたくご連絡差し上げました。",
        "お時間のある際にご回答いただけましたら大変ありがたく存じます。どうぞよろしくお願いいたします。",
    ),
    ("Hello, I hope you are doing well. ", " Thank you very much for your kind help."),
)


@pytest.mark.parametrize(("before", "after"), POLITE)
@pytest.mark.parametrize("end", ["", "。", "？\n"])
def test_courtesies_are_taken_off(before, after, end):
    """Seen to fail without each of _PHRASE, _WRITER, _LEAD and the places where courtesies begin, in
    hub/search/meaning/gist.py."""
    assert "".join(gist(f"{before}{QUESTION}{end}{after}")).rstrip("。？") == QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "お世話になっております。",
        "市役所の窓口は何時まで開いていますか。",
        "お忙しいところ恐れ入りますが、市の職員への苦情は、どこに言えばよいですか。",
        "Where can I get a certificate of residence? My office is closed.",
    ],
)
def test_a_question_is_never_taken_for_a_courtesy(text):
    """And where nothing else was said, the courtesy is what was said."""
    said = "".join(gist(text))
    assert said
    assert text.endswith(said[-12:])


def suggested(world, text: str) -> list[str]:
    with world.store.read() as session:
        return [hit.document.title for hit in list_similar(session, world.actor("officer"), text)]


@pytest.fixture
def asked_before(world):
    for title, body in (
        ("粗大ごみの申し込み方法", "粗大ごみの申し込みは、どの窓口にしてもらえばよいですか。"),
        ("保育所の入所選考", "点数の付け方を見直したい。"),
        ("庁内の電話の取り次ぎ", "外線の取り次ぎに時間がかかる。"),
    ):
        world.thread(world.room, "consultation", title=title, body=body)
    index(world)
    return world


def test_however_much_is_written_the_same_is_suggested(asked_before):
    """Seen to fail when all of what was written has to be covered by words: nothing was suggested for the long one."""
    for before, after in (("", ""), *POLITE):
        assert suggested(asked_before, f"{before}{QUESTION}。{after}") == ["粗大ごみの申し込み方法"]
    detail = "住民から毎週のように電話があり、担当が代わるたびに案内が変わってしまうので困っています。"
    assert suggested(asked_before, f"{QUESTION}。{detail}{detail}")[0] == "粗大ごみの申し込み方法"


def test_in_another_language_the_same_is_suggested(asked_before):
    dog = "飼い犬が亡くなったのですが、手続が必要ですか"
    asked_before.thread(asked_before.room, "consultation", title=dog, body="登録の抹消を知りたい。")
    index(asked_before)
    assert suggested(asked_before, "My dog died. Is there a procedure for that?") == [dog]


def test_for_something_else_nothing_is_suggested(asked_before):
    """Seen to fail with a least cosine of nothing."""
    assert suggested(asked_before, "鎌倉幕府を開いた人物は誰ですか、その年も知りたいです") == []
    assert suggested(asked_before, "Who wrote the first symphony in the eighteenth century?") == []


def test_a_name_is_looked_for_as_such(asked_before):
    assert suggested(asked_before, "保育所、") == ["保育所の入所選考"]
