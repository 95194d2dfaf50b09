"""What goes out comes in again as it was, and adds nothing; no cell is a formula."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from hub.config import ROOT
from hub.exchange.rows import COLUMNS as WRITTEN
from hub.installation import Installation
from hub.library.cells import gathered, joined, split, spread
from hub.library.commands import ShareCase
from hub.library.models import Case, CaseVersion
from hub.library.records import COLUMNS
from hub.library.services.published import share_case
from hub.rooms.services import create_circle
from hub.sheets.guarding import guarded, unguarded
from tests.factories import World
from tests.library.conftest import Library, library  # noqa: F401 - a fixture

DEMO = ROOT / "hub/demo/data/cases.jsonl"
CORPUS = [
    text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    for path in sorted((ROOT / "tests/text/corpus").glob("*.json"))
    for text in json.loads(path.read_text(encoding="utf-8"))
]
FORMULAS = ["=1+1", "+81", "-2", "@SUM(A1)", "\t=1", "'=1", "''=x", "'quoted'", "＝1", "=cmd|' /C calc'!A0", "  字下げ"]


@pytest.fixture
def run(app: Flask) -> Any:
    def run(*words: object) -> Result:
        add = ["--new-organisations"] if words[0] == "import" else []
        return app.test_cli_runner().invoke(args=["hub", "cases", *map(str, words), *add])

    return run


def count(world: World, model: type[Any] = Case) -> int:
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def same(rows: int) -> str:
    counts = {"new": 0, "changed": 0, "same": rows, "kept": 0, "agreed": 0, "waiting": 0}
    return json.dumps(counts) + "\n"


def test_the_columns_are_those_of_the_import() -> None:
    assert set(WRITTEN) == COLUMNS
    assert len(WRITTEN) == len(COLUMNS)


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx"])
def test_the_81_cases_go_out_and_add_nothing_when_they_come_in(
    run: Any, world: World, tmp_path: Path, suffix: str
) -> None:
    run("import", DEMO)
    file = tmp_path / f"cases.{suffix}"
    assert run("export", file).exit_code == 0
    assert run("import", file, "--json").stdout == same(81)
    assert (count(world), count(world, CaseVersion)) == (81, 81)


def test_json_says_everything_that_came_in(run: Any, world: World, tmp_path: Path) -> None:
    run("import", DEMO, "--publish")
    file = tmp_path / "cases.json"
    run("export", file)
    out = {row["id"]: row for row in json.loads(file.read_text(encoding="utf-8"))}
    rows = [json.loads(line) for line in DEMO.read_text(encoding="utf-8").splitlines()]
    assert len(out) == len(rows) > 10
    for row in rows:
        written = {key: out[row["id"]][key] for key in row}
        assert written == row


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx"])
def test_what_people_wrote_is_known_again(
    run: Any,
    world: World,
    library: Library,  # noqa: F811
    tmp_path: Path,
    suffix: str,
) -> None:
    case = library.draft()
    table = [{"metric": "a|b\\", "value": "-54", "unit": "\\|", "as_of": "", "method": "=1", "before": "-62307"}]
    library.save(case, lessons="　字下げ\n=2行目", effects=table, tags=["=tag", "'tag"], products=[{"name": "名|前"}])
    before = library.content(case)
    file = tmp_path / f"cases.{suffix}"
    run("export", file)
    assert run("import", file, "--json").stdout == same(1)
    library.change(sa.update(Case).where(Case.id == case).values(source_key="another"))  # as in another hub
    assert '"new": 1' in run("import", file, "--json").stdout
    with world.store.read() as session:
        assert library.content(session.execute(sa.select(sa.func.max(Case.id))).scalar_one()) == before


def test_hostile_and_long_content_comes_through_every_file(
    run: Any,
    world: World,
    library: Library,  # noqa: F811
    tmp_path: Path,
) -> None:
    texts = [t for t in [*FORMULAS, *CORPUS] if "\ud800" not in t][:300]
    case = library.draft()
    rows = [{"name": (t * 3)[:300], "maker": t[:300], "interest": ""} for t in texts[:40]]
    library.save(case, lessons="\n".join(texts)[:4_000], rules="=HYPERLINK(1)", products=rows, next="x" * 4_000)
    library.save(case, effects=[dict.fromkeys(("metric", "value", "unit", "as_of", "method"), "長" * 300)] * 40)
    for suffix in ("json", "csv", "xlsx"):
        file = tmp_path / f"cases.{suffix}"
        assert run("export", file).exit_code == 0
        assert run("import", file, "--json").stdout == same(1), suffix
    lines = list(csv.reader(io.StringIO((tmp_path / "cases.csv").read_bytes().decode("utf-8-sig"))))
    assert (tmp_path / "cases.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "effects#2" in lines[0]
    cells = [cell for line in lines for cell in line]
    cells += [c.value or "" for row in load_workbook(tmp_path / "cases.xlsx").active.iter_rows() for c in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert max(map(len, cells)) < 32_767
    assert not [
        c for row in load_workbook(tmp_path / "cases.xlsx").active.iter_rows() for c in row if c.data_type == "f"
    ]


@given(st.text(alphabet=st.sampled_from("'=+-@|\\ \t\n#2あ"), max_size=12))
def test_guarding_is_taken_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set("=+-@\t\r")


@given(st.lists(st.text(alphabet=st.sampled_from("|\\ab"), max_size=6), min_size=1, max_size=5))
def test_rows_with_bars_are_split_where_they_were_joined(columns: list[str]) -> None:
    found = split(joined(columns))
    assert found + [""] * (len(columns) - len(found)) == columns or found[: len(columns)] == columns


def test_long_cells_are_continued_and_gathered() -> None:
    lines = [f"{n}" * 300 for n in range(300)]
    cells = spread("effects", lines)
    assert len(cells) > 1
    assert gathered({name: guarded(cell) for name, cell in cells.items()}) == {"effects": "\n".join(lines)}


def test_a_file_of_another_kind_is_refused(run: Any, tmp_path: Path) -> None:
    result = run("export", tmp_path / "cases.pdf")
    assert result.exit_code == 2
    assert not (tmp_path / "cases.pdf").exists()


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx"])
def test_demo_data_say_so_in_every_row_and_come_in_again(
    run: Any,
    world: World,
    tmp_path: Path,
    suffix: str,
) -> None:
    run("import", DEMO)
    with world.store.transaction() as session:
        session.execute(sa.update(Installation).values(demo=True))
    file = tmp_path / f"cases.{suffix}"
    run("export", file)
    mark = "デモ・人物とやりとりは架空"
    if suffix == "json":
        assert {row["demo"] for row in json.loads(file.read_text(encoding="utf-8"))} == {mark}
    elif suffix == "csv":
        assert [row["demo"] for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))] == [mark] * 81
    else:
        head, *lines = load_workbook(file).worksheets[0].iter_rows(values_only=True)
        assert {line[head.index("demo")] for line in lines} == {mark}
    assert run("import", file, "--json").stdout == same(81)


def test_who_reads_a_case_goes_along(run: Any, world: World, library: Library, tmp_path: Path) -> None:  # noqa: F811
    """In words that mean the same in another hub; a draft for which nobody has chosen says nothing."""
    with world.store.transaction() as session:
        room = create_circle(session, "窓口研究会", "", [world.town]).id
    said = {
        "members": "members",
        "town": "town",
        "dx": "dx",
        f"circle:{room}": "circle:窓口研究会",
        "bodies": "榛東村",
        "public": "public",
    }
    cases = {}
    for audience, cell in said.items():
        case = cases[cell] = library.published(title=cell)
        marked = str(world.foreign_town) if audience == "bodies" else ""
        world.write(share_case, "manager", ShareCase(case, audience, marked))
    world.write(share_case, "supporter", ShareCase(cases["public"], "public"))
    library.draft(title="書きかけ")
    file = tmp_path / "cases.json"
    run("export", file)
    out = {row["title"]: row["audience"] for row in json.loads(file.read_text(encoding="utf-8"))}
    assert out == {cell: [cell] for cell in said.values()} | {"書きかけ": []}
    assert run("import", file, "--json").stdout == same(7)
    before = {title: library.case(id_).audience_id for title, id_ in cases.items()}
    library.change(sa.update(Case).values(source_key=sa.literal("x") + sa.cast(Case.id, sa.Text)))  # another hub's
    assert '"new": 7' in run("import", file, "--json").stdout
    with world.store.read() as session:
        query = sa.select(Case.title, Case.audience_id).where(Case.source_key.not_like("x%"), Case.title != "書きかけ")
        assert dict(session.execute(query).all()) == before
    rows = world.client("foreign_officer").get_json("/cases/export?format=json").json
    assert {row["title"]: row["audience"] for row in rows} == {t: [t] for t in ("members", "榛東村", "public")}


@pytest.mark.parametrize("suffix", ["json", "csv", "xlsx"])
def test_how_often_a_case_is_confirmed_goes_along(
    run: Any,
    world: World,
    library: Library,  # noqa: F811
    tmp_path: Path,
    suffix: str,
) -> None:
    case, file = library.published(title="毎年の確認"), tmp_path / f"cases.{suffix}"
    library.change(sa.update(Case).values(confirm_every_months=12))
    run("import", DEMO)  # of outsiders, who are asked by nobody
    run("export", file)
    library.change(sa.update(Case).where(Case.id == case).values(source_key="another"))
    assert '"new": 1' in run("import", file, "--json").stdout
    with world.store.read() as session:
        copies = sa.select(Case.confirm_every_months).where(Case.title == "毎年の確認")
        assert session.scalars(copies).all() == [12, 12]
