"""Moving the ball of a consultation by hand, and who learns of it."""

from datetime import date

import pytest

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.threads.consultations.models import Consultation
from hub.threads.consultations.passing import PassTurn, pass_turn
from hub.threads.consultations.services import Settle, settle
from tests.factories import Posted, World
from tests.threads.test_turns import hold_together, sides, turns

WORDS = "仕様を確認しています"


@pytest.fixture
def asked(world: World) -> Posted:
    return world.thread(world.room, "consultation")


def put_outside(world: World, asked: Posted, who: str = "supporter", name: str = "ベンダー") -> None:
    command = PassTurn(asked.thread_id, "outside", WORDS, outside=name, expected_on=date(2030, 4, 1))
    world.write(pass_turn, who, command)


@pytest.mark.parametrize("who", ["foreign_officer", "admin", "bureau", "guest"])
def test_who_may_not_read_finds_nothing(world: World, asked: Posted, who: str) -> None:
    with pytest.raises(NotFound):
        world.write(pass_turn, who, PassTurn(asked.thread_id, "asking", WORDS))


def test_a_neighbour_who_reads_along_may_not_move_it(world: World) -> None:
    asked = world.thread(world.commons, "consultation", by="officer")
    with pytest.raises(Forbidden):
        world.write(pass_turn, "foreign_officer", PassTurn(asked.thread_id, "asking", WORDS))
    page = world.client("foreign_officer").get(f"/threads/{asked.thread_id}/turns")
    assert page.status_code == 200
    assert f'action="/threads/{asked.thread_id}/turns"' not in page.text


def test_a_talk_has_no_turns(world: World) -> None:
    talk = world.thread(world.room)
    with pytest.raises(ValidationFailed):
        world.write(pass_turn, "officer", PassTurn(talk.thread_id, "asking", WORDS))
    assert world.client("officer").get(f"/threads/{talk.thread_id}/turns").status_code == 404
    assert "data-turn=" not in world.client("officer").get(f"/threads/{talk.thread_id}").text


def test_what_is_closed_is_opened_first(world: World, asked: Posted) -> None:
    world.write(settle, "officer", Settle(asked.thread_id, "closed", "solved"))
    with pytest.raises(ValidationFailed):
        world.write(pass_turn, "officer", PassTurn(asked.thread_id, "answering", WORDS))
    assert "次に対応する側を変更する" not in world.client("officer").get(f"/threads/{asked.thread_id}/turns").text


@pytest.mark.parametrize("field", ["reason", "outside"])
def test_it_needs_words_and_outside_a_name(world: World, asked: Posted, field: str) -> None:
    typed = {"reason": WORDS, "outside": "ベンダー", field: " "}
    with pytest.raises(ValidationFailed) as refused:
        world.write(pass_turn, "officer", PassTurn(asked.thread_id, "outside", **typed))
    assert list(refused.value.fields) == [field]
    assert len(turns(world, asked)) == 1


@pytest.mark.parametrize(
    ("to", "state", "side"), [("asking", "answered", "municipality"), ("answering", "open", "prefecture")]
)
def test_to_one_of_the_sides(world: World, asked: Posted, to: str, state: str, side: str) -> None:
    put_outside(world, asked)
    world.write(pass_turn, "officer", PassTurn(asked.thread_id, to, "電話で確認済み"))
    assert sides(world, asked)[-1] == (state, side, "hand")
    newest = turns(world, asked)[-1]
    assert (newest.words, newest.outside, newest.expected_on, newest.staff_id) == (
        "電話で確認済み",
        "",
        None,
        world.officer,
    )
    hold_together(world, asked)


@pytest.mark.parametrize(("who", "state"), [("supporter", "open"), ("officer", "answered")])
def test_who_asks_outside_waits_for_the_answer_in_their_own_place(
    world: World, asked: Posted, who: str, state: str
) -> None:
    put_outside(world, asked, who)
    newest = turns(world, asked)[-1]
    assert (newest.state, newest.side, newest.outside, newest.expected_on) == (
        state,
        "outside",
        "ベンダー",
        date(2030, 4, 1),
    )
    hold_together(world, asked)


def test_while_outside_is_asked_an_unanswered_question_has_waited_since_it_was_asked(
    world: World, asked: Posted
) -> None:
    with world.store.read() as session:
        began = session.get_one(Consultation, asked.thread_id).changed_at
    put_outside(world, asked)
    with world.store.read() as session:
        assert session.get_one(Consultation, asked.thread_id).changed_at == began


def test_a_further_word_leaves_it_outside_and_an_answer_does_not(world: World, asked: Posted) -> None:
    put_outside(world, asked)
    world.message(asked, "資料を追加します")
    assert sides(world, asked)[-1][1] == "outside"
    world.message(asked, by="supporter")
    assert sides(world, asked)[-1] == ("answered", "municipality", "answered")
    hold_together(world, asked)


def test_moving_it_where_it_is_begins_no_turn(world: World, asked: Posted) -> None:
    world.write(pass_turn, "officer", PassTurn(asked.thread_id, "answering", WORDS))
    assert len(turns(world, asked)) == 1


def test_the_pages_say_so_to_the_town(world: World, asked: Posted) -> None:
    supporter, officer = world.client("supporter"), world.client("officer")
    address = f"/threads/{asked.thread_id}/turns"
    answer = supporter.post_form(address, to="outside", outside="ベンダー", expected_on="2030-04-01", reason=WORDS)
    assert answer.status_code == 303
    for said in ("外部に確認中：ベンダー", "2030年4月1日"):
        assert said in officer.get(f"/threads/{asked.thread_id}").text
    for said in ("外部に確認中：ベンダー", "2030年4月1日", WORDS, "次の対応：県DX担当", "相談の投稿"):
        assert said in officer.get(address).text
    listed = officer.get(address, headers={"Accept": "application/json"}).json["html"]
    assert "外部に確認中：ベンダー" in listed
    assert "<form" not in listed


def test_what_looks_like_personal_data_is_asked_about_first(world: World, asked: Posted) -> None:
    typed = {"to": "asking", "reason": "090-1234-5678 に電話"}
    page = world.client("supporter").post_form(f"/threads/{asked.thread_id}/turns", **typed)
    assert "090-1234-5678" in page.text
    assert len(turns(world, asked)) == 1
