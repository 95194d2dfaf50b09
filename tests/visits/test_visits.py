"""視察: asked for, answered, and its answers kept with the case."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hub import clock
from hub.clock import japan_today, start_of_japan_day
from hub.errors import Closed, Conflict, Forbidden, NotFound, ValidationFailed
from hub.library.commands import PauseQuestions, ShareCase
from hub.library.services.asking import pause_questions
from hub.library.services.published import share_case
from hub.visits.commands import AcceptVisit, DeclineVisit, FinishVisit, RequestVisit, WithdrawVisit
from hub.visits.models import Visit
from hub.visits.services import accept_visit, decline_visit, finish_visit, request_visit, withdraw_visit
from tests.factories import World
from tests.library.conftest import Library


def day(after: int) -> date:
    return japan_today() + timedelta(days=after)


def ask(world: World, case: int, who: str = "foreign_officer", **more: object) -> int:
    fields = {"purpose": "窓口の動きを見たい。", "headcount": 3, "first": day(10), "second": day(12)} | more
    command = RequestVisit(case_id=case, client_id=world.new_id(), **fields)
    return int(world.write(request_visit, who, command).data["visit_id"])


def visit(world: World, id_: int) -> Visit:
    with world.store.read() as session:
        return session.get_one(Visit, id_)


def test_who_cannot_ask(library: Library, world: World) -> None:
    case, narrow = library.published(), library.published(title="町だけ")
    world.write(share_case, "manager", ShareCase(narrow, "town"))
    for who in ("officer", "supporter"):  # one's own case; the prefecture visits by other ways
        with pytest.raises(Forbidden):
            ask(world, case, who)
    for wrong in (narrow, library.draft(title="下書き"), 999):
        with pytest.raises(NotFound):
            ask(world, wrong)
    with pytest.raises(ValidationFailed):
        ask(world, case, first=day(-1))
    with pytest.raises(ValidationFailed):
        ask(world, case, purpose=" ")
    world.write(pause_questions, "officer", PauseQuestions(case, day(3)))
    with pytest.raises(Closed):
        ask(world, case)
    with world.store.read() as session:
        assert session.scalars(sa.select(Visit)).all() == []


def test_only_the_two_sides_and_the_dx_section_read_it(library: Library, world: World) -> None:
    id_ = ask(world, library.published())
    for who, status in (("foreign_officer", 200), ("officer", 200), ("supporter", 200), ("guest", 403), ("admin", 403)):
        assert world.client(who).get(f"/visits/{id_}").status_code == status, who
    assert "窓口の動きを見たい。" in world.client("officer").text_of(f"/visits/{id_}/print")
    assert "申込みに回答する" not in world.client("foreign_officer").text_of(f"/visits/{id_}")


def test_asked_accepted_done_and_its_answers_stay_with_the_case(library: Library, world: World) -> None:
    case = library.published()
    id_ = ask(world, case)
    assert "視察の申込みに回答する" in world.client("officer").text_of("/")
    with pytest.raises(NotFound):
        world.write(accept_visit, "foreign_officer", AcceptVisit(id_, day(10)))
    world.write(accept_visit, "officer", AcceptVisit(id_, day(10), "お待ちしています。"))
    assert "お待ちしています。" in world.client("foreign_officer").text_of(f"/visits/{id_}")
    with pytest.raises(Conflict):
        world.write(finish_visit, "officer", FinishVisit(id_, "まだ早い"))
    then = start_of_japan_day(day(11))
    clock.set_source(lambda: then)
    world.write(finish_visit, "officer", FinishVisit(id_, "問い: 何台ですか。\n答え: 5台です。"))
    page = world.client("foreign_officer").text_of(f"/cases/{case}")
    assert "答え: 5台です。" in page
    reader = world.client("manager").text_of(f"/cases/{case}")
    assert "答え: 5台です。" in reader
    assert visit(world, id_).state == "done"


def test_declining_needs_words_and_withdrawing_ends_it(library: Library, world: World) -> None:
    case = library.published()
    id_, other = ask(world, case), ask(world, case)
    with pytest.raises(ValidationFailed):
        world.write(decline_visit, "officer", DeclineVisit(id_, ""))
    world.write(decline_visit, "officer", DeclineVisit(id_, "年度末は受けられません。"))
    with pytest.raises(Conflict):
        world.write(accept_visit, "officer", AcceptVisit(id_, day(10)))
    with pytest.raises(Forbidden):
        world.write(withdraw_visit, "officer", WithdrawVisit(other))
    world.write(withdraw_visit, "foreign_officer", WithdrawVisit(other))
    with pytest.raises(Conflict):
        world.write(accept_visit, "officer", AcceptVisit(other, day(10)))


def test_the_title_goes_when_the_case_may_no_longer_be_read(library: Library, world: World) -> None:
    case = library.published(title="秘密になる題名")
    id_ = ask(world, case)
    world.write(share_case, "manager", ShareCase(case, "town"))
    visitor = world.client("foreign_officer")
    for path in ("/visits", f"/visits/{id_}", f"/visits/{id_}/print"):
        assert "秘密になる題名" not in visitor.get(path).text, path
        assert "今は読めない事例" in visitor.text_of(path)


def test_the_form_keeps_what_was_typed(library: Library, world: World) -> None:
    case, visitor = library.published(), world.client("foreign_officer")
    wrong = visitor.post_form(
        f"/cases/{case}/visits", purpose="残る目的", headcount="2", first="2020-01-01", client_id=world.new_id()
    )
    assert wrong.status_code == 422
    assert "残る目的" in wrong.text
    sent = visitor.post_form(
        f"/cases/{case}/visits",
        purpose="<b>見たい</b>",
        headcount="2",
        first=day(5).isoformat(),
        client_id=world.new_id(),
    )
    assert sent.status_code == 303
    assert "&lt;b&gt;見たい" in visitor.get(sent.location).text
