"""A prefecture's first week: hundreds of people come in from a table, and each gets a link, with a few clicks."""

import csv
import io
import re
import stat
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from hub.accounts.links import IssueLink, issue_link
from hub.accounts.staff_rows import columns
from hub.people.models import OneTimeLink, Organisation, Posting, Section, Staff
from hub.records.models import AuditEntry
from tests.conftest import new_app
from tests.factories import World
from tests.sheets.making import book

HEAD = ["メール", "氏名", "団体", "部署", "役割", "終了日"]


def people(count: int, town: str = "吉岡町") -> list[list[str]]:
    return [[f"p{n}@town.example.jp", f"新人 {n}", town, "庶務係", "職員", ""] for n in range(count)]


def send(world: World, rows: list[list[Any]], who: str = "admin", head: list[str] = HEAD) -> Any:
    browser = world.client(who)
    return browser, browser.post_form("/admin/people/import", file=(io.BytesIO(book([head, *rows])), "staff.xlsx"))


def packed_in(page: str) -> str:
    found = re.search(r'name="rows" value="([^"]*)"', page)
    assert found
    return found[1].replace("&#34;", '"').replace("&amp;", "&")


def count(world: World, model: Any, *where: Any) -> int:
    with world.store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(model).where(*where)).scalar_one()


def test_248_people_come_in_with_two_clicks(world: World) -> None:
    before = count(world, Staff)
    browser, page = send(world, people(248))
    assert page.status_code == 200
    assert "新しいアカウント 248" in page.text
    assert "まだ何も取り込んでいません。" in page.text
    assert "吉岡町 庶務係" in page.text  # a section that would be made
    assert count(world, Staff) == before
    answer = browser.post_form("/admin/people/import/rows", rows=packed_in(page.text))
    assert answer.headers["Location"] == "/admin/people/invitations"
    assert count(world, Staff) == before + 248
    assert count(world, AuditEntry, AuditEntry.action == "staff.imported", AuditEntry.actor_id == world.admin) == 1


def test_the_preview_says_what_becomes_of_each(world: World) -> None:
    browser, page = send(world, people(2))
    browser.post_form("/admin/people/import/rows", rows=packed_in(page.text))
    rows = [*people(3), ["p1@town.example.jp", "新人 1", "榛東村", "企画課", "職員", "2099-03-31"]]
    rows[0][1] = "改名 0"
    page = send(world, rows)[1].text
    for words in ("新しいアカウント 1", "所属を追加 1", "変更 1", "変更なし 1"):
        assert words in page


@pytest.mark.parametrize("who", ["officer", "manager", "lead", "supporter", "bureau", "guest"])
def test_the_table_is_for_administrators(world: World, who: str) -> None:
    _browser, answer = send(world, people(1), who)
    assert answer.status_code == 403
    assert world.client(who).get("/admin/people/import").status_code == 403


def test_what_is_sent_with_the_yes_is_checked_as_the_table_was(world: World) -> None:
    browser = world.client("admin")
    for rows in ("", "{}", '[[2, {"メール": "x"}]]', '[["a", {}]]', "[" * 9000):
        before = count(world, Staff)
        assert browser.post_form("/admin/people/import/rows", rows=rows).status_code == 422, rows
        assert count(world, Staff) == before


def test_nobody_changes_their_own_posting_by_a_table(world: World) -> None:
    with world.store.read() as session:
        own = session.get_one(Staff, world.admin).email
    answer = send(world, [[own.upper(), "私", "群馬県", "DX戦略課", "統括", ""]])[1]
    assert answer.status_code == 422
    assert "自分の所属は、ほかの管理者が変更します。" in answer.text


def test_every_fault_is_shown_with_its_row(world: World) -> None:
    rows = people(3)
    rows[1][0], rows[2][4] = "だれか", "町長"
    answer = send(world, rows)[1]
    assert answer.status_code == 422
    assert re.search(r"3行目.*メールアドレスの形", answer.text)
    assert re.search(r"4行目.*町長", answer.text)


