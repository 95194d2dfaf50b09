"""`admin create`, `organisations import` and `staff import`: faults in words and by row, nothing half-written."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import Workbook

from hub.accounts.staff_rows import ALIASES
from hub.people.models import Organisation, Posting, Section, Staff
from hub.rooms.models import Room
from hub.search.models import SearchChange
from hub.tables import Base
from tests.conftest import new_app

BODIES = """code,name,kana,kind,district,population
100005,群馬県,ぐんまけん,県,,1878268
103454,吉岡町,よしおかまち,町,北群馬郡,21000
"""
HEAD = "メール,氏名,かな,団体コード,部署,役割,開始日,終了日,内線,共用\n"
GOOD = HEAD + "yamada@example.jp,山田太郎,やまだ,103454,情報係,団体管理者,2026/4/1,,123,\n"


@pytest.fixture
def empty(tmp_path: Path, migrated: Callable[[Path], None]) -> Flask:
    """An installation that holds nothing yet; its own SQLite file. That a command migrates by itself is seen in
    `test_first_week.py`."""
    migrated(tmp_path)
    return new_app(tmp_path)


@pytest.fixture
def run(empty: Flask, tmp_path: Path):
    def command(*arguments: str, file: str | bytes = b"", name: str = "table.csv"):
        if file:
            (tmp_path / name).write_bytes(file.encode() if isinstance(file, str) else file)
            arguments = (*arguments, str(tmp_path / name))
        return empty.test_cli_runner().invoke(args=["hub", *arguments])

    return command


@pytest.fixture
def founded(run):
    assert run("organisations", "import", file=BODIES).exit_code == 0
    return run


def count(app: Flask, model: type[Base]) -> int:
    with app.extensions["hub.db"].read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_the_first_administrator_gets_a_link_that_works(run, empty):
    path = run("admin", "create", "--email", "Admin@Pref.example.jp", "--name", "管理").output.split()[-1]
    assert empty.test_client().get(path).status_code == 200
    again = run("admin", "create", "--email", "admin@pref.example.jp", "--name", "管理")
    assert again.exit_code == 1
    assert count(empty, Staff) == 1


def test_importing_members_makes_one_support_room_each_however_often(founded, empty):
    founded("organisations", "import", file=BODIES.replace("吉岡町", "新吉岡町"))
    assert count(empty, Organisation) == 2
    assert count(empty, Room) == 1
    assert count(empty, Section) == 1


@pytest.mark.parametrize(
    "line", ["10345,吉岡町,,町,,1", "103454,,,町,,1", "103454,吉岡町,,郡,,1", "103454,吉岡町,,町,,二万"]
)
def test_one_bad_body_and_nothing_is_written(run, empty, line):
    answer = run("organisations", "import", file=BODIES + line + "\n")
    assert answer.exit_code == 1
    assert "4行目" in answer.output
    assert count(empty, Organisation) == 0


TWO_AT_ONCE = {
    "one code twice": ("103454,榛東村,,村,,1", "3行目と同じ団体コード"),
    "one name twice": ("103446,吉岡町,,町,,1", "3行目と同じ名称"),
    "the name without a code": (",吉岡町,,町,,1", "3行目と同じ名称"),
}


@pytest.mark.parametrize(("line", "told"), TWO_AT_ONCE.values(), ids=TWO_AT_ONCE)
def test_two_rows_about_one_body_are_told_and_nothing_is_written(run, empty, line, told):
    answer = run("organisations", "import", file=BODIES + line + "\n")
    assert (answer.exit_code, count(empty, Organisation)) == (1, 0)
    assert f"4行目：{told}" in answer.output


def test_a_body_is_not_given_the_name_of_another(founded, empty):
    founded("organisations", "import", file="code,name,kind\n103446,榛東村,村\n")
    answer = founded("organisations", "import", file="code,name,kind\n103446,吉岡町,町\n")
    assert answer.exit_code == 1
    assert "2行目：団体コード 103446 は「榛東村」のもので、「吉岡町」は別の団体です。" in answer.output


def test_a_body_is_not_renamed_and_updated_under_its_old_name_in_one_file(founded, empty):
    answer = founded("organisations", "import", file="code,name,kind\n103454,新吉岡町,町\n,吉岡町,町\n")
    assert answer.exit_code == 1
    assert "3行目：2行目と同じ団体です。" in answer.output


BAD = {
    "not an address": ("yamada@example.jp", "yamada", "メールアドレスの形"),
    "unknown body": ("103454", "999999", "999999"),
    "unknown role": ("団体管理者", "町長", "町長"),
    "role of the prefecture": ("団体管理者", "支援員", "吉岡町では使えません"),
    "an administrator": ("団体管理者", "admin", "admin"),
    "no name": ("山田太郎", "", "氏名"),
    "no day": ("2026/4/1", "4月から", "開始日"),
    "ends before it begins": ("2026/4/1,,", "2026/4/1,2026/3/1,", "終了日"),
    "shared manager": (",123,", ",123,○", "共用"),
}


@pytest.mark.parametrize(("good", "bad", "told"), BAD.values(), ids=BAD)
def test_a_bad_row_is_told_in_words_and_nothing_is_written(founded, empty, good, bad, told):
    faulty = GOOD.splitlines()[1].replace(good, bad, 1)
    answer = founded("staff", "import", file=GOOD + faulty + "\n")
    assert answer.exit_code == 1
    assert "3行目" in answer.output
    assert told in answer.output
    assert count(empty, Staff) == 0


def test_a_dry_run_checks_and_writes_nothing(founded, empty, tmp_path):
    (tmp_path / "s.csv").write_text(GOOD)
    assert (
        empty.test_cli_runner().invoke(args=["hub", "staff", "import", "--dry-run", str(tmp_path / "s.csv")]).exit_code
        == 0
    )
    assert count(empty, Staff) == 0


def as_xlsx(tmp_path: Path, rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    return (tmp_path / "made.xlsx").read_bytes()


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "cp932", "xlsx", "english"])
def test_every_form_of_table_is_read(founded, empty, tmp_path, form):
    names = {japanese: english for english, japanese in ALIASES.items()}
    head, line = (text.split(",") for text in GOOD.strip().splitlines())
    if form == "xlsx":
        table, name = as_xlsx(tmp_path, [head, [int(c) if c == "103454" else c for c in line]]), "table.xlsx"
    elif form == "english":
        table, name = f"{','.join(names[h] for h in head)}\n{','.join(line)}\n".encode(), "table.csv"
    else:
        table, name = GOOD.encode(form), "table.csv"
    answer = founded("staff", "import", file=table, name=name)
    assert answer.exit_code == 0, answer.output
    with empty.extensions["hub.db"].read() as session:
        staff = session.scalars(sa.select(Staff)).one()
        posting = session.scalars(sa.select(Posting)).one()
    assert (staff.name, staff.kana, staff.extension, posting.role) == ("山田太郎", "やまだ", "123", "manager")


def test_known_people_get_their_new_name_and_no_second_account(founded, empty):
    founded("staff", "import", file=GOOD)
    assert founded("staff", "import", file=GOOD.replace("山田太郎", "山田次郎")).exit_code == 0
    assert (count(empty, Staff), count(empty, Posting)) == (1, 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026/4/1,2199/3/31", "2026/4/1,2199/3/31"),
        (",2199/3/31", ",2199/3/31"),
        ("2020/4/1,2021/3/31", "2020/4/1,2021/3/31"),
        ("2026/4/1,2199/3/31", "2026/4/1,"),
        ("2026/4/1,", "2026/4/1,2199/3/31"),
    ],
    ids=["dates", "only an end", "over", "end taken away", "end added"],
)
def test_the_same_posting_again_is_the_same_posting(founded, empty, first, second):
    for dates in (first, second):
        assert founded("staff", "import", file=GOOD.replace("2026/4/1,", dates)).exit_code == 0
    with empty.extensions["hub.db"].read() as session:
        posting = session.scalars(sa.select(Posting)).one()
    assert (posting.until_at is None) == second.endswith(",")


def test_a_posting_that_ended_otherwise_stays_as_it_was(founded, empty):
    founded("staff", "import", file=GOOD.replace("2026/4/1,", "2020/4/1,2021/3/31"))
    founded("staff", "import", file=GOOD.replace("2026/4/1,", "2020/4/1,"))
    with empty.extensions["hub.db"].read() as session:
        postings = session.scalars(sa.select(Posting).order_by(Posting.id)).all()
    assert [posting.until_at is None for posting in postings] == [False, True]


def test_imported_people_are_given_to_the_search(founded, empty):
    founded("staff", "import", file=GOOD)
    with empty.extensions["hub.db"].read() as session:
        queued = session.scalars(sa.select(SearchChange.ref_id).where(SearchChange.kind == "person")).all()
        assert queued == session.scalars(sa.select(Staff.id)).all()


def test_a_long_import_says_how_far_it_is(founded, monkeypatch):
    monkeypatch.setattr("hub.accounts.imports.TOLD_EVERY", 2)
    line = GOOD.splitlines()[1]
    many = HEAD + "".join(line.replace("yamada", f"yamada{n}") + "\n" for n in range(5))
    answer = founded("staff", "import", file=many)
    assert answer.stderr.split("\n") == ["2 / 5", "4 / 5", ""]
    assert answer.stdout == "5\n"


@pytest.mark.parametrize("rubbish", [b"\xff\xfe\x00", b"PK\x03\x04rubbish", b"\n\n"])
def test_a_file_that_is_no_table_is_refused_in_one_line(founded, empty, rubbish):
    for name in ("table.csv", "table.xlsx"):
        answer = founded("staff", "import", file=rubbish, name=name)
        assert answer.exit_code == 1
        assert "Traceback" not in answer.output


def test_a_formula_is_text(founded, empty, tmp_path):
    head, line = (text.split(",") for text in GOOD.strip().splitlines())
    line[1] = '=HYPERLINK("http://evil","山田")'
    table = as_xlsx(tmp_path, [head, line])
    founded("staff", "import", file=table, name="table.xlsx")
    with empty.extensions["hub.db"].read() as session:
        assert not [s for s in session.scalars(sa.select(Staff.name)) if "evil" in s]
