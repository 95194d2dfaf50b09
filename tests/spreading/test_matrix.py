"""The matrix is the DX section's; a municipality sees its own row."""

import re

import sqlalchemy as sa

from hub.library.commands import ShareCase
from hub.library.services.published import share_case
from hub.people.models import Organisation
from tests.factories import World
from tests.search.finding import index
from tests.spreading.world import adoption_of, case_of


def titles(world: World, query: str = "", who: str = "supporter") -> list[str]:
    page = world.client(who).get(f"/cases/spreading?{query}").text
    return re.findall(r'<th scope="row"><a href="/cases/\d+/spread">([^<]*)', page)


def test_a_municipality_sees_its_own_row_with_definitions_and_no_other_town(world: World) -> None:
    case = case_of(world, world.prefecture, "書かない窓口")
    adoption_of(world, case, world.town, "declined", reason="町の理由")
    adoption_of(world, case, world.foreign_town, "adopted", reason="村の理由")
    page = world.client("officer").text_of("/cases/spreading")
    assert "町の理由" in page
    assert "村の理由" not in page
    assert "榛東村" not in page
    assert "検討した結果、今は取り入れないと決めました。" in page


def test_the_matrix_has_reasons_and_only_what_towns_confirmed(world: World) -> None:
    case = case_of(world, world.prefecture, "書かない窓口")
    adoption_of(world, case, world.town, "declined", reason="時期を見て")
    adoption_of(world, case, world.foreign_town, "trial", confirmed=False, reason="提案だけ")
    page = world.client("supporter").get("/cases/spreading").text
    assert page.count("時期を見て") == 2  # beside the table, and among what keeps practices from spreading
    assert "提案だけ" not in page
    assert 'class="matrix__cell tiles__tile--declined"' in page


def test_filters_narrow_cases_and_columns(world: World) -> None:
    tried, declined, untouched = (case_of(world, world.prefecture, f"事例{n}") for n in "甲乙丙")
    adoption_of(world, tried, world.town, "trial")
    adoption_of(world, declined, world.foreign_town, "declined")
    with world.store.transaction() as session:
        session.execute(sa.update(Organisation).where(Organisation.id == world.town).values(district="北群馬郡"))
    assert titles(world) == ["事例乙", "事例甲"]
    assert titles(world, "every=1") == ["事例丙", "事例乙", "事例甲"]
    assert titles(world, "state=trial") == ["事例甲"]
    assert titles(world, "district=北群馬郡") == ["事例甲"]
    index(world)
    assert titles(world, "q=乙") == ["事例乙"]
    for strange in ("page=x", "page=99999", "state=best", "field=x&field=9999", "district=<script>", "q=%25"):
        assert world.client("supporter").get(f"/cases/spreading?{strange}").status_code == 200
    assert untouched


def test_what_was_taken_back_is_not_in_it(world: World) -> None:
    case = case_of(world, world.town, "町の事例")
    adoption_of(world, case, world.foreign_town, "adopted")
    assert titles(world) == ["町の事例"]
    world.write(share_case, "manager", ShareCase(case, "dx"))
    assert titles(world) == ["町の事例"]
    assert world.client("foreign_officer").text_of("/cases/spreading").count("町の事例") == 0


def test_the_number_of_queries_does_not_depend_on_cases_and_towns(world: World) -> None:
    seen: list[str] = []
    sa.event.listen(world.store.engine, "before_cursor_execute", lambda *event: seen.append(event[2]))

    def queries() -> int:
        client = world.client("supporter")
        seen.clear()
        client.get("/cases/spreading")
        return len(seen)

    adoption_of(world, case_of(world, world.prefecture), world.town)
    one = queries()
    for n in range(5):
        case = case_of(world, world.prefecture, f"事例{n}")
        adoption_of(world, case, world.town, "declined", reason="理由")
        adoption_of(world, case, world.foreign_town, "adopted", reason="理由")
    assert queries() == one


def test_hostile_words_stay_words(world: World) -> None:
    nasty = "<script>alert(1)</script>{{ 7*7 }}\"'><img src=x onerror=alert(1)>"
    case = case_of(world, world.prefecture)
    adoption_of(world, case, world.town, "adapted", reason=nasty, changes=nasty)
    for who, address in (
        ("supporter", "/cases/spreading"),
        ("officer", "/cases/spreading"),
        ("officer", f"/cases/{case}/spread"),
        ("foreign_officer", f"/cases/{case}"),
    ):
        text = world.client(who).get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert" in text
