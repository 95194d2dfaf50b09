"""四半期の一枚 as each side sees it: a municipality its own figures, the DX section all of them, others nothing."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from hub import clock
from hub.audiences.models import Grant
from hub.people.models import Organisation
from hub.rooms.models import Room
from hub.threads.commands import PostMessage
from hub.threads.services.posting import post_message
from tests.factories import World

DX, TOWNS = ("supporter", "lead"), ("officer", "manager", "shared")
OTHERS = ("bureau", "guest", "admin")
SUMMER = "/quarters/2037-2"


def at(month: int, day: int, hour: int, year: int = 2037) -> None:
    moment = datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=9)
    clock.set_source(lambda: moment)


@pytest.fixture
def asked(world: World) -> dict[str, int]:
    """One of each town, asked on 6 July at 9; that of the first is answered at 11."""
    at(7, 6, 9)
    found = {
        "own": world.thread(world.room, "consultation", "自団体の相談").thread_id,
        "foreign": world.thread(world.foreign_room, "consultation", "よその相談", by="foreign_officer").thread_id,
    }
    at(7, 6, 11)
    answer = PostMessage(thread_id=str(found["own"]), body="回答", client_id=world.new_id())
    world.write(post_message, "supporter", answer)
    at(7, 8, 9)
    return found


def figure(page: str, name: str) -> str:
    value = re.search(rf'href="/quarters/2037-2/figures/{name}" aria-label="[^"]*">([^<]+)<', page)
    return value[1] if value else ""


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_has_a_sheet(world: World, asked: dict[str, int], who: str) -> None:
    for address in ("/quarters", SUMMER, f"{SUMMER}/csv", f"{SUMMER}/xlsx", f"{SUMMER}/figures/asked"):
        assert world.client(who).get(address).status_code in (403, 404), address
    assert "/quarters" not in world.client(who).get("/").text


@pytest.mark.parametrize("who", TOWNS)
def test_a_town_sees_its_own_figures_alone(world: World, asked: dict[str, int], who: str) -> None:
    client = world.client(who)
    page = client.get(SUMMER).text
    assert (figure(page, "asked"), figure(page, "answered"), figure(page, "first_answer_median")) == (
        "1",
        "1",
        "2.0時間",
    )
    assert "榛東村" not in page
    assert client.get(f"{SUMMER}/figures/asked/{world.foreign_town}").status_code == 404
    rows = client.get(f"{SUMMER}/figures/asked").text
    assert f'href="/threads/{asked["own"]}"' in rows
    assert f'href="/threads/{asked["foreign"]}"' not in rows
    for format_ in ("csv", "xlsx"):
        assert "榛東村".encode() not in client.get(f"{SUMMER}/{format_}").data
    told = client.get(f"{SUMMER}/csv").data.decode("utf-8-sig")
    assert [line[1] for line in csv.reader(io.StringIO(told))] == ["団体", "吉岡町"]


@pytest.mark.parametrize("who", DX)
def test_the_dx_section_sees_all_of_them(world: World, asked: dict[str, int], who: str) -> None:
    client = world.client(who)
    page = client.get(SUMMER).text
    assert (figure(page, "asked"), figure(page, "answered"), figure(page, "open")) == ("2", "1", "1")
    assert "榛東村" in page
    assert "吉岡町" in page
    theirs = client.get(f"{SUMMER}/figures/open/{world.foreign_town}").text
    assert f'href="/threads/{asked["foreign"]}"' in theirs
    assert f'href="/threads/{asked["own"]}"' not in theirs


def test_a_town_learns_nothing_by_a_room_that_was_opened_to_it(world: World, asked: dict[str, int]) -> None:
    """What a guest of a room may read is no figure of the guest's own body."""
    with world.store.transaction() as session:
        room = session.get_one(Room, world.foreign_room)
        session.add(Grant(audience_id=room.audience_id, staff_id=world.staff_id("officer")))
    assert world.client("officer").get(f"/threads/{asked['foreign']}").status_code == 200
    assert figure(world.client("officer").get(SUMMER).text, "asked") == "1"


def test_the_file_holds_the_figures_as_numbers_and_what_they_mean(world: World, asked: dict[str, int]) -> None:
    with world.store.transaction() as session:
        session.get_one(Organisation, world.foreign_town).name = "=榛東村"
    book = load_workbook(io.BytesIO(world.client("lead").get(f"{SUMMER}/xlsx").data))
    head, total, *lines = book.worksheets[0].iter_rows(values_only=True)
    of = dict(zip(head, total, strict=True))
    assert (of["団体"], of["受けた相談"], of["最初の回答まで（中央値）（時間）"]) == ("全体", 2, 2)
    assert sorted(str(line[1]) for line in lines) == ["'=榛東村", "吉岡町"]
    meanings = dict(book.worksheets[1].iter_rows(values_only=True))
    assert "取消し" in str(meanings["回答予定"])


def test_the_page_of_today_and_of_quarters_that_are_none(world: World, asked: dict[str, int]) -> None:
    supporter = world.client("supporter")
    assert supporter.get("/quarters").location == SUMMER
    assert "途中の四半期です" in supporter.get(SUMMER).text
    assert figure(supporter.get("/quarters/2037-1").text, "asked") == ""
    for wrong in ("2037-3", "2037-5", "x", "2199-1"):
        assert supporter.get(f"/quarters/{wrong}").status_code == 404
    assert supporter.get(f"{SUMMER}/figures/unknown").status_code == 404
    assert supporter.get(f"{SUMMER}/pdf").status_code == 404


def test_many_consultations_behind_a_figure_are_shown_when_asked_for(
    world: World, asked: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.quarters.queries.MOST", 1)
    supporter = world.client("supporter")
    newest, older = asked["foreign"], asked["own"]
    page = supporter.get(f"{SUMMER}/figures/asked").text
    assert [f'href="/threads/{id_}"' in page for id_ in (newest, older)] == [True, False]
    assert f'href="/threads/{older}"' in supporter.get(f"{SUMMER}/figures/asked?all=1").text