def test_the_columns_are_documented_and_the_template_has_them(world: World) -> None:
    browser = world.client("admin")
    page = browser.get("/admin/people/import").text
    answer = browser.get("/admin/people/import/template.xlsx")
    made = load_workbook(io.BytesIO(answer.data))
    with world.app.test_request_context():
        names = [column.name for column in columns()]
    assert [cell.value for cell in made.worksheets[0][1]] == names
    assert all(f">{name}</th>" in page for name in names)
    assert made.worksheets[0].column_dimensions["A"].number_format == "@"


def test_a_filled_in_template_is_taken(world: World) -> None:
    made = load_workbook(io.BytesIO(world.client("admin").get("/admin/people/import/template.xlsx").data))
    at = {cell.value: cell.column for cell in made.worksheets[0][1]}
    for name, text in zip(HEAD, people(1)[0], strict=True):
        made.worksheets[0].cell(2, at[name], text or None)
    made.save(out := io.BytesIO())
    answer = world.client("admin").post_form("/admin/people/import", file=(io.BytesIO(out.getvalue()), "s.xlsx"))
    assert "新しいアカウント 1" in answer.text


def waiting_ids(browser: Any) -> list[str]:
    return re.findall(r'name="staff_ids" value="(\d+)"', browser.get("/admin/people/invitations").text)


def test_links_for_many_are_one_file_and_each_works(world: World) -> None:
    browser, page = send(world, people(20))
    browser.post_form("/admin/people/import/rows", rows=packed_in(page.text))
    ids = waiting_ids(browser)
    assert len(ids) == 20
    answer = browser.post_form("/admin/people/invitations", staff_ids=ids)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["メール"] for row in rows} == {f"p{n}@town.example.jp" for n in range(20)}
    paths = [row["リンク"].partition("//")[2].partition("/")[2] for row in rows]
    assert len(set(paths)) == 20
    assert all(world.client(None).get(f"/{path}").status_code == 200 for path in paths)
    again = browser.post_form("/admin/people/invitations", staff_ids=ids[:1])
    assert again.status_code == 200
    works = [world.client(None).get(f"/{path}").status_code for path in paths]
    assert sorted(works) == [200] * 19 + [404]  # the earlier link of the one who was invited anew


def test_a_manager_invites_their_own_town_alone(world: World) -> None:
    browser, page = send(world, [*people(1), ["x@vill.example.jp", "村の人", "榛東村", "企画課", "職員", ""]])
    browser.post_form("/admin/people/import/rows", rows=packed_in(page.text))
    everybody, own = waiting_ids(browser), waiting_ids(world.client("manager"))
    assert (len(everybody), len(own)) == (2, 1)
    (foreign,) = set(everybody) - set(own)
    manager = world.client("manager")
    links = count(world, OneTimeLink)
    assert manager.post_form("/admin/people/invitations", staff_ids=[*own, foreign]).status_code == 404
    assert manager.post_form("/admin/people/invitations", staff_ids=["999999"]).status_code == 404
    assert manager.post_form("/admin/people/invitations").status_code == 422
    assert count(world, OneTimeLink) == links
    assert manager.post_form("/admin/people/invitations", staff_ids=own).status_code == 200
    assert world.client("officer").get("/admin/people/invitations").status_code == 403


def test_who_has_a_link_that_works_is_not_ticked_again(world: World) -> None:
    browser, page = send(world, people(2))
    browser.post_form("/admin/people/import/rows", rows=packed_in(page.text))
    first, second = waiting_ids(browser)
    world.write(issue_link, "admin", IssueLink(int(first)))
    page = browser.get("/admin/people/invitations").text
    assert re.search(rf'value="{second}" checked', page)
    assert not re.search(rf'value="{first}" checked', page)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    app = new_app(tmp_path)

    def run(*words: object) -> Any:
        return app.test_cli_runner().invoke(args=["hub", *map(str, words)])

    run.app = app
    return run


