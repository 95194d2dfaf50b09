"""Visits and calls of the accompanying support, and notes of which a municipality never learns."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from hub import clock
from hub.errors import Conflict, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.people.models import Organisation
from hub.records.models import AuditEntry
from hub.support.commands import CorrectContact, PostKarteNote, RecordContact
from hub.support.models import Contact
from hub.support.services.contacts import correct_contact, record_contact
from hub.support.services.noting import post_karte_note
from tests.factories import World

TOLD = {"way": "visit", "held_on": date(2037, 10, 20), "people": "情報係の2人", "body": "来年度の予算を決めた。"}


@pytest.fixture(autouse=True)
def in_autumn():
    clock.set_source(lambda: clock.start_of_japan_day(date(2037, 11, 2)) + timedelta(hours=10))
    yield
    clock.set_source(None)


def record(world: World, who: str = "supporter", **more: Any) -> int:
    command = RecordContact(**TOLD | more, organisation_id=world.town, client_id=world.new_id())
    return int(world.write(record_contact, who, command).data["contact_id"])


def correct(world: World, id_: int, who: str = "officer", **more: Any) -> int:
    command = CorrectContact(**TOLD | more, contact_id=id_)
    return int(world.write(correct_contact, who, command).data["contact_id"])


def note(world: World, body: str, who: str = "supporter") -> None:
    world.write(post_karte_note, who, PostKarteNote(world.town, body, world.new_id()))


def page(world: World, who: str, address: str = "") -> str:
    return world.client(who).text_of(address or f"/support/{world.town}")


def test_nobody_else_reads_or_corrects_it(world: World) -> None:
    id_ = record(world)
    for who in ("foreign_officer", "admin", "bureau", "guest"):
        world.admit(who, world.room)
        for address in (f"/support/contacts/{id_}", f"/support/{world.town}/contacts/new"):
            answer = world.client(who).get(address)
            assert answer.status_code in (403, 404), (who, address)
            assert "予算" not in answer.text
        with pytest.raises(NotFound):
            correct(world, id_, who, body="別のこと", reason="勝手に")
        with pytest.raises(NotFound):
            record(world, who)
    with world.store.read() as session:
        assert session.scalars(sa.select(sa.func.count()).select_from(Contact)).one() == 1


def test_it_is_written_on_a_phone_in_one_form(world: World) -> None:
    form = page(world, "supporter", f"/support/{world.town}/contacts/new")
    for words in ("訪問", "電話", "話した人", "決めたこと", "次にすること", "次回の予定日"):
        assert words in form
    browser = world.client("supporter")
    fields = {
        "way": "call",
        "held_on": "2037-10-30",
        "people": "係長",
        "body": "予定を決めた",
        "next_step": "仕様書を送る",
    }
    sent = browser.post(
        f"/support/{world.town}/contacts", data=fields | {"csrf_token": browser.csrf, "next_on": "2037-11-20"}
    )
    assert sent.status_code == 303
    text = page(world, "officer")
    for words in ("電話・2037年10月30日(金)", "係長", "予定を決めた", "次：仕様書を送る（2037年11月20日(金)）"):
        assert words in text


def test_personal_data_are_warned_of_once(world: World) -> None:
    browser = world.client("supporter")
    fields = {
        "way": "call",
        "held_on": "2037-10-30",
        "people": "係長",
        "body": "連絡先 090-1234-5678",
        "csrf_token": browser.csrf,
    }
    warned = browser.post(f"/support/{world.town}/contacts", data=fields)
    assert warned.status_code == 200
    assert "個人情報と思われる部分" in warned.text
    assert "090-1234-5678" in warned.text
    sent = browser.post(f"/support/{world.town}/contacts", data=fields | {"confirmed": "1"})
    assert sent.status_code == 303


def test_the_town_corrects_it_with_words_and_both_tellings_stay(world: World) -> None:
    id_ = record(world)
    with pytest.raises(ValidationFailed) as refused:
        correct(world, id_, body="再来年度の予算を決めた。")
    assert "reason" in refused.value.fields
    with pytest.raises(ValidationFailed):
        correct(world, id_, reason="同じ")
    new = correct(world, id_, body="再来年度の予算を決めた。", reason="年度の間違い")
    for address in (f"/support/contacts/{new}", f"/support/contacts/{id_}"):
        text = page(world, "supporter", address)
        for words in ("来年度の予算", "再来年度の予算", "理由：年度の間違い", "群馬県・県 四季", "吉岡町・吉岡 一郎"):
            assert words in text
    assert page(world, "officer").count("訪問・2037年10月20日(火)") == 1
    with pytest.raises(Conflict):
        correct(world, id_, "manager", body="古い画面", reason="古い")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"held_on": date(2037, 11, 3)}, "held_on"),
        ({"next_on": date(2037, 10, 19)}, "next_on"),
        ({"people": " "}, "people"),
        ({"body": " "}, "body"),
        ({"next_step": "長" * 201}, "next_step"),
    ],
)
def test_what_cannot_be_taken(world: World, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        record(world, **fields)
    assert set(refused.value.fields) == {field}


def test_the_newest_five_are_shown_and_the_rest_when_asked_for(world: World) -> None:
    for day in range(1, 8):
        record(world, held_on=date(2037, 10, day), body=f"{day}回目の話")
    text = page(world, "officer")
    assert [f"{n}回目の話" in text for n in range(1, 8)] == [False, False, True, True, True, True, True]
    assert "1回目の話" in page(world, "officer", f"/support/{world.town}?all=1")


def seen_by_the_town(world: World) -> list[Any]:
    """Everything that a manager of the town can look at, and what the streams of the town hold."""
    browser = world.client("manager")
    addresses = (
        "/",
        f"/support/{world.town}",
        "/inbox",
        "/rooms",
        f"/rooms/{world.room}",
        "/admin/audit",
        "/search?q=内緒",
    )
    pages = [browser.text_of(address) for address in addresses]
    with world.store.read() as session:
        events = session.execute(sa.select(FeedEvent.stream, FeedEvent.seq, FeedEvent.type)).all()
        entries = session.scalars(sa.select(AuditEntry.id).where(AuditEntry.action != "sign_in.began")).all()
    return [pages, events, entries]


def test_a_town_never_learns_of_notes(world: World) -> None:
    before = seen_by_the_town(world)
    note(world, "内緒の話：係長が異動しそう")
    assert seen_by_the_town(world) == before
    assert "県内メモ" not in page(world, "officer")
    for who in ("supporter", "lead"):
        assert "内緒の話" in page(world, who)
    assert "内緒の話" not in page(world, "supporter", f"/support/{world.foreign_town}")
    for who in ("officer", "manager", "shared", "foreign_officer", "admin", "bureau", "guest"):
        with pytest.raises(NotFound):
            note(world, "見えないはず", who)
        browser = world.client(who)
        for there in (world.town, 999_999):  # the same as of what is not there
            answer = browser.post(f"/support/{there}/notes", data={"csrf_token": browser.csrf, "body": "見えない"})
            assert answer.status_code == 404, who


def test_notes_of_a_body_without_a_karte(world: World) -> None:
    with world.store.read() as session:
        outside = session.scalars(sa.select(Organisation.id).where(Organisation.kind == "その他")).one()
    for body in (outside, world.prefecture):
        with pytest.raises(NotFound):
            world.write(post_karte_note, "supporter", PostKarteNote(body, "誰の", world.new_id()))
