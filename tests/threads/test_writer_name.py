"""記入者名 in the composer of a shared account: prefilled, taken with the text, and asked for where it is missing."""

import re

import pytest
import sqlalchemy as sa

from hub.people.models import SignIn
from hub.threads.models import Message
from tests.factories import Browser, World


@pytest.fixture
def path(world: World) -> str:
    return f"/threads/{world.thread(world.room).thread_id}"


def nameless(world: World) -> Browser:
    browser = world.client("shared")
    with world.store.transaction() as session:
        session.execute(sa.update(SignIn).where(SignIn.staff_id == world.shared).values(writer_name=""))
    return browser


def writers(world: World) -> list[str]:
    with world.store.read() as session:
        query = sa.select(Message.writer_name).where(Message.author_id == world.shared)
        return list(session.scalars(query.order_by(Message.id)))


def test_the_composer_shows_the_name_that_is_remembered(world: World, path: str) -> None:
    page = world.client("shared").get(path).text
    assert re.search(r'<input[^>]*id="field-writer_name"[^>]*value="山田"', page)
    assert "field-writer_name" not in world.client("officer").get(path).text


def test_a_refused_post_leads_to_the_field_and_keeps_the_text(world: World, path: str) -> None:
    answer = nameless(world).post_form(f"{path}/messages", body="名前のない返事", writer_name="")
    assert answer.status_code == 422
    assert 'href="#field-writer_name"' in answer.text
    assert 'id="field-writer_name"' in answer.text
    assert "名前のない返事" in answer.text
    assert writers(world) == []


def test_every_fault_of_the_text_leads_to_the_text(world: World, path: str) -> None:
    page = world.client("officer").post_form(f"{path}/messages", body="長" * 10_001).text
    target = re.search(r'error-summary.*?href="#([^"]+)"', page, re.DOTALL).group(1)
    assert f'id="{target}"' in page


def test_the_typed_name_is_written_and_remembered(world: World, path: str) -> None:
    browser = nameless(world)
    assert browser.post_form(f"{path}/messages", body="はじめ", writer_name="佐藤").status_code == 303
    assert browser.post_form(f"{path}/messages", body="つぎ").status_code == 303
    opened = browser.post_form(f"/rooms/{world.room}/threads", kind="talk", body="相談", writer_name="鈴木")
    assert opened.status_code == 303
    assert writers(world) == ["佐藤", "佐藤", "鈴木"]


def test_a_name_is_not_taken_away(world: World, path: str) -> None:
    answer = world.client("shared").post_form(f"{path}/messages", body="返事", writer_name=" ")
    assert answer.status_code == 422
    assert writers(world) == []


def test_a_personal_account_gets_no_name_from_the_form(world: World, path: str) -> None:
    assert world.client("officer").post_form(f"{path}/messages", body="返事", writer_name="町長").status_code == 303
    with world.store.read() as session:
        assert "町長" not in session.scalars(sa.select(Message.writer_name)).all()


def test_the_script_tells_the_name_and_hears_in_json_what_is_wrong(world: World) -> None:
    browser = nameless(world)
    form = {"csrf_token": browser.csrf, "writer_name": "長" * 61, "next": "/session"}
    json = {"Accept": "application/json"}
    assert set(browser.post("/writer-name", data=form, headers=json).json["error"]["fields"]) == {"writer_name"}
    told = browser.post("/writer-name", data=form | {"writer_name": "佐藤"}, headers=json, follow_redirects=True)
    assert told.json["staff_id"] == str(world.shared)


def test_what_has_no_field_for_the_name_leads_to_its_page(world: World) -> None:
    notice = world.thread(world.commons, kind="notice", by="lead").thread_id
    consultation = world.thread(world.room, kind="consultation").thread_id
    browser = nameless(world)
    acknowledged = browser.post_form(f"/threads/{notice}/acknowledge", on="1")
    summarised = browser.post_form(f"/threads/{consultation}/head", body="まとめ", summary_version="0")
    for answer in (acknowledged, summarised):
        assert answer.status_code == 422
    assert f'href="/writer-name?next=/threads/{notice}"' in acknowledged.text
    assert f'href="/writer-name?next=/threads/{consultation}/head"' in summarised.text


def test_after_giving_the_name_one_is_back_where_one_was(world: World) -> None:
    consultation = world.thread(world.room, kind="consultation").thread_id
    browser, form = nameless(world), f"/threads/{consultation}/head"
    sent = {"csrf_token": browser.csrf, "body": "まとめ", "summary_version": "0"}
    came_from = {"Referer": f"http://localhost{form}?a=1#b"}
    refused = browser.post(f"/threads/{consultation}/head", data=sent, headers=came_from)
    link = re.search(r'href="(/writer-name[^"]*)"', refused.text).group(1)
    page = browser.get(link).text
    wanted = re.findall(r'name="next" value="([^"]*)"', page)[-1]  # the first is that of the language
    assert browser.post_form("/writer-name", writer_name="佐藤", next=wanted).location == f"{form}?a=1"


@pytest.mark.parametrize("referrer", ["http://evil.example/rooms", "http://localhost//evil.example", "nonsense"])
def test_nobody_is_led_elsewhere(world: World, referrer: str) -> None:
    notice = world.thread(world.commons, kind="notice", by="lead").thread_id
    browser = nameless(world)
    form = {"csrf_token": browser.csrf, "on": "1"}
    refused = browser.post(
        f"/threads/{notice}/acknowledge", data=form, headers={"Referer": referrer, "Origin": "http://localhost"}
    )
    assert f'href="/writer-name?next=/threads/{notice}"' in refused.text
