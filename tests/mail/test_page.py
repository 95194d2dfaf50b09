"""メール: what administrators and managers see of it."""

import re

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.health.checks import health_report
from hub.mail.models import MailAddress
from tests.factories import World
from tests.mail.server import Box
from tests.mail.test_sending import write_down


def refuse(world: World, who: str, refusals: int = 3) -> None:
    with world.store.transaction() as session:
        row = MailAddress(staff_id=world.staff_id(who), address=f"{who}@example.jp", refusals=refusals)
        row.refused_at = row.stopped_at = utc_now()
        row.last_answer = "550 5.1.1"
        session.add(row)


def test_nobody_else_opens_it(world: World) -> None:
    for who in ("officer", "supporter", "bureau", "guest"):
        assert world.client(who).get("/admin/mail").status_code == 403
        assert world.client(who).post_form("/admin/mail/test").status_code == 403


def test_a_manager_sees_own_people_whom_no_mail_reaches_and_nobody_elses(world: World) -> None:
    """Seen to fail without `managed_ids` in the query."""
    refuse(world, "officer")
    refuse(world, "foreign_officer")
    page = world.client("manager").text_of("/admin/mail")
    assert "吉岡 一郎" in page
    assert "550 5.1.1" in page
    assert "榛東 三郎" not in page
    assert "テストメール" not in page
    page = world.client("admin").text_of("/admin/mail")
    assert "吉岡 一郎" in page
    assert "榛東 三郎" in page


def test_a_manager_lets_mails_go_there_again(mailing: World, box: Box) -> None:
    refuse(mailing, "officer")
    refuse(mailing, "foreign_officer")
    write_down(mailing, "a")
    assert box.to == []
    manager = mailing.client("manager")
    assert manager.post_form(f"/admin/mail/people/{mailing.foreign_officer}/again").status_code == 404
    assert manager.post_form(f"/admin/mail/people/{mailing.officer}/again").status_code == 303
    assert "届いていない人はいません" in manager.text_of("/admin/mail")
    assert "メールの送信の再開" in manager.text_of("/admin/audit")
    write_down(mailing, "b")
    assert box.to == ["officer@example.jp"]


def test_a_test_mail_goes_to_whoever_asks(mailing: World, box: Box) -> None:
    assert mailing.client("admin").post_form("/admin/mail/test").status_code == 303
    assert box.to == ["admin@example.jp"]
    assert "メールサーバー 127.0.0.1 から送ります" in mailing.client("admin").text_of("/admin/mail")


def test_without_a_server_mails_stay_on_this_machine_and_can_be_read(world: World) -> None:
    admin = world.client("admin")
    admin.post_form("/admin/mail/test")
    folder = world.app.extensions["hub.config"].mail_folder
    [file] = folder.glob("*.eml")
    assert file.stat().st_mode & 0o077 == 0
    page = admin.get("/admin/mail").text
    assert "メールは外に出ません" in page
    [address] = re.findall(r'href="(/admin/mail/kept/[^"]+)"', page)
    assert "届くことを確認するために送りました" in admin.text_of(address)
    for name in ("../hub.sqlite3", "20260101-000000-000000000000.eml", "..%2Fsecret_key"):
        assert admin.get(f"/admin/mail/kept/{name}").status_code == 404


def test_in_production_without_a_server_it_says_so_and_sends_nothing(world_with) -> None:
    world = world_with(None, environment="production")
    admin = world.client("admin")
    assert "メールは送りません" in admin.text_of("/admin/mail")
    assert admin.post_form("/admin/mail/test").status_code == 422
    report = health_report(world.store, world.app.extensions["hub.config"])
    assert "mail" not in report, "what is not configured is not asked after"


def test_health_asks_the_server(mailing: World, box: Box) -> None:
    config = mailing.app.extensions["hub.config"]
    assert health_report(mailing.store, config)["mail"] == "ok"
    text = mailing.client(None).get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text
    assert "hub_mails_waiting 0.0" in text


@pytest.mark.parametrize("column", ["refusals", "address"])
def test_who_is_reached_again_stands_there_no_more(world: World, column: str) -> None:
    """A new address, or one that takes mails by now."""
    refuse(world, "officer")
    value = 0 if column == "refusals" else "'old@example.jp'"
    with world.store.transaction() as session:
        session.execute(sa.text(f"UPDATE mail_addresses SET {column} = {value}"))
    assert "吉岡 一郎" not in world.client("manager").text_of("/admin/mail")
