"""Invitations, other passwords and warnings, by mail where a mail server is set."""

import re

import pytest
import sqlalchemy as sa

from hub.mail.models import Mail
from hub.people.models import OneTimeLink, Staff
from hub.security.sessions import hash_token
from tests.factories import World
from tests.mail.server import Box, serving
from tests.mail.test_sending import send, states
from tests.mail.test_what_and_when import text_of

NEW = {"password": "an other horse 88", "repeated": "an other horse 88"}


def issue(world: World) -> str:
    answer = world.client("manager").post_form(f"/admin/people/{world.officer}/link")
    assert answer.status_code == 200
    return answer.text


def forget_password(world: World) -> None:
    with world.store.transaction() as session:
        session.execute(sa.update(Staff).where(Staff.id == world.officer).values(password_hash=None))


def link_in(mail) -> str:
    [found] = re.findall(r"https://hub.example.jp(/(?:welcome|reset)/\S+)", text_of(mail))
    return found


@pytest.mark.parametrize("purpose", ["welcome", "reset"])
def test_the_link_comes_by_mail_and_looking_uses_nothing_up(mailing: World, box: Box, purpose: str) -> None:
    """Seen to fail without send_link in _issue."""
    if purpose == "welcome":
        forget_password(mailing)
    assert "メールで送ります（officer@example.jp）" in issue(mailing)
    assert box.to == ["officer@example.jp"]
    link = link_in(box.mails[0])
    assert link.startswith(f"/{purpose}/")
    assert box.mails[0]["List-Unsubscribe"] is None
    browser = mailing.client(None)
    for _scanner in range(3):
        assert browser.get(link).status_code == 200
    assert browser.post_form(link, **NEW).status_code == 303
    assert mailing.client(None).get(link).status_code == 404
    if purpose == "reset":
        assert box.mails[1]["Subject"] == "パスワードが変更されました"


def test_the_database_holds_no_word_that_opens(mailing: World, box: Box) -> None:
    """Not even while the mail waits: the server is away."""
    box.answers["officer@example.jp"] = "450 later"
    page = issue(mailing)
    token = re.findall(r"/reset/([\w-]+)", page)[0]
    with mailing.store.read() as session:
        assert session.scalars(sa.select(OneTimeLink.token_hash)).one() == hash_token(token)
        mail = session.scalars(sa.select(Mail)).one()
        assert token not in str(mail.content)
        assert hash_token(str(mail.content["nonce"])) != hash_token(token)


def test_a_link_that_was_used_meanwhile_is_not_sent(world_with, box: Box) -> None:
    with serving(box) as relay:
        world = world_with(relay)
    token = re.findall(r"/reset/([\w-]+)", issue(world))[0]
    assert world.client(None).post_form(f"/reset/{token}", **NEW).status_code == 303
    with serving(box, relay.port):
        send(world)
    assert states(world) == ["dropped", "sent"]
    assert [str(mail["Subject"]) for mail in box.mails] == ["パスワードが変更されました"]


def test_whoever_changes_a_password_is_told(mailing: World, box: Box) -> None:
    fields = NEW | {"old_password": "correct horse battery 7"}
    assert mailing.client("officer").post_form("/profile/password", **fields).status_code == 303
    assert box.to == ["officer@example.jp"]
    assert "団体管理者に連絡してください" in text_of(box.mails[0])


def test_without_a_mail_server_the_link_is_handed_over_as_ever(world: World) -> None:
    page = issue(world)
    assert "メールで送ります" not in page
    assert "/reset/" in page
    assert states(world) == []
