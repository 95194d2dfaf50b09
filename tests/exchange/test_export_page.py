"""The list as a file: what one may read, with the filters kept."""

import csv
import io
import json

import pytest
import sqlalchemy as sa

from hub.records.models import AuditEntry
from tests.factories import World
from tests.library.conftest import Library, library  # noqa: F401 - a fixture
from tests.search.finding import index


def rows(world: World, who: str, query: str = "") -> list[str]:
    answer = world.client(who).get(f"/cases/export?format=json&{query}")
    assert answer.status_code == 200
    return sorted(row["title"] for row in json.loads(answer.data))


def test_everybody_gets_what_they_may_read(world: World, library: Library) -> None:  # noqa: F811
    library.published(title="みんなの")
    library.publish(library.draft(title="町の"), "town")
    library.draft(title="下書き")
    both, one = ["みんなの", "町の"], ["みんなの"]
    expected = {"officer": both, "supporter": both, "foreign_officer": one, "guest": []}
    assert {who: rows(world, who) for who in expected} == expected


def test_filters_are_kept(world: World, library: Library) -> None:  # noqa: F811
    library.published(title="実装の", stage="実装", fields=["防災"])
    library.published(title="実証の", stage="実証")
    index(world)
    assert rows(world, "officer", "stage=実装") == ["実装の"]
    assert rows(world, "officer", "q=実証") == ["実証の"]
    page = world.client("officer").get("/cases?stage=実装").text
    assert "/cases/export?format=csv&amp;stage=%E5%AE%9F%E8%A3%85" in page
    for strange in ("q=%25", "field=x", "band=999999999999999999999", "tag=" + "x" * 500):
        rows(world, "officer", strange)


def test_a_published_version_goes_out_and_no_draft_of_it(world: World, library: Library) -> None:  # noqa: F811
    case = library.published(lessons="公開した学び")
    library.save(case, lessons="書きかけの学び")
    text = world.client("officer").get("/cases/export?format=json").text
    assert "公開した学び" in text
    assert "書きかけ" not in text


@pytest.mark.parametrize("format_", ["csv", "xlsx", "json"])
def test_files_have_japanese_names_and_are_written_down(world: World, library: Library, format_: str) -> None:  # noqa: F811
    library.published(title="=1+1", lessons="@SUM(A1)")
    answer = world.client("officer").get(f"/cases/export?format={format_}")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=cases-")
    assert "filename*=UTF-8''%E4%BA%8B%E4%BE%8B-" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with world.store.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "case.exported")).one()
    assert (entry.actor_id, entry.detail) == (world.officer, {"format": format_, "rows": 1})
    if format_ == "csv":
        assert answer.data.startswith(b"\xef\xbb\xbf")
        cells = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1]
        assert "'=1+1" in cells
        assert "'@SUM(A1)" in cells


def test_another_format_is_not_there(world: World) -> None:
    assert world.client("officer").get("/cases/export?format=exe").status_code == 404
