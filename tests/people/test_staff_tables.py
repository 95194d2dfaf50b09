"""Tables of people and of bodies: what the page would refuse is refused, what it would clean is cleaned, and the last
day of a posting counts."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hub import clock
from hub.clock import after_last_day, in_japan
from hub.people.models import Organisation, Posting, Section, Staff
from tests.conftest import new_app
from tests.sheets.making import book

HEAD = ["メール", "氏名", "かな", "団体コード", "部署", "役割", "開始日", "終了日", "内線", "共用"]
BODIES = "code,name,kind\n100005,群馬県,県\n103454,吉岡町,町\n"


@pytest.fixture
def hub(tmp_path: Path, migrated: Callable[[Path], None]) -> Flask:
    migrated(tmp_path)
    app = new_app(tmp_path)
    (tmp_path / "bodies.csv").write_text(BODIES)
    done = app.test_cli_runner().invoke(args=["hub", "organisations", "import", str(tmp_path / "bodies.csv")])
    assert done.exit_code == 0, done.output
    return app


@pytest.fixture
def staff(hub: Flask, tmp_path: Path) -> Any:
    def staff(**cells: Any):
        row = {
            "メール": "a@town.example.jp",
            "氏名": "山田 太郎",
            "団体コード": "103454",
            "部署": "情報係",
            "役割": "職員",
        }
        row |= cells
        (tmp_path / "s.xlsx").write_bytes(book([[*HEAD, *(row.keys() - set(HEAD))], [row.get(h) for h in HEAD]]))
        return hub.test_cli_runner().invoke(args=["hub", "staff", "import", str(tmp_path / "s.xlsx")])

    return staff


@pytest.fixture
def bodies(hub: Flask, tmp_path: Path) -> Any:
    def bodies(text: str):
        (tmp_path / "b.csv").write_text(text)
        return hub.test_cli_runner().invoke(args=["hub", "organisations", "import", str(tmp_path / "b.csv")])

    return bodies


def stored(app: Flask, what: Any) -> list[Any]:
    with app.extensions["hub.db"].read() as session:
        return list(session.scalars(sa.select(what)))


LAST_DAYS = ["2026-11-30", "2026/11/30", "2026年11月30日", "R8.11.30", "令和8年11月30日(月)", date(2026, 11, 30)]


@pytest.mark.parametrize("last", LAST_DAYS, ids=map(str, LAST_DAYS))
def test_the_last_day_of_a_posting_counts(staff: Any, hub: Flask, last: object) -> None:
    """Access ended the day before it."""
    assert staff(開始日="2026-11-01", 終了日=last).exit_code == 0
    (until,) = stored(hub, Posting.until_at)
    assert in_japan(until) == datetime(2026, 12, 1, tzinfo=clock.JAPAN)
    assert until == after_last_day(date(2026, 11, 30))


def test_one_day_is_a_posting_and_an_end_before_the_beginning_is_none(staff: Any, hub: Flask) -> None:
    assert staff(開始日="2026-11-30", 終了日="2026-11-30").exit_code == 0
    answer = staff(開始日="2026-12-01", 終了日="2026-11-30")
    assert "終了日は開始日より前にできません。" in answer.output


def test_names_are_cleaned_as_on_the_page(staff: Any, hub: Flask) -> None:
    """Direction marks, zero-width characters, NFD and line breaks were stored."""
    assert (
        staff(
            氏名="山\u202e田\u200b花子", かな="か\u3099まかわ", 部署="情報政策課\n第二係", 内線=" 1\u200b23 "
        ).exit_code
        == 0
    )
    (person,) = stored(hub, Staff)
    assert (person.name, person.kana, person.extension) == ("山田花子", "がまかわ", "123")
    assert "情報政策課 第二係" in stored(hub, Section.name)


REFUSED = {
    "too long a name": {"氏名": "あ" * 61},
    "too long a section": {"部署": "い" * 61},
    "too long a reading": {"かな": "う" * 61},
    "too long an extension": {"内線": "1" * 31},
    "nothing that is seen": {"氏名": "\u200b"},
    "an address that looks like another": {"メール": "ａ@town.example.jp"},
    "an address without a domain": {"メール": "a@localhost"},
    "an error of a formula": {"氏名": "#N/A"},
    "a word for shared": {"共用": "たぶん"},
    "no day": {"終了日": "来月末"},
    "a day that is none": {"終了日": "2026/2/30"},
}


@pytest.mark.parametrize("cells", REFUSED.values(), ids=REFUSED)
def test_what_the_page_would_refuse_is_refused_with_its_row(staff: Any, hub: Flask, cells: dict[str, str]) -> None:
    """80 characters were cut to 60."""
    answer = staff(**cells)
    assert (answer.exit_code, stored(hub, Staff)) == (1, [])
    assert "2行目" in answer.output
    assert "Traceback" not in answer.output


def test_one_address_is_one_person(hub: Flask, tmp_path: Path) -> None:
    rows = [
        HEAD,
        *(["a@t.example.jp", name, "", "103454", section, "職員"] for name, section in (("甲", "x"), ("乙", "y"))),
    ]
    (tmp_path / "s.xlsx").write_bytes(book(rows))
    answer = hub.test_cli_runner().invoke(args=["hub", "staff", "import", str(tmp_path / "s.xlsx")])
    assert "3行目：2行目と同じメールで、氏名が違います。" in answer.output


def test_a_column_that_nobody_reads_is_told(hub: Flask, tmp_path: Path) -> None:
    rows = [[*HEAD[:6], "電話"], ["a@t.example.jp", "甲", "", "103454", "x", "職員", "027-000-0000"]]
    (tmp_path / "s.xlsx").write_bytes(book(rows))
    answer = hub.test_cli_runner().invoke(args=["hub", "staff", "import", str(tmp_path / "s.xlsx")])
    assert "対応していない列があります：電話" in answer.output


def test_bodies_are_cleaned_as_on_their_page(bodies: Any, hub: Flask) -> None:
    line = '103446,"榛東\u200b村\n(旧)",しんとうむら,村,"北群馬\u202e郡","54,837人",令和8年,出典\n'
    assert bodies("code,name,kana,kind,district,population,population_as_of,source\n" + line).exit_code == 0
    with hub.extensions["hub.db"].read() as session:
        body = session.scalars(sa.select(Organisation).where(Organisation.code == "103446")).one()
    assert (body.name, body.district, body.population) == ("榛東村 (旧)", "北群馬郡", 54_837)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("103453,榛東村,村", "最後の数字が合いません"),
        ("103446,吉岡町,町", "「吉岡町」の団体コードは 103454 です"),
        ("103446," + "あ" * 61 + ",村", "60文字以内"),
        ("103446,#N/A,村", "#N/A"),
    ],
)
def test_a_body_with_a_slip_is_told_and_nothing_is_written(bodies: Any, hub: Flask, line: str, told: str) -> None:
    before = len(stored(hub, Organisation.id))
    answer = bodies(f"code,name,kind\n{line}\n")
    assert (answer.exit_code, len(stored(hub, Organisation.id))) == (1, before)
    assert told in answer.output


def test_a_table_with_few_columns_takes_nothing_away(bodies: Any, hub: Flask) -> None:
    bodies("code,name,kana,kind,population\n103446,榛東村,しんとうむら,村,14000\n")
    assert bodies("code,name,kind\n103446,榛東村,村\n").exit_code == 0
    with hub.extensions["hub.db"].read() as session:
        body = session.scalars(sa.select(Organisation).where(Organisation.code == "103446")).one()
    assert (body.kana, body.population) == ("しんとうむら", 14_000)
