"""The list as cards: what stands on one, how near it is, and what narrows the list."""

import re

import pytest
import sqlalchemy as sa

from hub.clock import utc_now
from hub.library.covers import HUES, pattern_of
from hub.library.models import Adoption
from hub.library.nearness import FARTHEST, distance, reach
from hub.library.showing import effect_to_show
from hub.people.models import Duty, Holding, Organisation, Section
from tests.factories import World
from tests.library.conftest import Library
from tests.library.test_pages import shown


def body(library: Library, name: str, **values: object) -> int:
    with library.world.store.transaction() as session:
        row = Organisation(**({"name": name, "kind": "村", "member": False, "mail_domains": []} | values))
        session.add(row)
        session.flush()
        return row.id


def town_has(library: Library, organisation_id: int, **values: object) -> None:
    library.change(sa.update(Organisation).where(Organisation.id == organisation_id).values(**values))


def case_of(library: Library, title: str, organisation_id: int) -> int:
    return library.publish(library.draft("supporter", title, organisation_id))


def adopt(library: Library, case: int, organisation_id: int, state: str = "adopted") -> None:
    now = utc_now()
    row = {"case_id": case, "organisation_id": organisation_id, "state": state, "confirmed_at": now, "updated_at": now}
    library.change(sa.insert(Adoption).values(row))


def test_the_nearest_come_first_and_ones_own_last(library: Library, world: World) -> None:
    town_has(library, world.foreign_town, population=1_190, kind="村", district="多野郡")
    sizes = {"十倍の村": 11_900, "二倍の村": 2_380, "近い村": 1_320, "人口の分からない村": None}
    cases = {name: case_of(library, name, body(library, name, population=size)) for name, size in sizes.items()}
    town = case_of(library, "近い人口の町", body(library, "近い人口の町", population=1_320, kind="町"))
    own = library.draft("foreign_officer", "自分の事例")
    library.publish(own)
    reader = world.client("foreign_officer")
    names = ("近い村", "二倍の村", "十倍の村", "人口の分からない村")
    near, double, tenfold, unknown = (cases[name] for name in names)
    assert shown(reader, "/cases") == [near, double, town, tenfold, unknown, own]
    page = reader.text_of("/cases")
    assert "人口が近い（1,190人と1,320人）・同じ村" in page
    assert "人口が約2.0倍（1,190人と2,380人）・同じ村" in page
    assert "自団体の事例" in page
    adopt(library, tenfold, body(library, "隣の村", population=1_190, district="多野郡"))
    assert shown(reader, "/cases")[0] == tenfold, "drawn near by who has adopted it"
    assert "取り入れた隣の村は、人口が近い（1,190人と1,190人）・同じ多野郡の村" in reader.text_of("/cases")


def test_what_is_said_and_what_orders_is_one_distance(library: Library, world: World) -> None:
    """The formula stands in SQL and in Python."""
    town_has(library, world.foreign_town, population=14_736, kind="村", district="北群馬郡")
    for n, (kind, size, district) in enumerate(
        [
            ("村", 14_000, "北群馬郡"),
            ("村", 14_000, ""),
            ("町", 90_000, "北群馬郡"),
            ("市", None, "埼玉県"),
            ("村", 1, ""),
        ]
    ):
        body(library, f"団体{n}", kind=kind, population=size, district=district)
    with world.store.read() as session:
        mine = session.get_one(Organisation, world.foreign_town)
        far = reach(mine)
        found = dict(session.execute(sa.select(far.c.id, far.c.distance)).all())
        bodies = session.scalars(sa.select(Organisation).where(Organisation.id != mine.id)).all()
        assert len(bodies) > 5
        assert {o.id: round(distance(mine, o), -1) for o in bodies} == {o.id: round(found[o.id], -1) for o in bodies}
        assert found[mine.id] == FARTHEST


