"""特集: chosen by the DX section, seen by everybody as far as they may read."""

import pytest

from hub.errors import Forbidden, NotFound
from hub.library.commands import PutInCollection, SaveCollection, ShareCase, ShowCollection, TakeOutOfCollection
from hub.library.services.collecting import (
    put_in_collection,
    save_collection,
    show_collection,
    take_out_of_collection,
)
from hub.library.services.published import share_case
from tests.factories import World
from tests.library.conftest import Library


def collection(world: World, *cases: int, title: str = "はじめの一歩") -> int:
    made = world.write(save_collection, "lead", SaveCollection(title, "小さく始めた取組です。"))
    id_ = int(made.data["collection_id"])
    for case in cases:
        world.write(put_in_collection, "lead", PutInCollection(id_, case))
    return id_


def test_only_the_dx_section_makes_one(library: Library, world: World) -> None:
    with pytest.raises(Forbidden):
        world.write(save_collection, "manager", SaveCollection("勝手な特集"))
    with pytest.raises(NotFound):
        world.write(put_in_collection, "lead", PutInCollection(99, library.published()))


def test_readers_see_it_once_it_is_out_and_only_what_they_may_read(library: Library, world: World) -> None:
    open_, narrow = library.published(title="みんなの事例"), library.published(title="町だけの事例")
    id_ = collection(world, open_, narrow)
    reader = world.client("foreign_officer")
    assert reader.get(f"/cases/collections/{id_}").status_code == 404
    for page in ("/cases/collections", f"/cases/{open_}"):
        assert "はじめの一歩" not in reader.text_of(page)
    world.write(show_collection, "lead", ShowCollection(id_, True))
    world.write(share_case, "manager", ShareCase(narrow, "town"))
    page = reader.text_of(f"/cases/collections/{id_}")
    assert "小さく始めた取組です。" in page
    assert "みんなの事例" in page
    assert "町だけの事例" not in page
    assert "1件" in reader.text_of("/cases/collections")
    assert "はじめの一歩" in reader.text_of(f"/cases/{open_}")
    world.write(share_case, "manager", ShareCase(open_, "town"))
    assert reader.get(f"/cases/collections/{id_}").status_code == 404
    assert "はじめの一歩" not in reader.text_of("/cases/collections")


def test_the_order_is_that_of_the_section(library: Library, world: World) -> None:
    first, second = library.published(title="あとの事例"), library.published(title="さきの事例")
    id_ = collection(world, first, second)
    world.write(put_in_collection, "lead", PutInCollection(id_, first, position=9, note="読みやすい"))
    page = world.client("lead").text_of(f"/cases/collections/{id_}")
    assert page.index("さきの事例") < page.index("あとの事例")
    assert "読みやすい" in page
    world.write(take_out_of_collection, "lead", TakeOutOfCollection(id_, second))
    assert "さきの事例" not in world.client("lead").text_of(f"/cases/collections/{id_}")
