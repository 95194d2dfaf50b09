"""Taking cases in through the page: look, then say yes; one fault and nothing is taken."""

import json
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from hub.exchange.models import ImportFile
from hub.library.models import Case
from hub.records.models import AuditEntry
from tests.factories import World

ROW = {"id": "a", "title": "書かない窓口", "organisation": "北見市", "approach": "した。"}
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}"


def send(world: World, who: str, name: str, *rows: dict[str, Any] | str) -> Any:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    browser = world.client(who)
    file = (BytesIO("\n".join(lines).encode()), name)
    return browser, browser.post_form("/cases/import", file=file)


def titles(world: World) -> list[str]:
    with world.store.read() as session:
        return list(session.scalars(sa.select(Case.title).order_by(Case.id)))


def file_id(world: World) -> int:
    with world.store.read() as session:
        return session.scalars(sa.select(ImportFile.id)).one()


def test_towns_take_nothing_in(world: World) -> None:
    for who in ("officer", "manager", "bureau", "guest"):
        assert send(world, who, "a.jsonl", ROW)[1].status_code == 403
    assert titles(world) == []


def test_every_fault_is_shown_with_its_row_and_nothing_is_kept(world: World) -> None:
    _browser, answer = send(world, "supporter", "a.jsonl", ROW, {"id": "b"}, ROW, "{ broken", ROW | {"id": HOSTILE * 9})
    assert answer.status_code == 422
    for words in ("2行め", "3行め: 同じid(a)の行がほかにもあります。", "4行め", "5行め", "何も取り込んでいません"):
        assert words in answer.text
    assert "<script>alert" not in answer.text
    for name, content in (("a.pdf", "x"), ("a.xlsx", "no workbook"), ("", ""), ("a.csv", ""), ("../../a.json", "null")):
        assert send(world, "supporter", name, content)[1].status_code == 422, name
    with world.store.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(ImportFile)).scalar_one() == 0


def test_look_then_yes(world: World) -> None:
    browser, page = send(world, "supporter", "a.jsonl", ROW, ROW | {"id": "b", "title": HOSTILE})
    assert page.status_code == 200
    assert "まだ何も取り込んでいません。" in page.text
    assert "&lt;script&gt;" in page.text
    assert titles(world) == []
    assert browser.post_form(f"/cases/import/{file_id(world)}", publish="1").status_code == 303
    assert titles(world) == ["書かない窓口", HOSTILE]
    assert "書かない窓口" in world.client("officer").text_of("/cases")
    with world.store.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "case.imported")).one()
    assert entry.actor_id == world.supporter
    again = send(world, "supporter", "a.jsonl", ROW)[1]
    assert "前と同じ(何もしない) 1" in again.text


def test_a_file_is_its_sender_s_alone_and_goes_when_refused(world: World) -> None:
    browser, _page = send(world, "supporter", "a.jsonl", ROW)
    kept = file_id(world)
    for path in (f"/cases/import/{kept}", f"/cases/import/{kept}/removal"):
        assert world.client("lead").post_form(path).status_code == 404
    assert browser.post_form(f"/cases/import/{kept}/removal").status_code == 303
    assert browser.post_form(f"/cases/import/{kept}").status_code == 404
    assert titles(world) == []


def test_too_many_rows_are_a_matter_for_the_command_line(world: World) -> None:
    rows = [ROW | {"id": str(n)} for n in range(501)]
    answer = send(world, "supporter", "a.jsonl", *rows)[1]
    assert answer.status_code == 422
    assert "cases import" in answer.text