def test_a_card_says_one_effect_who_is_near_and_how_fresh_it_is(library: Library, world: World) -> None:
    case = library.published(
        effects=[{"metric": "待ち時間", "value": "62307", "unit": "分", "as_of": "", "method": ""}],
        cost_initial="1200000",
    )
    town_has(library, world.foreign_town, population=3_000, kind="村")
    adopt(library, case, body(library, "片品村", population=4_442))
    adopt(library, case, body(library, "前橋市", kind="市", population=337_502))
    adopt(library, case, world.foreign_town, "trial")
    page = world.client("foreign_officer").text_of("/cases")
    assert "待ち時間 62,307分" in page.replace("62,307 分", "62,307分")
    assert "近くで：片品村 採用 ほか1団体" in page
    assert "自団体：試行" in page
    assert "費用 100万円以上1,000万円未満" in page
    assert re.search(r"\d{4}年\d+月に確認", page)
    assert "試行・採用 3団体" in world.client("supporter").text_of("/cases")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([{"metric": "言葉だけ", "value": "", "unit": ""}], None),
        ([{"metric": "a", "value": "16000", "unit": "人"}], ("", "16,000")),
        ([{"metric": "a", "value": "15", "unit": "分(前は32分)"}], ("32", "15")),
        (
            [{"metric": "a", "value": "1", "unit": ""}, {"metric": "b", "before": "32", "value": "15", "unit": "分"}],
            ("32", "15"),
        ),
    ],
)
def test_the_effect_that_says_what_it_was_before_is_shown(rows: list[dict[str, str]], expected: object) -> None:
    found = effect_to_show(rows)
    assert (None if found is None else (found.before, found.after)) == expected


def test_every_field_has_a_pattern_of_its_own_that_stays(library: Library, world: World) -> None:
    first, second = pattern_of(1), pattern_of(2)
    assert (first, first.tiles) != (second, second.tiles)
    assert pattern_of(1) == first
    assert len({pattern_of(n).hue for n in range(HUES)}) == HUES
    assert len({pattern_of(n).tiles for n in range(40)}) == 40
    library.published(fields=["防災"])
    library.published(title="分野なし")
    html = world.client("officer").get("/cases").text
    used = re.findall(r"url\(#(cover-\d+)\)", html)
    assert len(set(used)) == 2
    assert set(used) == set(re.findall(r'<pattern [^>]*id="(cover-\d+)"', html))


def test_inside_and_outside_the_prefecture_and_its_districts(library: Library, world: World) -> None:
    town_has(library, world.town, district="北群馬郡")
    town_has(library, world.prefecture, code="100005")
    far = case_of(library, "県外", body(library, "よその市", kind="市", district="長野県", code="202011"))
    near = case_of(library, "参加していない県内", body(library, "近くの市", kind="市", code="102016"))
    ours = library.published(title="県内の町")
    reader = world.client("foreign_officer")
    listed = {
        name: set(shown(reader, f"/cases?{name}"))
        for name in ("area=in", "area=out", "district=市", "district=北群馬郡")
    }
    assert listed == {"area=in": {near, ours}, "area=out": {far}, "district=市": {near}, "district=北群馬郡": {ours}}
    page = reader.text_of("/cases")
    assert re.search(r"県内 2 県外 1 ", page)
    assert "市部 1" in page


def test_each_condition_is_a_chip_that_leads_to_the_list_without_it(library: Library, world: World) -> None:
    library.published(stage="実装", fields=["防災"])
    html = world.client("officer").get("/cases?stage=実装&stage=実証&area=in&q=窓口").text
    chips = re.findall(r'class="chip" href="([^"]+)"[^>]*>([^<]+)', html)
    assert [name for _address, name in chips] == ["「窓口」を含む", "実証", "実装", "県内"]
    without = {name: address.replace("&amp;", "&") for address, name in chips}
    assert "stage=%E5%AE%9F%E8%A3%85" not in without["実装"]
    assert "area=in" in without["実装"]
    assert "area=in" not in without["県内"]


def test_like_my_own_size_for_a_town_and_for_who_accompanies_it(library: Library, world: World) -> None:
    town_has(library, world.foreign_town, population=14_736)
    assert "自団体と同じ規模" in world.client("foreign_officer").text_of("/cases")
    assert "同じ規模" not in world.client("officer").text_of("/cases"), "its population is not known"
    assert "同じ規模" not in world.client("supporter").text_of("/cases"), "who accompanies nobody"
    with world.store.transaction() as session:
        section = session.scalars(sa.select(Section).where(Section.is_dx)).one()
        duty = Duty(section_id=section.id, name="伴走支援 榛東村", organisation_id=world.foreign_town)
        session.add(duty)
        session.flush()
        session.add(Holding(duty_id=duty.id, staff_id=world.staff_id("supporter"), from_at=utc_now()))
    page = world.client("supporter").get("/cases").text
    assert "担当の団体と同じ規模" in page
    assert re.search(r'href="/cases\?order=new&amp;band=2"|href="/cases\?band=2&amp;order=new"', page)
