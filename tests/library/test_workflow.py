"""From the draft to the readers and back: both sides consent, and narrowing acts at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from hub import clock
from hub.errors import Conflict, Forbidden, NotFound, ValidationFailed
from hub.feed.models import FeedEvent
from hub.library.commands import (
    ApproveCase,
    ConfirmCase,
    EndCase,
    HearEnding,
    ReturnCase,
    SettleContact,
    SettleInterval,
    ShareCase,
    WithdrawCase,
)
from hub.library.endings import acknowledge_end, count_endings
from hub.library.listing import list_cases, wanted_of
from hub.library.models import Case, CaseComment
from hub.library.publicity import OpenToPublic, open_to_public
from hub.library.queries import get_case_for
from hub.library.services.published import confirm_case, end_case, share_case, withdraw_case
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.library.services.writing import settle_contact, settle_interval
from hub.library.waiting import cases_to_confirm
from hub.people.models import Organisation
from hub.records.models import AuditEntry
from tests.factories import World
from tests.library.conftest import Library
from tests.library.test_pages import shown


def readable(world: World, case: int, who: str) -> bool:
    with world.store.read() as session:
        try:
            get_case_for(session, world.actor(who), case)
        except NotFound:
            return False
    return True


def test_nothing_goes_out_without_the_towns_consent(library: Library, world: World) -> None:
    case = library.draft()
    with pytest.raises(Conflict):
        library.on(publish_case, case, "lead")
    library.on(submit_case, case, "officer")
    with pytest.raises(Conflict):
        library.on(publish_case, case, "lead")
    for who in ("officer", "supporter"):
        with pytest.raises(Forbidden):
            library.on(approve_case, case, who)
    library.on(approve_case, case, "manager")
    for who in ("officer", "manager"):
        with pytest.raises(Forbidden):
            library.on(publish_case, case, who)
    library.on(publish_case, case, "lead")
    assert library.case(case).published_version == 1
    with world.store.read() as session:
        query = sa.select(AuditEntry.action).where(AuditEntry.subject == f"case:{case}").order_by(AuditEntry.id)
        actions = session.scalars(query).all()
    assert actions == ["case.created", "case.submitted", "case.approved", "case.published"]


def test_a_manager_who_asks_has_agreed(library: Library) -> None:
    case = library.draft()
    library.on(submit_case, case, "manager")
    library.on(publish_case, case, "supporter")
    assert library.case(case).status == "published"


def test_agreement_is_to_the_text_that_was_read(library: Library, world: World) -> None:
    case = library.draft()
    library.on(submit_case, case, "officer")
    library.save(case, "supporter", lessons="あとから")
    with pytest.raises(Conflict):
        world.write(approve_case, "manager", ApproveCase(case, 1))


def test_sent_back_with_a_comment_and_asked_again(library: Library, world: World) -> None:
    case = library.draft()
    library.on(submit_case, case, "officer")
    with pytest.raises(ValidationFailed):
        world.write(return_case, "supporter", ReturnCase(case, 1, "  "))
    world.write(return_case, "supporter", ReturnCase(case, 1, "費用も書いてください。"))
    assert library.case(case).status == "returned"
    library.save(case, cost_note="既存の予算")
    library.on(submit_case, case, "officer")
    assert library.case(case).status == "review"
    with world.store.read() as session:
        assert session.scalars(sa.select(CaseComment.body)).all() == ["費用も書いてください。"]


def test_readers_keep_the_published_version_while_a_newer_one_is_written(library: Library) -> None:
    case = library.published()
    library.save(case, title="新しい題名")
    assert (library.case(case).title, library.case(case).published_version) == ("書かない窓口", 1)
    library.publish(case)
    assert (library.case(case).title, library.case(case).published_version) == ("新しい題名", 2)


def test_narrowing_and_withdrawing_act_at_once(library: Library, world: World) -> None:
    case = library.published()
    assert readable(world, case, "foreign_officer")
    world.write(share_case, "manager", ShareCase(case, "town"))
    assert not readable(world, case, "foreign_officer")
    world.write(share_case, "manager", ShareCase(case, "members"))
    world.write(withdraw_case, "manager", WithdrawCase(case))
    assert [readable(world, case, who) for who in ("foreign_officer", "officer", "supporter")] == [False, True, True]
    with pytest.raises(NotFound):
        world.write(share_case, "foreign_officer", ShareCase(case, "members"))


def test_the_prefecture_alone_does_not_widen_what_a_town_agreed_to(library: Library, world: World) -> None:
    """Before it is out the town is asked again; afterwards only the town opens it to more."""
    case = library.draft()
    library.on(submit_case, case, "officer")
    library.on(approve_case, case, "manager")  # for the town and the DX section
    world.write(share_case, "supporter", ShareCase(case, "members"))
    with pytest.raises(Conflict):
        library.on(publish_case, case, "supporter")
    world.write(approve_case, "manager", ApproveCase(case, 1, "town"))
    library.on(publish_case, case, "supporter")
    for who in ("supporter", "lead"):
        with pytest.raises(ValidationFailed):
            world.write(share_case, who, ShareCase(case, "members"))
    assert not readable(world, case, "foreign_officer")
    world.write(share_case, "supporter", ShareCase(case, "dx"))
    world.write(share_case, "manager", ShareCase(case, "members"))
    assert readable(world, case, "foreign_officer")


def test_that_it_has_changed_stands_before_readers_until_the_next_version(library: Library, world: World) -> None:
    case, reader = library.published(), world.client("foreign_officer")
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    world.write(confirm_case, "officer", ConfirmCase(case, "changed"))
    for page in ("", "/print", "/leader"):
        assert "変更があったと、問合せ先から回答がありました" in reader.text_of(f"/cases/{case}{page}"), page
    assert "変更ありと回答" in reader.text_of("/cases?freshness=changed")
    library.save(case, lessons="いまのやり方")
    library.publish(case)
    assert "変わったと" not in reader.text_of(f"/cases/{case}")


def test_ending_leaves_a_draft_alone_and_does_not_put_it_out(library: Library, world: World) -> None:
    case = library.published()
    library.save(case, lessons="まだ同意のない文章")
    world.write(end_case, "manager", EndCase(case, "終わった。"))
    found = library.case(case)
    assert (found.status, found.published_version, found.version) == ("review", 1, 3)
    library.on(publish_case, case, "supporter")
    found = library.case(case)
    assert (found.status, found.published_version, found.version) == ("ended", 3, 3)
    assert library.content(case).lessons == ""
    assert library.content(case).ended_on == f"{clock.japan_today():%Y-%m}"
    assert "まだ同意のない文章" not in world.client("foreign_officer").text_of(f"/cases/{case}")
    assert "まだ同意のない文章" in world.client("officer").text_of(f"/cases/{case}?version=2")


def test_an_ended_case_stays_with_its_reason(library: Library, world: World) -> None:
    case, manager = library.published(), world.client("manager")
    assert f"/cases/{case}/end" in manager.get(f"/cases/{case}").text
    with pytest.raises(ValidationFailed):
        world.write(end_case, "manager", EndCase(case, ""))
    world.write(end_case, "manager", EndCase(case, "広域の仕組みに移った。"))
    library.on(publish_case, case, "supporter")
    found = library.case(case)
    assert (found.status, found.stage, found.ended_reason) == ("ended", "終了", "広域の仕組みに移った。")
    for language in ("ja", "en"):
        manager.post_form("/language", language=language)
        assert f"/cases/{case}/end" not in manager.get(f"/cases/{case}").text, language  # nobody ends it twice
    assert readable(world, case, "foreign_officer")


def test_the_holder_of_the_contact_says_that_it_still_runs(library: Library, world: World) -> None:
    case = library.published()
    with pytest.raises(Forbidden):
        world.write(confirm_case, "officer", ConfirmCase(case, "running"))
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    later = clock.utc_now() + timedelta(days=200)
    clock.set_source(lambda: later)
    world.write(confirm_case, "officer", ConfirmCase(case, "running"))
    assert library.case(case).last_confirmed_on == clock.japan_today()
    world.write(confirm_case, "officer", ConfirmCase(case, "ended", "やめました。"))
    assert (library.case(case).status, library.content(case).stage) == ("review", "終了")


def test_a_case_is_asked_about_as_often_as_its_people_chose(library: Library, world: World) -> None:
    """List, facet, page and home agree on it, whatever the interval is."""
    case, reader = library.published(), world.client("foreign_officer")
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    for months in (0, 5, 1200):
        with pytest.raises(ValidationFailed):
            world.write(settle_interval, "officer", SettleInterval(case, months))
    for who in ("foreign_officer", "bureau"):
        with pytest.raises((NotFound, Forbidden)):
            world.write(settle_interval, who, SettleInterval(case, 12))
    start = clock.utc_now()
    for months, days, words in ((3, 95, "3か月ごと"), (12, 370, "1年ごと"), (24, 735, "2年ごと")):
        clock.set_source(None)
        world.client("officer").post_form(f"/cases/{case}/interval", months=str(months))
        page = reader.text_of(f"/cases/{case}")
        assert f"{words}に団体へ確認します" in page
        for late, now in ((False, start + timedelta(days=days - 15)), (True, start + timedelta(days=days))):
            clock.set_source(lambda now=now: now)
            with world.store.read() as session:
                waits = [item.case.id for item in cases_to_confirm(session, world.actor("officer"))]
                total = list_cases(session, world.actor("foreign_officer"), wanted_of("", {"freshness": ["overdue"]}))
            assert (waits == [case], total.total == 1) == (late, late), (months, now)
            assert ("確認の期限を過ぎています" in page_of(world, case)) == late


def page_of(world: World, case: int) -> str:
    return world.client("foreign_officer").text_of(f"/cases/{case}")


def test_the_first_interval_is_the_configured_one(library: Library, world: World, app: Flask) -> None:
    assert library.case(library.draft()).confirm_every_months == 6
    app.extensions["hub.db"].settings["confirm_months"] = 12
    assert library.case(library.draft()).confirm_every_months == 12


def ended_news(world: World, case: int, *people: str) -> list[str]:
    """Who of these sees on the home page and in the 通知 that the case has ended, and has it counted."""
    found = []
    for who in people:
        browser = world.client(who)
        shown = [f"/cases/{case}/ending" in browser.get(page).text for page in ("/", "/inbox")]
        with world.store.read() as session:
            counted = session.scalar(sa.select(count_endings(world.actor(who)))) > 0
        assert len({*shown, counted}) == 1, who
        assert not counted or browser.get_json("/inbox/count").json["count"] > 0
        found += [who] if all(shown) else []
    return found


EVERYBODY = ("officer", "manager", "supporter", "lead", "foreign_officer", "bureau")


def test_that_a_practice_has_ended_is_told_to_both_sides(library: Library, world: World) -> None:
    case = library.published()
    with pytest.raises(Conflict):
        world.write(acknowledge_end, "manager", HearEnding(case))
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    world.client("officer").post_form(f"/cases/{case}/confirm", answer="ended", reason="広域の仕組みに移った。")
    assert ended_news(world, case, *EVERYBODY) == ["manager", "supporter", "lead"]
    assert "広域の仕組みに移った。" in world.client("manager").text_of("/inbox")
    with world.store.read() as session:
        said = session.execute(sa.select(FeedEvent.stream, FeedEvent.data).where(FeedEvent.type == "inbox:changed"))
        told = [stream for stream, data in said if data["kind"] == "ended"]
    assert sorted(told) == sorted(f"user:{world.staff_id(who)}" for who in ("manager", "supporter", "lead"))
    with pytest.raises(Forbidden):
        world.write(acknowledge_end, "officer", HearEnding(case))
    world.client("lead").post_form(f"/cases/{case}/ending")
    assert ended_news(world, case, *EVERYBODY) == ["manager"]
    world.client("manager").post_form(f"/cases/{case}/ending")
    assert ended_news(world, case, *EVERYBODY) == []


@pytest.mark.parametrize(("who", "others"), [("manager", ["supporter", "lead"]), ("supporter", ["manager"])])
def test_the_side_that_ends_it_knows(library: Library, world: World, who: str, others: list[str]) -> None:
    case = library.published()
    world.write(end_case, who, EndCase(case, "終わった。"))
    assert ended_news(world, case, *EVERYBODY) == others


def test_outsiders_are_not_asked(library: Library, world: World) -> None:
    with world.store.transaction() as session:
        outside = Organisation(name="北見市", kind="市", member=False, mail_domains=[])
        session.add(outside)
        session.flush()
        body = outside.id
    case = library.publish(library.draft("supporter", organisation=body))
    assert readable(world, case, "officer")
    with pytest.raises(Forbidden):
        world.write(confirm_case, "lead", ConfirmCase(case, "running"))


def freshness(world: World, case: int) -> list[str]:
    """The facet values under which another town finds the case."""
    reader = world.client("foreign_officer")
    return [value for value in ("ended", "confirmed", "never") if case in shown(reader, f"/cases?freshness={value}")]


def test_a_draft_beside_an_ended_case_does_not_make_it_run_again(library: Library, world: World) -> None:
    case = library.published()
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    world.client("officer").post_form(f"/cases/{case}/confirm", answer="ended", reason="広域の仕組みに移った。")
    library.save(case, lessons="追記")
    assert (library.case(case).status, freshness(world, case)) == ("draft", ["ended"])
    assert ended_news(world, case, *EVERYBODY) == ["manager", "supporter", "lead"]
    assert "に団体へ確認します" not in world.client("foreign_officer").text_of(f"/cases/{case}")
    long_ago = clock.japan_today() - timedelta(days=2_000)
    library.change(sa.update(Case).where(Case.id == case).values(last_confirmed_on=long_ago))
    with world.store.read() as session:
        assert not cases_to_confirm(session, world.actor("officer")).rows
    assert "確認の期限を過ぎています" not in world.client("foreign_officer").text_of(f"/cases/{case}")


@pytest.mark.parametrize("who", ["manager", "supporter"])
def test_a_case_ends_once(library: Library, world: World, who: str) -> None:
    """Neither while the first ending waits for the other side nor when it is out."""
    case = library.published()
    world.write(end_case, "manager", EndCase(case, "広域の仕組みに移った。"))
    with pytest.raises(Conflict):
        world.write(end_case, who, EndCase(case, "別の理由"))
    library.on(publish_case, case, "supporter")
    before = library.case(case)
    with pytest.raises(Conflict):
        world.write(end_case, who, EndCase(case, "別の理由"))
    with pytest.raises(Conflict):
        world.write(confirm_case, "manager", ConfirmCase(case, "ended", "別の理由"))
    found = library.case(case)
    assert (found.version, found.ended_reason) == (before.version, "広域の仕組みに移った。")


@pytest.mark.parametrize(
    ("step", "form"),
    [("withdraw", {}), ("end", {"reason": "終"}), ("public", {"on": "0"}), ("share", {"audience": "town"})],
)
def test_what_the_web_site_still_shows_is_said(library: Library, world: World, step: str, form: dict[str, str]) -> None:
    words, manager = "県のWebサイトには、まだ前の内容が掲載されています", world.client("manager")
    quiet = library.published("閉じた事例")
    manager.post_form(f"/cases/{quiet}/{step}", **form)
    assert words not in manager.text_of(f"/cases/{quiet}")
    case = library.published()
    for side in ("manager", "supporter"):
        world.write(open_to_public, side, OpenToPublic(case, True))
    manager.post_form(f"/cases/{case}/{step}", **form)
    assert words in manager.text_of(f"/cases/{case}")
