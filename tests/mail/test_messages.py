"""A mail as its reader's program takes it apart."""

import re
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default

import pytest

from hub.clock import utc_now
from hub.mail.letters import Item, Letter, Part
from hub.mail.messages import Envelope, message_of
from tests.conftest import new_app
from tests.factories import World
from tests.mail.server import Box
from tests.mail.test_sending import write_down

SENDER = Address(display_name="架空県 DX相談ハブ（窓口）, 担当", addr_spec="hub@pref.example.jp")


@pytest.fixture
def speak(tmp_path):
    app = new_app(tmp_path)

    def made(letter: Letter, **envelope: object):
        given = {
            "sender": SENDER,
            "address": "a@example.jp",
            "name": "吉岡町 情報係（山田）",
            "name_id": "x",
            "written_at": utc_now(),
            "origins": ("https://hub.example.jp",),
        }
        with app.app_context():
            return read_back(message_of(letter, Envelope(**(given | envelope))))

    return made


def read_back(message):
    """Through its bytes, as they go over the wire: every line ASCII and no longer than mail allows."""
    raw = message.as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return message_from_bytes(raw, policy=default)


def test_japanese_subjects_and_names_arrive_as_they_are(speak) -> None:
    subject = (
        "「窓口の予約システムの調達仕様書（案）について、ほかの団体の例を教えてください」に回答がありました ①髙﨑𠮷"
    )
    mail = speak(Letter(subject))
    assert mail["Subject"] == subject
    assert mail["To"].addresses[0].display_name == "吉岡町 情報係（山田）"
    assert mail["To"].addresses[0].addr_spec == "a@example.jp"
    assert mail["From"].addresses[0].display_name == SENDER.display_name
    assert len(mail["From"].addresses) == 1


@pytest.mark.parametrize(
    "odd", ["題\r\nBcc: all@example.jp", "題\nX-Evil: 1", "題\u2028Bcc: x@example.jp", "題\x00\x0b件"]
)
def test_no_title_and_no_name_makes_another_header(speak, odd: str) -> None:
    """Seen to fail without `one_line`: the library refuses, and the mail would never go."""
    mail = speak(Letter(odd, lines=(odd,)), name=odd)
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "a@example.jp"


def test_text_and_html_say_the_same_and_links_begin_with_the_readers_name_of_the_hub(speak) -> None:
    parts = (Part("見出し", (Item("<b>太字</b>", "/threads/7", note="メモ", quote="引用"),)),)
    mail = speak(
        Letter("題", lines=("本文です。",), parts=parts, button=("開く", "/x")),
        origins=("https://near.example.jp", "https://far.example.jp"),
    )
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for words in (
        "本文です。",
        "見出し",
        "メモ",
        "引用",
        "https://near.example.jp/threads/7",
        "https://near.example.jp/x",
    ):
        assert words in text
        assert words in html
    assert "<b>太字</b>" in text
    assert "&lt;b&gt;太字" in html
    assert "https://far.example.jp" in text
    assert not re.search(r"<img|src=|<script|@import|url\(", html)


def test_programs_know_it_for_what_it_is(speak) -> None:
    mail = speak(Letter("題", kind="digest", thread_id=7), ending="https://hub.example.jp/mail/ending/abc")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] == mail["In-Reply-To"] == "<thread.7@pref.example.jp>"
    assert mail["List-Unsubscribe"] == "<https://hub.example.jp/mail/ending/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert speak(Letter("題"))["List-Unsubscribe"] is None
    assert speak(Letter("題"))["Message-ID"] == speak(Letter("別の題"))["Message-ID"]
    assert speak(Letter("題"))["Message-ID"] != speak(Letter("題"), name_id="y")["Message-ID"]


@pytest.mark.parametrize(
    ("language", "subject", "words"), [("ja", "テストメール", "返信できません"), ("en", "Test mail", "reply")]
)
def test_it_speaks_the_readers_language(mailing: World, box: Box, language: str, subject: str, words: str) -> None:
    mailing.client("officer").post_form("/language", language=language)
    write_down(mailing, "a")
    [mail] = box.mails
    assert mail["Subject"] == subject
    assert words in mail.get_body(("plain",)).get_content()
    assert f'lang="{language}"' in mail.get_body(("html",)).get_content()
    assert box.senders == ["hub@pref.example.jp"]
