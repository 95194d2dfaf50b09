"""Every municipality has its own square."""

import csv

import pytest

from hub.charts.tiles import short_name
from hub.config import ROOT
from hub.library.wording import state_letters
from hub.people.models import Organisation
from hub.spreading.tilemap import MOST_COLUMNS, Map, tiles
from tests.factories import World
from tests.spreading.world import adoption_of, case_of


def bodies() -> list[Organisation]:
    with (ROOT / "hub/demo/data/municipalities.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] != "県"]
    return [Organisation(id=n, code=row["code"], name=row["name"]) for n, row in enumerate(rows)]


def test_all_35_have_a_place_of_their_own_and_their_neighbours_are_near() -> None:
    found = {tile.body.name: (tile.column, tile.row) for tile in tiles(bodies(), {})}
    assert len(found) == len(set(found.values())) == 35
    assert max(column for column, _row in found.values()) < MOST_COLUMNS
    for west, east in (("嬬恋村", "前橋市"), ("高崎市", "太田市"), ("太田市", "館林市"), ("館林市", "板倉町")):
        assert found[west][0] < found[east][0]
    for north, south in (("みなかみ町", "沼田市"), ("沼田市", "前橋市"), ("前橋市", "玉村町"), ("藤岡市", "")):
        assert not south or found[north][1] < found[south][1]


def test_bodies_without_a_place_come_below_and_lose_nothing() -> None:
    invented = [Organisation(id=1_000 + n, code=None, name=f"架空町{n}") for n in range(23)]
    found = tiles([*invented, *bodies()], {1_000: "印"})
    assert len({(tile.column, tile.row) for tile in found}) == 58
    assert [tile.body.name for tile in found if tile.mark] == ["架空町0"]
    assert min(tile.row for tile in found if tile.body.id >= 1_000) > max(t.row for t in found if t.body.id < 1_000)


def test_the_picture_has_room_for_every_square_and_a_name_for_a_phone() -> None:
    picture = Map(tiles([Organisation(id=1_000 + n, code=None, name=f"架空町{n}") for n in range(100)] + bodies(), {}))
    width, height = picture.size
    assert len({tile.corner for tile in picture.tiles}) == 100 + len(bodies())
    assert max(tile.corner[0] for tile in picture.tiles) < width
    assert max(tile.corner[1] for tile in picture.tiles) < height
    assert max(len(line) for tile in picture.tiles for line in tile.lines) <= 3
    assert picture.count("state")[""] == len(picture.tiles)
    assert Map([]).size > (0, 0)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("前橋市", ["前橋"]),
        ("みなかみ町", ["みな", "かみ"]),
        ("津市", ["津市"]),
        ("架空町A", ["架空", "町A"]),
        ("", [""]),
    ],
)
def test_names_are_short(name: str, lines: list[str]) -> None:
    assert short_name(name) == lines


def test_the_map_says_the_same_as_the_table_without_colour(world: World) -> None:
    case = case_of(world, world.prefecture)
    adoption_of(world, case, world.town, "adapted", changes="平日だけにした")
    page = world.client("foreign_officer").get(f"/cases/{case}/spread").text
    assert f'href="#row-{world.town}"' in page
    assert f'id="row-{world.town}"' in page
    assert "<title>吉岡町 改変して採用</title>" in page
    assert 'aria-label="榛東村 記録なし（自団体）"' in page
    assert "記録のない市町村：1団体" in page
    with world.app.test_request_context():
        assert len(set(state_letters().values())) == 6
