"""Every step of a 視察 in every state, on the days that just count and just do not, and what each leaves behind."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import japan_today, start_of_japan_day
from hub.errors import Conflict, Forbidden, ValidationFailed
from hub.library.models import Case
from hub.people.models import Organisation
from hub.records.models import AuditEntry
from hub.visits.commands import AcceptVisit, DeclineVisit, FinishVisit, RequestVisit, WithdrawVisit
from hub.visits.models import Visit
from hub.visits.queries import count_waiting, list_findings
from hub.visits.services import accept_visit, decline_visit, finish_visit, request_visit, withdraw_visit
from tests.factories import World
from tests.library.conftest import Library

Step = Callable[[World, int], object]
STEPS: dict[str, Step] = {
    "accept": lambda world, id_: world.write(
        accept_visit, "officer", AcceptVisit(id_, japan_today(), "お待ちします。")
    ),
    "decline": lambda world, id_: world.write(decline_visit, "officer", DeclineVisit(id_, "都合がつきません。")),
    "withdraw": lambda world, id_: world.write(withdraw_visit, "foreign_officer", WithdrawVisit(id_)),
    "finish": lambda world, id_: world.write(finish_visit, "officer", FinishVisit(id_, "5台です。")),
}
WAYS = {
    "requested": (),
    "accepted": ("accept",),
    "declined": ("decline",),
    "withdrawn": ("withdraw",),
    "done": ("accept", "finish"),
}
TAKEN = {
    "accept": {"requested", "accepted"},
    "decline": {"requested", "accepted"},
    "withdraw": {"requested", "accepted"},
    "finish": {"accepted", "done"},
}
ENDS = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn", "finish": "done"}


def day(after: int) -> date:
    return japan_today() + timedelta(days=after)


def ask(world: World, case: int, who: str = "foreign_officer", **more: object) -> int:
    fields = {"purpose": "窓口の動きを見たい。", "headcount": 3, "first": day(10)} | more
    command = RequestVisit(case_id=case, client_id=world.new_id(), **fields)
    return int(world.write(request_visit, who, command).data["visit_id"])


def at(world: World, case: int, state: str) -> int:
    id_ = ask(world, case)
    for name in WAYS[state]:
        STEPS[name](world, id_)
    assert visit(world, id_).state == state
    return id_


def visit(world: World, id_: int) -> Visit:
    with world.store.read() as session:
        return session.get_one(Visit, id_)


def told(world: World, id_: int) -> tuple[object, ...]:
    row = visit(world, id_)
    return row.state, row.agreed_on, row.reply, row.replier_id, row.replied_at, row.findings, row.changed_at


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_taken_in_its_states_and_for_one_visit(library: Library, world: World, name: str, state: str) -> None:
    case = library.published()
    id_, beside = at(world, case, state), at(world, case, "accepted")
    before, other = told(world, id_), told(world, beside)
    if state in TAKEN[name]:
        STEPS[name](world, id_)
        assert visit(world, id_).state == ENDS[name]
    else:
        with pytest.raises(Conflict):
            STEPS[name](world, id_)
        assert told(world, id_) == before
    assert told(world, beside) == other


def test_what_each_step_leaves_behind(library: Library, world: World) -> None:
    case = library.published()
    id_ = ask(world, case, second=day(12), third=day(10), questions="何台ですか。", online=True)
    asked = visit(world, id_)
    assert asked.proposed_dates == [day(10).isoformat(), day(12).isoformat()]
    assert (asked.headcount, asked.purpose, asked.questions) == (3, "窓口の動きを見たい。", "何台ですか。")
    assert (asked.author_id, asked.online, asked.organisation_id) == (world.foreign_officer, True, world.foreign_town)
    later = clock.utc_now() + timedelta(minutes=5)
    clock.set_source(lambda: later)
    STEPS["accept"](world, id_)
    agreed = visit(world, id_)
    assert (agreed.agreed_on, agreed.reply, agreed.replier_id) == (japan_today(), "お待ちします。", world.officer)
    assert agreed.replied_at == agreed.changed_at == clock.utc_now()
    STEPS["decline"](world, id_)
    assert (visit(world, id_).agreed_on, visit(world, id_).reply) == (None, "都合がつきません。")
    given_up = at(world, case, "accepted")
    STEPS["withdraw"](world, given_up)
    assert visit(world, given_up).agreed_on is None
    with world.store.read() as session:
        query = sa.select(AuditEntry.action, AuditEntry.organisation_id).where(AuditEntry.subject == f"visit:{id_}")
        rows = [tuple(row) for row in session.execute(query.order_by(AuditEntry.id))]
    body = world.foreign_town
    assert rows == [("visit.requested", world.town), ("visit.accepted", body), ("visit.declined", body)]


def test_a_visit_is_asked_for_from_tomorrow_on_and_agreed_from_today_on(library: Library, world: World) -> None:
    case = library.published()
    for first in (day(0), day(-1)):
        with pytest.raises(ValidationFailed):
            ask(world, case, first=first)
    with pytest.raises(ValidationFailed):
        ask(world, case, second=day(0))
    id_ = ask(world, case, first=day(1))
    with pytest.raises(ValidationFailed):
        world.write(accept_visit, "officer", AcceptVisit(id_, day(-1)))
    world.write(accept_visit, "officer", AcceptVisit(id_, day(1)))
    with pytest.raises(Conflict):
        STEPS["finish"](world, id_)
    world.write(accept_visit, "officer", AcceptVisit(id_, day(0)))
    STEPS["finish"](world, id_)


@pytest.mark.parametrize(("field", "most"), [("purpose", 2_000), ("questions", 2_000)])
def test_texts_have_their_limits(library: Library, world: World, field: str, most: int) -> None:
    case = library.published()
    assert getattr(visit(world, ask(world, case, **{field: "あ" * most})), field) == "あ" * most
    with pytest.raises(ValidationFailed):
        ask(world, case, **{field: "あ" * (most + 1)})


def test_only_a_case_that_is_out_and_of_a_body_that_takes_part_is_visited(library: Library, world: World) -> None:
    case = library.published()
    with world.store.transaction() as session:
        session.get_one(Organisation, world.town).member = False
    with pytest.raises(Forbidden):
        ask(world, case)
    with world.store.transaction() as session:
        session.get_one(Organisation, world.town).member = True
        session.get_one(Case, case).published_version = None
        session.get_one(Case, case).owners_id = session.get_one(Case, case).audience_id  # they write in it, say
    with pytest.raises(Forbidden):
        ask(world, case)


def test_what_waits_for_a_body_is_counted_for_that_body(library: Library, world: World) -> None:
    case = library.published()
    ask(world, case)
    today, over = ask(world, case), at(world, case, "accepted")
    at(world, case, "declined")
    world.write(accept_visit, "officer", AcceptVisit(today, day(1)))

    def waiting(who: str) -> int:
        with world.store.read() as session:
            return count_waiting(session, world.actor(who))

    assert [waiting(who) for who in ("officer", "foreign_officer", "supporter")] == [1, 0, 0]
    tomorrow = start_of_japan_day(day(1))
    clock.set_source(lambda: tomorrow)
    assert waiting("officer") == 2  # the day of `over` has passed without an end, that of `today` is not over
    STEPS["finish"](world, over)
    assert waiting("officer") == 1


def test_findings_are_those_of_visits_that_took_place_to_that_case(library: Library, world: World) -> None:
    case, other = library.published(), library.published(title="別の事例")
    at(world, case, "done")
    world.write(finish_visit, "officer", FinishVisit(at(world, case, "accepted"), ""))
    unfinished = at(world, case, "accepted")
    with world.store.transaction() as session:
        session.get_one(Visit, unfinished).findings = "まだ終わっていない"
    with world.store.read() as session:
        assert [finding.text for finding in list_findings(session, case)] == ["5台です。"]
        assert not list_findings(session, other).rows
