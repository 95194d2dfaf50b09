"""What somebody is after, without greetings, thanks and who is writing: they stand in every letter and are like one
another, and a question of thirty letters would drown in a hundred of them.

A sentence is a courtesy when it means much the same as one of those below; the encoder tells, in any wording and in
each of its languages. One that holds a set phrase need not be as like, and what leads a question in (「お忙しいところ
恐れ入りますが、」) is taken from it.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from hub.search.meaning.encoder import encode, is_ready

COURTESIES = (
    "いつもお世話になっております。",
    "お世話になります。",
    "お疲れ様です。",
    "こんにちは。",
    "突然のご連絡失礼いたします。",
    "お忙しいところ恐れ入ります。",
    "お忙しいところ大変申し訳ございません。",
    "市役所の総務課の担当の者です。",
    "町役場の情報係の山田と申します。",
    "県庁の担当です。",
    "村役場の企画課です。",
    "初めてご相談させていただきます。",
    "一点ご相談させてください。",
    "次の件について教えていただきたくご連絡いたしました。",
    "以下の点について質問があります。",
    "ご教示いただけますと幸いです。",
    "ご存じの方がいらっしゃいましたら教えてください。",
    "お手数をおかけしますが、ご回答をお願いいたします。",
    "何卒よろしくお願い申し上げます。",
    "ご検討のほどよろしくお願いいたします。",
    "ご確認をお願いいたします。",
    "お返事をお待ちしております。",
    "ありがとうございます。",
    "よろしくお願いします。",
    "失礼いたします。",
    "平素より格別のご高配を賜り、厚く御礼申し上げます。",
    "標記の件についてお尋ねします。",
    "急ぎではありませんので、お時間のあるときで構いません。",
    "Hello, I hope you are doing well.",
    "I am writing to ask you a question.",
    "Sorry to bother you when you are busy.",
    "Thank you very much for your help.",
    "I look forward to hearing from you.",
    "Kind regards.",
)
LIKE_ONE, LIKE_ONE_WITH_PHRASE = 0.6, 0.4  # the cosine from which a sentence is taken for a courtesy
_PHRASE = re.compile(
    "お世話にな|恐れ入り|恐縮|申し訳|お忙し|ご多忙|お手数|ご教示|ご回答|幸いです|幸甚|助かります|存じます|願いいたし|願い致し|願い申し"
    "|よろしくお願い|ありがとう|失礼|と申します|はじめまして|お伺いし|ご連絡|拝啓|敬具|お時間|hope|appreciate|thank|regards|sorry"
)
# Who is writing: a body or a section, and nothing else.
_WRITER = re.compile(
    "^[^、。]{0,20}(市|区|町|村|県|役場|役所|県庁|課|係|室|担当|者)(の[^、。]{1,12})?(です|でございます|と申します|と言います)。?$"
)
_LEAD = re.compile("^[^、。]{0,30}(恐れ入り|恐縮|申し訳|お忙し|ご多忙|お手数|失礼)[^、。]{0,20}が、")
MOST_SENTENCES, SENTENCE_CHARS = 8, 200
COURTESY_CHARS = 60  # what is longer may hold a set phrase and something else
MERE_CHARS = 7  # what is left of a courtesy that was cut; beside a sentence it says nothing
# Where a sentence ends, and where a courtesy begins though nobody ended the sentence before.
_END = re.compile(
    r"(?<=[。．！？!?])|(?<=\.)\s+|\n+"
    "|(?=お手数|恐れ入り|お忙しい|何卒|どうぞよろしく|(?<!どうぞ)よろしくお願|宜しくお願|初歩的な|基本的な質問|突然の|ご教示|もしお分かり|ご存じの方"
    "|ご多用|ご多忙|お時間の|大変恐縮|以上、)|(?<=ますか|ですか|せんか)(?![。？！?!、がらもをとな])|(?<=しょうか)(?![。？！?!、がらもをとな])"
)


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _END.split(text) if part and part.strip()]


@cache
def _courtesies() -> Any:
    return encode(COURTESIES)


def gist(text: str) -> list[str]:
    """The sentences that say what it is about; all of them where that would be none, and without the encoder."""
    found = [rest for sentence in sentences(text) if (rest := _LEAD.sub("", sentence))]
    longest = max(map(len, found), default=0)
    found = [sentence for sentence in found if len(sentence) > MERE_CHARS or longest <= MERE_CHARS]
    if len(found) < 2 or not is_ready():
        return found
    like = (encode(found) @ _courtesies().T).max(axis=1)
    kept = [
        sentence for sentence, cosine in zip(found, like.tolist(), strict=True) if not _is_courtesy(sentence, cosine)
    ]
    return kept or found


def _is_courtesy(sentence: str, cosine: float) -> bool:
    set_phrase = len(sentence) <= COURTESY_CHARS and _PHRASE.search(sentence)
    bound = LIKE_ONE_WITH_PHRASE if set_phrase else LIKE_ONE
    return cosine >= bound or bool(_WRITER.match(sentence))


def meant_by(said: Sequence[str], whole: int) -> tuple[str, ...]:
    """The texts by whose meaning is asked: all of it, and each sentence by itself, for one of them is the question."""
    texts = ["".join(said)[:whole]]
    if len(said) > 1:
        texts += [sentence[:SENTENCE_CHARS] for sentence in said[:MOST_SENTENCES]]
    return tuple(dict.fromkeys(texts))
