"""What the forms for the readers of a case show: what is set, what was typed, and never more than somebody chose."""

import re

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden
from hub.library.commands import ApproveCase, ShareCase, SubmitCase
from hub.library.models import Case
from hub.library.services.published import share_case
from hub.library.services.workflow import approve_case, publish_case, submit_case
from tests.factories import World
from tests.library.conftest import Library


def form_in(page: str, case: int, step: str) -> str:
    return page.partition(f'action="/cases/{case}/{step}"')[2].partition("</form>")[0]


def selected(page: str, case: int, step: str) -> list[str]:
    return re.findall(r'<option value="([^"]*)" selected', form_in(page, case, step))


@pytest.mark.parametrize(("step", "form"), [("approve", {"version": "1"}), ("share", {})])
def test_what_was_refused_stays_chosen(library: Library, world: World, step: str, form: dict[str, str]) -> None:
    """「選んだ市町村」 without any is refused; the next press must not mean all."""
    case, manager = library.draft(), world.client("manager")
    library.on(submit_case, case, "officer")
    answer = manager.post_form(f"/cases/{case}/{step}", audience="bodies", **form)
    assert (answer.status_code, selected(answer.text, case, step)) == (422, ["bodies"])
    answer = manager.post_form(f"/cases/{case}/{step}", audience="circle:999", **form)
    assert (answer.status_code, len(selected(answer.text, case, step))) == (422, 1)  # not the browser's first


@pytest.mark.parametrize("audience", ["town", "dx", "members"])
def test_what_the_writer_chose_is_what_the_manager_is_asked(library: Library, world: World, audience: str) -> None:
    case, manager = library.draft(), world.client("manager")
    library.on(submit_case, case, "officer")
    assert selected(manager.get(f"/cases/{case}").text, case, "approve") == ["members"]  # nobody has chosen
    going = manager.text_of(f"/cases/{case}/outgoing")
    assert "読める人がまだ選ばれていません" in going
    assert "参加するすべての団体" in going or "榛東村の職員" in going
    world.write(share_case, "officer", ShareCase(case, audience))
    assert selected(manager.get(f"/cases/{case}").text, case, "approve") == [audience]
    going = manager.text_of(f"/cases/{case}/outgoing")
    assert "読める人がまだ選ばれていません" not in going


def test_a_manager_who_submits_agrees_to_the_readers_that_the_form_shows(library: Library, world: World) -> None:
    case, manager = library.draft("manager"), world.client("manager")
    page = manager.get(f"/cases/{case}").text
    assert selected(page, case, "submit") == ["members"]
    refused = manager.post_form(f"/cases/{case}/submit", version="1", audience="bodies")
    assert (refused.status_code, library.case(case).status) == (422, "draft")
    assert selected(refused.text, case, "submit") == ["bodies"]
    assert 'href="#field-bodies"' in refused.text
    assert 'id="field-bodies"' in form_in(refused.text, case, "submit")
    assert manager.post_form(f"/cases/{case}/submit", version="1", audience="members").status_code == 303
    library.on(publish_case, case, "supporter")
    assert world.client("foreign_officer").get(f"/cases/{case}").status_code == 200


def test_an_officer_who_submits_chooses_nobody(library: Library, world: World) -> None:
    case = library.draft()
    assert 'name="audience"' not in form_in(world.client("officer").get(f"/cases/{case}").text, case, "submit")
    with pytest.raises(Forbidden):
        world.write(submit_case, "officer", SubmitCase(case, 1, "members"))
    assert library.case(case).audience_id == library.case(case).owners_id


def test_whoever_publishes_sees_that_nobody_else_would_read(library: Library, world: World) -> None:
    case, words = library.draft(), "今は、この事例の団体と県DX担当だけが読めます"
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, 1, "town"))
    assert words in world.client("supporter").text_of(f"/cases/{case}")
    world.write(approve_case, "manager", ApproveCase(case, 1, "members"))
    assert words not in world.client("supporter").text_of(f"/cases/{case}")


def test_widening_beside_a_newer_draft_says_which_version_is_opened(library: Library, world: World) -> None:
    case, words = library.publish(library.draft(), "town"), "公開中の版（1）をすぐに読めるようになります"
    assert words not in world.client("manager").text_of(f"/cases/{case}")
    library.save(case, lessons="追記")
    assert words in world.client("manager").text_of(f"/cases/{case}")
    assert words not in world.client("supporter").text_of(f"/cases/{case}")


def test_readers_that_wait_for_a_version_are_named(library: Library, world: World) -> None:
    case = library.publish(library.draft(), "town")
    library.save(case, lessons="追記")
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, library.case(case).version, "members"))
    page = world.client("supporter").text_of(f"/cases/{case}")
    assert "この版が公開された後に読める人：参加する全団体" in page
    assert "公開範囲：その団体と県DX担当" in page
    assert "今は、この事例の団体" not in page


def test_an_officer_sees_the_word_of_the_manager_and_does_not_take_it_back(library: Library, world: World) -> None:
    case, officer = library.draft(), world.client("officer")
    library.on(submit_case, case, "officer")
    world.write(approve_case, "manager", ApproveCase(case, 1, "public"))
    page = officer.get(f"/cases/{case}").text
    assert selected(page, case, "share") == ["public"]
    assert "公開範囲：参加する全団体（一般公開は、双方の同意がそろい、公開された後に始まります）" in officer.text_of(
        f"/cases/{case}"
    )
    assert officer.post_form(f"/cases/{case}/share", audience="public").status_code == 303
    assert selected(officer.get(f"/cases/{case}").text, case, "share") == ["public"]
    other = library.draft()
    assert 'value="public"' not in form_in(officer.get(f"/cases/{other}").text, other, "share")


def test_a_reason_that_is_too_long_is_not_lost(library: Library, world: World) -> None:
    """Of the contact officer, who has no other form for it."""
    case, reason = library.published(), "長い理由" * 600
    seat = library.duty("officer", world.town)
    library.change(sa.update(Case).where(Case.id == case).values(contact_duty_id=seat))
    for who in ("officer", "manager"):
        answer = world.client(who).post_form(f"/cases/{case}/confirm", answer="ended", reason=reason)
        form = answer.text.partition("<summary>終了しました")[2].partition("</details>")[0]
        assert answer.status_code == 422, who
        assert (reason in form, "2,000文字" in form, answer.text.count(reason)) == (True, True, 1), who
        assert 'href="#ended-reason"' in answer.text
        assert answer.text.count('id="ended-reason"') == 1
        assert "<details open><summary>終了しました" in answer.text
