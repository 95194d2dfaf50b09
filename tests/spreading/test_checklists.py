"""The checklist of a stage."""

import pytest
import sqlalchemy as sa

from hub.errors import Forbidden, NotFound, ValidationFailed
from hub.library.commands import Adopt
from hub.library.services.adopting import adopt_case
from hub.spreading.commands import AddItem, ChangeItem, RetireItem, Tick
from hub.spreading.models import ChecklistItem, ChecklistTick
from hub.spreading.queries import list_items
from hub.spreading.services.checklists import MOST_ITEMS, add_item, change_item, retire_item, tick
from tests.factories import World
from tests.spreading.world import adoption_of, case_of, item_of


def ticks(world: World) -> int:
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(ChecklistTick)).scalar_one()


def test_there_are_sensible_items_for_every_stage(world: World) -> None:
    with world.store.read() as session:
        stages = [item.state for item in list_items(session)]
    assert {stage: stages.count(stage) >= 2 for stage in set(stages)} == dict.fromkeys(
        ("considering", "trial", "adopted", "adapted", "declined", "ended"), True
    )


def test_only_the_body_itself_ticks_and_only_at_its_stage(world: World) -> None:
    case, item = case_of(world, world.prefecture), item_of(world, "trial")
    with pytest.raises(NotFound):  # nothing recorded yet
        world.write(tick, "officer", Tick(case, item, True))
    adoption_of(world, case, world.town, "trial")
    for who, error in (("foreign_officer", NotFound), ("supporter", Forbidden), ("guest", NotFound)):
        with pytest.raises(error):
            world.write(tick, who, Tick(case, item, True))
    with pytest.raises(NotFound):
        world.write(tick, "officer", Tick(case, item_of(world, "adopted"), True))
    for on, expected in ((True, 1), (True, 1), (False, 0)):
        world.write(tick, "officer", Tick(case, item, on))
        assert ticks(world) == expected


def test_the_form_sends_the_whole_stage(world: World) -> None:
    case = case_of(world, world.prefecture)
    adoption_of(world, case, world.town, "declined")
    with world.store.read() as session:
        items = [item.id for item in list_items(session, "declined")]
    officer = world.client("officer")
    officer.post_form(f"/cases/{case}/checklist", shown=items, ticked=items[:1])
    page = officer.text_of(f"/cases/{case}?ours=1")
    assert f"（1 / {len(items)}）" in page
    officer.post_form(f"/cases/{case}/checklist", shown=items, ticked=[])
    assert ticks(world) == 0
    officer.post_form(f"/cases/{case}/checklist", shown=["x", "9" * 40, *items], ticked=["y", items[0]])
    assert ticks(world) == 1


def test_others_do_not_see_the_ticks_but_the_dx_section_does(world: World) -> None:
    case = case_of(world, world.prefecture)
    adoption_of(world, case, world.town, "trial")
    world.write(tick, "officer", Tick(case, item_of(world), True))
    with world.store.read() as session:
        all_ = len(list_items(session, "trial"))
    assert f"1 / {all_}" in world.client("supporter").text_of(f"/cases/{case}/spread")
    assert f"1 / {all_}" not in world.client("foreign_officer").text_of(f"/cases/{case}/spread")


def test_the_dx_section_keeps_the_list(world: World) -> None:
    with pytest.raises(ValidationFailed):
        world.write(add_item, "supporter", AddItem("trial", " "))
    with pytest.raises(ValidationFailed):
        world.write(add_item, "supporter", AddItem("trial", "あ" * 101))
    for n in range(MOST_ITEMS - 4):
        world.write(add_item, "supporter", AddItem("trial", f"項目{n}"))
    with pytest.raises(ValidationFailed):
        world.write(add_item, "supporter", AddItem("trial", "多すぎる"))
    item = item_of(world, "trial")
    world.write(change_item, "lead", ChangeItem(item, "試す前に数える", 99))
    with world.store.read() as session:
        assert list_items(session, "trial")[-1].text == "試す前に数える"
    with pytest.raises(NotFound):
        world.write(change_item, "lead", ChangeItem(999_999, "x", 1))


def test_a_retired_item_stays_where_it_was_ticked(world: World) -> None:
    case, item = case_of(world, world.prefecture), item_of(world, "trial")
    adoption_of(world, case, world.town, "trial")
    world.write(tick, "officer", Tick(case, item, True))
    with world.store.read() as session:
        text = session.get_one(ChecklistItem, item).text
    world.write(retire_item, "supporter", RetireItem(item, True))
    assert text in world.client("officer").text_of(f"/cases/{case}?ours=1")
    world.write(tick, "officer", Tick(case, item, False))
    assert text not in world.client("officer").text_of(f"/cases/{case}?ours=1")


def test_a_state_is_set_in_two_clicks_without_typing(world: World) -> None:
    """Open 「自団体の状況を記録する」, press a button: that is enough, and leads back to the opened part."""
    case = case_of(world, world.prefecture)
    officer = world.client("officer")
    answer = officer.post_form(f"/cases/{case}/adoption", state="considering")
    assert answer.location.endswith(f"/cases/{case}?ours=1#ours")
    page = officer.get(answer.location.partition("#")[0]).text
    assert 'id="ours" open' in page
    assert "の確認項目" in page
    world.write(adopt_case, "officer", Adopt(case, "declined", reason="人手が足りない時期のため"))
    page = world.client("foreign_officer").get(f"/cases/{case}/spread").text
    assert "人手が足りない時期のため" in page
    assert 'pill--neutral">見送り' in page