def names_of(app: Flask) -> tuple[str, str]:
    with app.extensions["hub.db"].read() as session:
        section = session.scalars(sa.select(Section).where(Section.is_dx)).one()
        return session.get_one(Organisation, section.organisation_id).name, section.name


CREATE = ("admin", "create", "--email", "a@pref.example.jp", "--name", "管理")


def test_the_prefecture_and_its_section_are_named_by_whoever_installs(run: Any) -> None:
    assert run(*CREATE, "--prefecture", "架空県", "--section", "デジタル推進室").exit_code == 0
    assert names_of(run.app) == ("架空県", "デジタル推進室")


def test_they_are_asked_for_where_somebody_sits(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("hub.accounts.cli.is_somebody_there", lambda: True)
    monkeypatch.setattr("click.prompt", lambda question, **_more: asked.append(question) or f"名{len(asked)}")
    assert run(*CREATE).exit_code == 0
    assert (len(asked), names_of(run.app)) == (2, ("名1", "名2"))
    monkeypatch.setattr("click.prompt", lambda *_a, **_k: pytest.fail("asked again"))
    assert run("admin", "create", "--email", "b@pref.example.jp", "--name", "次").exit_code == 0


def test_a_script_gets_plain_names_that_can_be_changed(run: Any) -> None:
    first = run(*CREATE)
    assert first.exit_code == 0
    assert first.stdout.startswith("/welcome/")
    again = (
        "admin",
        "create",
        "--email",
        "b@pref.example.jp",
        "--name",
        "次",
        "--section",
        "DX室",
        "--prefecture",
        "某県",
    )
    assert run(*again).exit_code == 0
    assert names_of(run.app) == ("某県", "DX室")


@pytest.mark.parametrize("words", [("--name", "あ" * 61), ("--name", "\u200b"), ("--email", "だれか")])
def test_an_administrator_s_name_is_checked_as_on_the_page(run: Any, words: tuple[str, str]) -> None:
    answer = run(*CREATE, *words)
    assert answer.exit_code == 1
    with run.app.extensions["hub.db"].read() as session:
        assert session.scalars(sa.select(Staff)).all() == []


def test_the_command_line_writes_links_that_nobody_else_reads(run: Any, tmp_path: Path) -> None:
    run(*CREATE, "--prefecture", "某県", "--section", "DX室")
    (tmp_path / "b.csv").write_text("code,name,kind\n103454,吉岡町,町\n103446,榛東村,村\n")
    run("organisations", "import", tmp_path / "b.csv")
    towns = [*people(2), ["v@vill.example.jp", "村 人", "榛東村", "企画課", "職員", ""]]
    (tmp_path / "s.xlsx").write_bytes(book([HEAD, *towns]))
    assert run("staff", "import", tmp_path / "s.xlsx").exit_code == 0
    file = tmp_path / "links.csv"
    assert run("admin", "invite", f"--csv={file}", "--origin", "https://hub.example.jp/").stdout == f"4 -> {file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert len({row["メール"] for row in rows}) == len(rows) == 4
    assert all(row["リンク"].startswith("https://hub.example.jp/welcome/") for row in rows)
    path = rows[0]["リンク"].removeprefix("https://hub.example.jp")
    assert run.app.test_client().get(path).status_code == 200
    again = run("admin", "invite", f"--csv={file}")
    assert (again.exit_code, "すでにあります" in again.stderr) == (2, True)
    assert run.app.test_client().get(path).status_code == 200  # nothing was issued then
    village = tmp_path / "village.csv"
    assert run("admin", "invite", f"--csv={village}", "--organisation", "103446").stdout.startswith("1 ->")


def test_one_link_for_one_person(run: Any) -> None:
    run(*CREATE)
    answer = run("admin", "link", "A@pref.example.jp", "--origin", "https://hub.example.jp")
    assert re.fullmatch(r"https://hub\.example\.jp/welcome/\S+\n", answer.stdout)
    assert run("admin", "link", "nobody@example.jp").exit_code == 2
    with run.app.extensions["hub.db"].read() as session:
        posting = session.scalars(sa.select(Posting)).one()
    assert posting.role == "admin"
