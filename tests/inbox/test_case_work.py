"""What cases and 視察 ask of somebody stands in 通知, counts there, and is told to open pages at once. It goes when it
is done, whoever did it."""

from datetime import timedelta

import sqlalchemy as sa

from hub.clock import japan_today
from hub.feed.models import FeedEvent
from hub.library.commands import ReturnCase
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.visits.commands import DeclineVisit, RequestVisit
from hub.visits.services import decline_visit, request_visit
from tests.factories import World
from tests.library.conftest import Library, library

__all__ = ["library"]


def count(world: World, who: str) -> int:
    return int(world.client(who).get_json("/inbox/count").json["count"])


def told(world: World, kind: str) -> set[str]:
    """The streams of those who were told of it."""
    query = sa.select(FeedEvent.stream, FeedEvent.data).where(FeedEvent.type == "inbox:changed")
    with world.store.read() as session:
        return {stream for stream, data in session.execute(query) if data["kind"] == kind}


def streams(world: World, *who: str) -> set[str]:
    return {f"user:{world.staff_id(name)}" for name in who}


def test_a_draft_waits_for_the_manager_then_for_the_dx_section_then_for_nobody(library: Library, world: World) -> None:
    case = library.draft(title="書かない窓口の下書き")
    assert count(world, "manager") == 0
    library.on(submit_case, case, "officer")
    assert [count(world, who) for who in ("manager", "officer", "lead", "foreign_officer")] == [1, 0, 0, 0]
    assert "書かない窓口の下書き" in world.client("manager").text_of("/inbox")
    assert "書かない窓口の下書き" not in world.client("officer").text_of("/inbox")
    assert streams(world, "manager", "supporter", "lead") <= told(world, "case")
    assert not told(world, "case") & streams(world, "foreign_officer", "bureau", "guest", "admin")
    library.on(approve_case, case, "manager")
    assert [count(world, who) for who in ("manager", "lead", "supporter")] == [0, 1, 1]
    assert "書かない窓口の下書き" in world.client("lead").text_of("/inbox")
    library.on(publish_case, case, "supporter")
    assert [count(world, who) for who in ("manager", "lead", "supporter")] == [0, 0, 0]


def test_a_draft_that_is_sent_back_waits_for_those_who_wrote_it(library: Library, world: World) -> None:
    case = library.draft(title="差し戻される下書き")
    library.on(submit_case, case, "officer")
    library.on(approve_case, case, "manager")
    world.write(return_case, "lead", ReturnCase(case, library.case(case).version, "費用を書き足してください。"))
    assert [count(world, who) for who in ("officer", "manager", "lead", "foreign_officer")] == [1, 1, 0, 0]
    assert "差し戻される下書き" in world.client("officer").text_of("/inbox")
    assert streams(world, "officer") <= told(world, "case")
    assert all(count(world, who) == 0 for who in ("bureau", "guest", "admin"))


def test_a_visit_waits_for_its_host_until_it_is_answered(library: Library, world: World) -> None:
    case = library.published()
    before = told(world, "visit")
    request = RequestVisit(
        case_id=case,
        client_id=world.new_id(),
        purpose="窓口の動きを見たい。",
        headcount=3,
        first=japan_today() + timedelta(days=10),
    )
    visit = int(world.write(request_visit, "foreign_officer", request).data["visit_id"])
    assert before == set()
    assert [count(world, who) for who in ("officer", "manager", "foreign_officer", "lead")] == [1, 1, 0, 0]
    assert "視察の申込みに回答する" in world.client("officer").text_of("/inbox")
    assert streams(world, "officer", "manager") <= told(world, "visit")
    assert not told(world, "visit") & streams(world, "lead", "supporter", "bureau")
    world.write(decline_visit, "officer", DeclineVisit(visit, "都合がつきません。"))
    assert [count(world, who) for who in ("officer", "manager")] == [0, 0]
    assert streams(world, "foreign_officer") <= told(world, "visit")
