"""Tables of cases as people make them: their own forms are understood, and no body comes to be by a slip."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from hub.library.content import Content, content_of
from hub.library.models import Case, CaseVersion
from hub.people.codes import is_right, restored
from hub.people.models import Organisation
from tests.factories import World
from tests.sheets.making import HEAD, ROW, book

OURS = {"id": "a", "title": "題名", "organisation": "吉岡町", "organisation_code": "103454", "approach": "した。"}
OTHER = OURS | {"organisation": "架空市", "organisation_code": "012998", "prefecture": "架空県"}


@pytest.fixture
def take(app: Flask, tmp_path: Path) -> Any:
    def take(content: bytes | list[dict[str, Any]], *words: str, name: str = "a.xlsx") -> Result:
        if isinstance(content, list):
            content, name = json.dumps(content, ensure_ascii=False).encode(), "a.json"
        (tmp_path / name).write_bytes(content)
        return app.test_cli_runner().invoke(args=["hub", "cases", "import", str(tmp_path / name), *words])

    return take


def stored(world: World) -> list[Content]:
    with world.store.read() as session:
        query = sa.select(CaseVersion.content).join(Case, Case.id == CaseVersion.case_id).order_by(Case.id)
        return [content_of(content) for content in session.scalars(query)]


def names(world: World) -> set[str]:
    with world.store.read() as session:
        return set(session.scalars(sa.select(Organisation.name)))


@pytest.fixture(autouse=True)
def _codes(world: World) -> None:
    """The bodies that take part have theirs."""
    with world.store.transaction() as session:
        for name, code in (("群馬県", "100005"), ("吉岡町", "103454"), ("榛東村", "103446")):
            session.execute(sa.update(Organisation).where(Organisation.name == name).values(code=code))


MONTHS = ["2024-04", "2024/4", "2024年4月", "R6.4", "令和6年4月", "２０２４．４", "Apr-24", "2024/4/1", "202404"]


@pytest.mark.parametrize("text", MONTHS)
def test_a_month_is_understood_as_people_write_it(take: Any, world: World, text: str) -> None:
    assert take(book([HEAD, [*ROW[:4], text, *ROW[5:]]])).exit_code == 0
    assert [content.started_on for content in stored(world)] == ["2024-04"]


@pytest.mark.parametrize("text", ["2024", "4月", "2024-13", "R6", "令和6年度", "45383"])
def test_what_is_no_month_is_told(take: Any, world: World, text: str) -> None:
    answer = take(book([HEAD, [*ROW[:4], text, *ROW[5:]]]))
    assert (answer.exit_code, stored(world)) == (1, [])
    assert answer.stderr.startswith("2行目")


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("54,837", 54_837),
        ("５４，８３７円", 54_837),
        ("1,200千円", 1_200_000),
        ("120万円", 1_200_000),
        ("¥1.5億", 150_000_000),
    ],
)
def test_figures_are_understood_as_people_write_them(take: Any, world: World, text: str, yen: int) -> None:
    assert take(book([[*HEAD, "population"], [*ROW[:5], text, *ROW[6:], "54,837人"]])).exit_code == 0
    assert [(content.cost_initial, content.source_population) for content in stored(world)] == [(yen, 54_837)]


def test_a_faulty_cell_of_one_row_is_told_with_the_faults_of_the_others(take: Any, world: World) -> None:
    bad = ["a2", None, *ROW[2:]]
    answer = take(book([HEAD, [*ROW[:6], "#N/A", ROW[7]], bad]))
    assert answer.exit_code == 1
    assert list(dict.fromkeys(line[:3] for line in answer.stderr.splitlines())) == ["2行目", "3行目"]
    assert stored(world) == []


def test_names_are_cleaned_as_on_the_page(take: Any, world: World) -> None:
    row = ["a", "題\u202e名\u200b", "架空\u200b市", None, None, None, "タ\u3099", "企画\n課"]
    assert take(book([HEAD, row]), "--new-organisations").exit_code == 0
    (content,) = stored(world)
    assert (content.title, content.tags, content.contact) == ("題名", ("ダ",), "企画 課")
    assert "架空市" in names(world)


def test_a_prefecture_that_is_too_long_is_refused_and_not_cut(take: Any, world: World) -> None:
    answer = take([OTHER | {"prefecture": "県" * 21}], "--new-organisations")
    assert (answer.exit_code, "prefecture" in answer.stderr) == (1, True)


SLIPS = {
    "a wrong last digit": ({"organisation_code": "103453"}, "「吉岡町」は 103454 です"),
    "another digit": ({"organisation_code": "104451"}, "「吉岡町」の団体コードは 103454 です"),
    "two digits exchanged": ({"organisation_code": "104354"}, "「吉岡町」の団体コードは 103454 です"),
    "a code of another member": ({"organisation_code": "103446"}, "「榛東村」のもので、「吉岡町」ではありません"),
    "another name": ({"organisation": "吉岡市"}, "「吉岡町」のもので、「吉岡市」ではありません"),
    "five digits": ({"organisation_code": "10345"}, "6桁の数字です"),
    "with the prefecture": ({"organisation": "群馬県吉岡町", "organisation_code": "104451"}, "103454 です"),
}


@pytest.mark.parametrize(("slip", "told"), SLIPS.values(), ids=SLIPS)
def test_a_slip_in_name_or_code_makes_no_second_town(take: Any, world: World, slip: dict[str, str], told: str) -> None:
    """Also for whoever says that new bodies may be added."""
    before = names(world)
    for words in ((), ("--new-organisations",), ("--publish", "--new-organisations")):
        answer = take([OURS | slip], *words)
        assert answer.exit_code == 1
        assert told in answer.stderr
    assert (stored(world), names(world)) == ([], before)


@pytest.mark.parametrize("name", ["吉岡町", "群馬県吉岡町", "吉岡町役場"])
def test_the_ways_in_which_a_member_is_named_are_no_slips(take: Any, world: World, name: str) -> None:
    before = names(world)
    assert take([OURS | {"organisation": name}]).exit_code == 0
    assert names(world) == before


def test_a_namesake_in_another_prefecture_is_another_body(take: Any, world: World) -> None:
    """With its own right code and its own prefecture, and said to be new."""
    there = OURS | {"organisation_code": "012084", "prefecture": "北海道"}
    assert take([there]).exit_code == 1
    assert take([there], "--new-organisations").exit_code == 0
    assert "吉岡町(北海道)" in names(world)


def test_new_bodies_are_listed_and_added_only_with_a_word(take: Any, world: World) -> None:
    """Would fail without `confirm` in `import_cases`."""
    rows = [OTHER, OTHER | {"id": "b"}, OURS | {"id": "c", "organisation": "架空組合", "organisation_code": ""}]
    answer = take(rows)
    assert (answer.exit_code, stored(world)) == (1, [])
    assert "1行目：架空市（012998、架空県）" in answer.stderr
    assert "3行目：架空組合" in answer.stderr
    assert "2行目" not in answer.stderr
    rehearsal = take(rows, "--dry-run", "--json")
    assert (rehearsal.exit_code, json.loads(rehearsal.stdout)["new"]) == (0, 3)
    assert "架空市" in rehearsal.stderr
    assert take(rows, "--new-organisations").exit_code == 0
    assert {"架空市", "架空組合"} <= names(world)
    assert take([OTHER | {"id": "d"}]).exit_code == 0  # known now


def test_a_doubtful_code_is_said_to_be_one(take: Any, world: World) -> None:
    answer = take([OTHER | {"organisation_code": "012999"}])
    assert "団体コードの最後の数字が合いません" in answer.stderr
    assert stored(world) == []


def test_a_zero_that_a_spreadsheet_took_away_comes_back(take: Any, world: World) -> None:
    assert take([OTHER | {"organisation_code": "12998"}], "--new-organisations").exit_code == 0
    with world.store.read() as session:
        assert session.scalars(sa.select(Organisation.code).where(Organisation.name == "架空市")).one() == "012998"


@pytest.mark.parametrize("code", ["100005", "103454", "011002", "131016", "471381"])
def test_the_last_digit_of_a_code_follows_from_the_others(code: str) -> None:
    assert is_right(code)
    assert not any(is_right(code[:-1] + digit) for digit in "0123456789" if digit != code[-1])
    assert restored(code.removeprefix("0")) == code
