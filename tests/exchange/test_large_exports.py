"""Exports of a whole prefecture: read and made some at a time beside the loop, sent as they go."""

import csv
import io
import json
import time
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from hub import pool
from hub.exchange import exporting
from hub.exchange.files import Export
from hub.exchange.rows import COLUMNS
from hub.library.models import Case
from hub.threads.models import Message
from tests.factories import World
from tests.library.conftest import Library, library  # noqa: F401 - a fixture

SLICE_S = 0.1  # of computing in one go; a loaded machine takes longer for it, but computes no longer


class Loop:
    """What the thread that serves everybody computes between the moments at which others get their turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slices: list[float] = []
        self.last = time.thread_time()
        monkeypatch.setattr(pool, "breathe", self.turn)
        run = pool.run

        def beside(work: Any, *args: Any, **kwargs: Any) -> Any:
            self.turn()
            found = run(work, *args, **kwargs)
            self.last = time.thread_time()
            return found

        monkeypatch.setattr(pool, "run", beside)

    def turn(self) -> None:
        self.slices.append(time.thread_time() - self.last)
        self.last = time.thread_time()


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    return Loop(monkeypatch)


@pytest.mark.parametrize("format_", ["csv", "xlsx", "json"])
def test_many_cases_are_read_some_at_a_time_beside_the_loop(
    world: World,
    library: Library,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    format_: str,
) -> None:
    """2.7 to 4.1 s for 5,000 in one go."""
    monkeypatch.setattr(exporting, "PART", 2)
    monkeypatch.setattr("hub.exchange.routes.PART", 2)
    titles = [f"題名{n}" for n in range(7)]
    for title in titles:
        library.published(title=title)
    loop = Loop(monkeypatch)
    answer = world.client("supporter").get(f"/cases/export?format={format_}")
    assert len(loop.slices) >= 1 + 4 + 1  # which cases, four parts of them, the file
    data = answer.get_data()
    if format_ == "json":
        found = [row["title"] for row in json.loads(data)]
    elif format_ == "csv":
        found = [row["title"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    else:
        head, *lines = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
        found = [line[head.index("title")] for line in lines]
    assert found == titles[::-1]


def test_a_case_that_is_narrowed_meanwhile_is_not_in_it(
    world: World,
    library: Library,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = library.published(title="残る"), library.published(title="狭まる")
    read = exporting.ids_to_export

    def then_narrowed(*args: Any, **kwargs: Any) -> list[int]:
        found = read(*args, **kwargs)
        owners = sa.select(Case.owners_id).where(Case.id == second).scalar_subquery()
        library.change(sa.update(Case).where(Case.id == second).values(audience_id=owners))
        return found

    monkeypatch.setattr("hub.exchange.routes.ids_to_export", then_narrowed)
    rows = world.client("foreign_officer").get_json("/cases/export?format=json").json
    assert [row["title"] for row in rows] == ["残る"]
    assert first


def test_a_part_of_an_export_takes_no_longer_than_others_can_wait() -> None:
    """What is put aside and written is a row at a time, whatever the format."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS, "長い文章" * 300) | {"tags": ["札"] * 40}
    for format_ in ("csv", "json"):
        made = Export(format_, COLUMNS, "事例")
        begun = time.thread_time()
        made.add(
            [row | {"effects": [], "kpis": [], "milestones": [], "vendor_products": [], "documents": [], "bases": []}]
        )
        assert time.thread_time() - begun < SLICE_S
        made.write(out := io.BytesIO())
        assert out.getvalue()


def many_messages(world: World, count: int) -> int:
    made = world.thread(world.room)
    with world.store.transaction() as session:
        first = session.scalars(sa.select(Message).where(Message.thread_id == int(made.thread_id))).one()
        values = {c.name: getattr(first, c.name) for c in Message.__table__.columns if c.name not in ("id", "position")}
        session.execute(sa.insert(Message), [values | {"position": n} for n in range(2, count + 1)])
    return int(made.thread_id)


@pytest.mark.parametrize("address", ["/threads/{thread}/print", "/rooms/{room}/export"])
def test_a_long_thread_on_paper_is_sent_as_it_is_made(world: World, loop: Loop, address: str) -> None:
    """0.2 s for the print of 2,000 messages, 0.7 s for a room, in one go."""
    thread = many_messages(world, 1_200)
    browser = world.client("manager")
    loop.turn()
    loop.slices.clear()
    answer = browser.get(address.format(thread=thread, room=world.room))
    assert len(list(answer.response)) > 10
    assert answer.get_data(as_text=True).count('class="sheet__message"') >= 1_200
    assert len(loop.slices) > 50
    assert max(loop.slices) < SLICE_S


def test_what_was_said_once_is_not_said_again_after_a_long_page(world: World) -> None:
    """The session is written before a streamed page is made."""
    made = world.thread(world.room)
    browser = world.client("manager")
    with browser.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "一度だけ")]
    assert "一度だけ" in browser.get(f"/threads/{made.thread_id}/print").text
    assert "一度だけ" not in browser.get(f"/threads/{made.thread_id}/print").text
