"""The page of a case: figures first, who near us does the same, and nothing twice."""

import re
from datetime import date

import sqlalchemy as sa

from hub.clock import utc_now
from hub.library.commands import Adopt, PauseQuestions
from hub.library.models import Adoption
from hub.library.services.adopting import adopt_case
from hub.library.services.asking import pause_questions
from hub.people.models import Organisation
from tests.factories import World
from tests.library.conftest import Library

EFFECTS = [
    {"metric": "登録者", "value": "62307", "unit": "人", "as_of": "2024年度"},
    {"metric": "待ち時間", "before": "32", "value": "15", "unit": "分"},
    {"metric": "満足した人", "value": "93", "unit": "%"},
]


def test_effects_come_first_with_bars_and_as_a_table(library: Library, world: World) -> None:
    page = world.client("foreign_officer").get(f"/cases/{library.published(effects=EFFECTS)}").text
    assert page.index('id="effects"') < page.index('id="doing"') < page.index('<article class="case">')
    figures = re.findall(r'class="effect__name">([^<]*)', page)
    assert figures == ["待ち時間", "登録者", "満足した人"], "those that can be compared are first"
    widths = re.findall(r'chart-bar--(\w+)".*?chart-bar__fill" width="([\d.]+)"', page)
    assert widths == [("before", "100.0"), ("after", "46.9"), ("share", "93.0")]
    assert ">62,307<" in page
    assert "62307" not in page
    assert page.count(">15</td>") == 1


def test_a_case_without_figures_has_no_empty_section(library: Library, world: World) -> None:
    page = world.client("foreign_officer").get(f"/cases/{library.published()}").text
    assert 'id="effects"' not in page
    assert 'href="#effects"' not in page
    assert 'id="cost"' not in page
    for unknown in ("時期不明", "費用不明", "段階不明"):
        assert unknown not in page


def test_an_approach_that_only_repeats_the_summary_is_left_out(library: Library, world: World) -> None:
    summary = "来庁者が申請書を書かずにすむ窓口にした。"
    same = library.published(title="同じ", approach=summary)
    page = world.client("foreign_officer").text_of(f"/cases/{same}")
    assert page.count(summary) == 1
    other = library.published(title="別", approach=summary + "まず2つの手続で始めた。")
    assert world.client("foreign_officer").text_of(f"/cases/{other}").count(summary) == 2


def test_tags_lead_to_their_cases_and_sources_have_titles(library: Library, world: World) -> None:
    sources = ["県の発表 https://example.jp/a", "https://example.jp/b/c"]
    page = world.client("foreign_officer").get(f"/cases/{library.published(tags=['LINE'], sources=sources)}").text
    assert '<a href="/cases?tag=LINE">LINE</a>' in page
    assert re.findall(r'nofollow">([^<]*)', page) == ["県の発表", "example.jp/b/c"]


def test_an_adopter_can_be_asked_and_nobody_else(library: Library, world: World) -> None:
    case = library.published()
    world.write(adopt_case, "foreign_officer", Adopt(case, "adapted", changes="様式を変えた。", person_days=1200))
    reader = world.client("supporter")
    page = reader.get(f"/cases/{case}").text
    assert "1,200人日" in page
    assert "様式を変えた。" in page
    asked = f"/cases/{case}/ask?to={world.foreign_town}"
    assert f'href="{asked}"' in page
    with world.store.read() as session:
        name = session.get_one(Organisation, world.foreign_town).name
    assert f"@{name} " in reader.get(asked).text
    assert "@" not in re.findall(r"<textarea[^>]*>([^<]*)", reader.get(f"/cases/{case}/ask?to={world.town}").text)[0]
    world.write(pause_questions, "supporter", PauseQuestions(case, date(2099, 4, 1)))
    assert "この団体に聞く" not in reader.text_of(f"/cases/{case}")


def test_the_adopters_nearest_to_us_come_first(library: Library, world: World) -> None:
    """In the order of codes 榛東村 is before 吉岡町; the reader is a town of the size of the latter."""
    case = library.published()
    with world.store.transaction() as session:
        near = Organisation(name="近い町", kind="町", population=21_500)
        session.add(near)
        session.flush()
        near_id = near.id
    library.change(sa.update(Organisation).where(Organisation.id == world.town).values(population=21_447, kind="町"))
    library.change(sa.update(Organisation).where(Organisation.id == world.foreign_town).values(population=1_100))
    world.write(adopt_case, "foreign_officer", Adopt(case, "adopted"))
    with world.store.transaction() as session:
        now = utc_now()
        session.add(Adoption(case_id=case, organisation_id=near_id, state="trial", confirmed_at=now, updated_at=now))
    order = [int(n) for n in re.findall(r'id="adopter-(\d+)"', world.client("officer").get(f"/cases/{case}").text)]
    assert order == [near_id, world.foreign_town]
    by_code = [int(n) for n in re.findall(r'id="adopter-(\d+)"', world.client("supporter").get(f"/cases/{case}").text)]
    assert by_code == [world.foreign_town, near_id]
