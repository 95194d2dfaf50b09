"""Reading beside the page: compared, on paper, for the mayor."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from hub.library.commands import Adopt, ReturnCase, SettleContact
from hub.library.content import TEXT_CHARS, content_of
from hub.library.freshness import _latest_due, due_on
from hub.library.models import Case
from hub.library.paper import PAGES_CHARS, cut, for_two_pages
from hub.library.services.adopting import adopt_case
from hub.library.services.workflow import return_case, submit_case
from hub.library.services.writing import settle_contact
from hub.people.models import Organisation
from tests.factories import World
from tests.library.conftest import Library
from tests.library.test_pages import shown


def test_up_to_four_are_compared_and_what_may_not_be_read_is_left_out(library: Library, world: World) -> None:
    cases = [library.published(title=f"事例その{n}", lessons=f"学び{n}") for n in range(5)]
    draft = library.draft(title="下書きの秘密")
    reader = world.client("foreign_officer")
    address = "/cases/compare?" + "&".join(f"id={n}" for n in [draft, 999, *cases[:2]])
    page = reader.text_of(address)
    assert "下書きの秘密" not in page
    for text in ("事例その0", "事例その1", "学び0"):
        assert text in page
    assert "人口" not in page.partition("要約")[2], "what nobody knows is no row"
    many = reader.text_of("/cases/compare?" + "&".join(f"id={n}" for n in cases))
    assert "事例その3" in many
    assert "事例その4" not in many
    assert reader.get("/cases/compare?id=x&id=" + "9" * 300).status_code == 200


def test_the_mayors_page_says_the_figures_and_whom_to_ask(library: Library, world: World) -> None:
    effects = [{"metric": "待ち時間", "value": "-54", "unit": "%", "as_of": "2025年度"}]
    case = library.published(effects=effects, cost_initial="1958000", approach="あ" * 3000)
    world.write(adopt_case, "foreign_officer", Adopt(case, "adopted"))
    page = world.client("foreign_officer").text_of(f"/cases/{case}/leader")
    for text in ("-54%", "待ち時間", "1,958,000円", "1団体が試行・採用", "採用 1"):
        assert text in page.replace("-54 %", "-54%"), text
    assert len(page) < 1600


def test_a_comparison_tells_the_differences_first_and_each_effect_in_a_line(library: Library, world: World) -> None:
    effects = [
        {"metric": "待ち時間", "before": "32", "value": "15", "unit": "分"},
        {"metric": "件数", "value": "62307"},
    ]
    one = library.published(title="一つめ", stage="実装", led_by="市町村", effects=effects)
    two = library.published(title="二つめ", stage="実証", led_by="市町村")
    page = world.client("foreign_officer").text_of(f"/cases/compare?id={one}&id={two}")
    assert page.index("実証") < page.index("どの事例も同じ項目") < page.index("実施主体")
    for line in ("待ち時間 32→15分", "件数 62,307"):
        assert line in page
    assert "得られた教訓" not in page
    alone = world.client("foreign_officer").text_of(f"/cases/compare?id={one}")
    assert "どの事例も同じ項目" not in alone


def test_paper_is_cut_to_two_pages_and_says_so(library: Library, world: World) -> None:
    names = "background approach alternatives team rules training communication difficulties lessons next".split()
    long = dict.fromkeys(names, "長い文です。" * (TEXT_CHARS // 6))
    content = content_of({"title": "題", "summary": "要"} | long)
    short, cut_down = for_two_pages(content)
    assert cut_down
    assert sum(len(getattr(short, name)) for name in names) <= PAGES_CHARS
    plain = content_of({"title": "題", "summary": "要", "lessons": "短い。"})
    assert for_two_pages(plain) == (plain, False)
    case = library.published(**long)
    reader = world.client("foreign_officer")
    assert "全文は画面の事例をご覧ください" in reader.text_of(f"/cases/{case}/print")
    assert "全文は画面の事例をご覧ください" not in reader.text_of(f"/cases/{case}/print?whole=1")


@pytest.mark.parametrize(("text", "most"), [("短い", 10), ("一文め。二文めはもっと長い", 8), ("x" * 50, 10)])
def test_cutting_keeps_to_the_length(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most + 1


def test_comments_are_read_by_the_contact_duty_and_the_dx_section(library: Library, world: World) -> None:
    case = library.draft()
    library.on(submit_case, case, "officer")
    world.write(return_case, "supporter", ReturnCase(case, 1, "財源を足してください。"))
    assert "財源を足して" in world.client("manager").text_of(f"/cases/{case}")  # nobody holds the duty yet
    world.write(settle_contact, "officer", SettleContact(case, library.duty("officer", world.town)))
    for who, reads in (("officer", True), ("supporter", True), ("lead", True), ("manager", False), ("shared", False)):
        assert ("財源を足して" in world.client(who).text_of(f"/cases/{case}")) == reads, who


def test_the_facets_of_adoption_and_freshness_count_and_narrow(library: Library, world: World) -> None:
    plain, copied = library.published(title="まだの事例"), library.published(title="広がる事例")
    world.write(adopt_case, "foreign_officer", Adopt(copied, "adopted"))
    reader = world.client("officer")
    assert shown(reader, "/cases?adoption=adopted") == [copied]
    assert shown(reader, "/cases?adoption=x") == [plain]
    assert shown(reader, "/cases?adoption=x&adoption=adopted") == [copied, plain]
    assert shown(reader, "/cases?freshness=confirmed") == [copied, plain]
    library.change(sa.update(Case).where(Case.id == plain).values(last_confirmed_on=date(2020, 1, 1)))
    assert shown(reader, "/cases?freshness=overdue") == [plain]
    page = reader.text_of("/cases")
    assert re.search(r"採用 1 ", page)
    assert "確認の期限切れ 1" in page
    assert page.count("確認の期限切れ") > 1  # as a choice and beside the case


@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2026, 3, 30), date(2026, 3, 31), date(2026, 8, 30)])
def test_overdue_in_sql_is_overdue_on_the_page(library: Library, world: World, today: date) -> None:
    case = library.case(library.published())
    with world.store.read() as session:
        body = session.get_one(Organisation, world.town)
    for day in range(1, 29):
        for month in (8, 9):
            case.last_confirmed_on = date(2025, month, day)
            due = due_on(case, body)
            assert due is not None
            assert (due <= today) == (case.last_confirmed_on <= _latest_due(today, 6)), case.last_confirmed_on
