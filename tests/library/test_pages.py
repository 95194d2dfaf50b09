"""The pages of the library, as people use them without scripts."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from hub import clock
from hub.library import listing
from hub.library.commands import Adopt
from hub.library.content import INTERESTS
from hub.library.forms import STEPS
from hub.library.models import LEADERS, LEVELS, STAGES, Adoption, Bookmark, Case
from hub.library.services.adopting import adopt_case, propose_adoption
from hub.library.wording import interest_names, leader_names, level_names, sample_answers, stage_names
from hub.people.models import Organisation
from tests.factories import Browser, World
from tests.library.conftest import Library
from tests.search.finding import index

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\"'><img src=x onerror=alert(1)>"


def shown(browser: Browser, address: str) -> list[int]:
    return [int(n) for n in re.findall(r'class="shelf__title"><a href="/cases/(\d+)"', browser.get(address).text)]


def test_a_case_is_born_reviewed_sent_back_and_published(library: Library, world: World) -> None:
    officer, manager, supporter = (world.client(who) for who in ("officer", "manager", "supporter"))
    made = officer.post_form("/cases/new", title="書かない窓口", summary="要約です。")
    assert made.status_code == 303
    address = made.location.partition("/edit")[0]
    step = officer.post_form(f"{address}/edit", step="1", base="1", title="書かない窓口", summary="要約です。",
                             fields="窓口改革", stage="実装", tags="LINE\n予約", then="next")  # fmt: skip
    assert step.location == f"{address}/edit?step=2"
    page = officer.post_form(f"{address}/edit", step="3", base="2", cost_initial="1,958,000", cost_note="",
                             **{"effects-0-metric": "待ち時間", "effects-0-value": "-54"})  # fmt: skip
    assert "待ち時間" in officer.text_of(page.location)
    assert officer.post_form(f"{address}/submit", version="3").status_code == 303
    assert supporter.post_form(f"{address}/return", version="3", comment="").status_code == 422
    supporter.post_form(f"{address}/return", version="3", comment="財源も書いてください。")
    assert "財源も書いてください。" in officer.text_of(address)
    officer.post_form(f"{address}/edit", step="3", base="3", funding="町の予算")
    officer.post_form(f"{address}/submit", version="4")
    assert supporter.post_form(f"{address}/publish", version="4").status_code == 409
    supporter.post_form(f"{address}/share", audience="members")
    manager.post_form(f"{address}/approve", version="4")
    assert world.client("foreign_officer").get(address).status_code == 404
    assert supporter.post_form(f"{address}/publish", version="4").status_code == 303
    reader = world.client("foreign_officer").text_of(address)
    assert "1,958,000円" in reader
    assert "財源も書いてください。" not in reader
    assert "人口不明" not in reader


def test_two_editors_of_one_field_see_both_texts(library: Library, world: World) -> None:
    case = library.draft()
    library.save(case, lessons="町の学び")
    answer = world.client("supporter").post_form(f"/cases/{case}/edit", step="5", base="1", lessons="県の学び")
    assert answer.status_code == 409
    assert "町の学び" in answer.text
    assert "県の学び" in answer.text
    assert 'name="base" value="2"' in answer.text
    assert library.content(case).lessons == "町の学び"


def test_faults_keep_what_was_typed(library: Library, world: World) -> None:
    case = library.draft()
    answer = world.client("officer").post_form(
        f"/cases/{case}/edit", step="3", base="1", cost_yearly="約3割", cost_note="残る", **{"kpis-0-metric": "x" * 400}
    )
    assert answer.status_code == 422
    for text in ("約3割", "残る", "x" * 400, "field-cost_yearly-fault"):
        assert text in answer.text
    assert world.client("officer").post_form("/cases/new", title="", summary="残る").status_code == 422


def test_saving_while_somebody_writes(library: Library, world: World) -> None:
    case, officer = library.draft(), world.client("officer")
    saved = officer.post_json(f"/cases/{case}/edit", base=1, changes={"lessons": "学び"})
    assert saved.json == {"ok": True, "data": {"case_id": str(case), "version": 2}}
    clash = officer.post_json(f"/cases/{case}/edit", base=1, changes={"lessons": "別の学び"})
    assert (clash.status_code, clash.json["error"]["code"]) == (409, "conflict")
    for wrong in ({"base": "x"}, {"changes": []}, {"changes": {"unknown": 1}}, {"changes": {"effects": 5}}):
        assert officer.post_json(f"/cases/{case}/edit", **({"base": 1, "changes": {}} | wrong)).status_code == 422


def test_facets_combine_and_count(library: Library, world: World) -> None:
    first = library.published(title="防災アプリ", fields=["防災"], stage="実装", led_by="市町村", cost_initial="0")
    second = library.published(title="避難所の受付", fields=["防災", "窓口改革"], stage="実証", tags=["QR"])
    library.draft(title="下書きは出ない")
    index(world)
    reader = world.client("foreign_officer")
    assert shown(reader, "/cases") == [second, first]
    assert shown(reader, "/cases?stage=実装") == [first]
    assert shown(reader, "/cases?stage=実装&stage=実証&cost=x") == [second]
    assert shown(reader, "/cases?q=防災 アプリ") == shown(reader, "/cases?q=ぼうさいアプリ -受付") == [first]
    assert shown(reader, "/cases?q=避難場所 受付&stage=実証") == [second]
    assert shown(reader, "/cases?q=避難所&stage=実装") == []
    assert shown(reader, "/cases?q=%25") == []
    assert shown(reader, "/cases?band=x&led=市町村&cost=0") == [first]
    page = reader.text_of("/cases?stage=実装")
    assert re.search(r"防災 1 窓口改革 0|防災 1 ", page)
    assert "実証 1" in page  # as many as choosing it too would add
    for strange in (
        "page=99999999999",
        "page=-1",
        "order=x",
        "field=x",
        "field=" + "9" * 400,
        "band=②",
        "q=" + "あ" * 500,
    ):
        assert reader.get(f"/cases?{strange}").status_code == 200


def test_a_cost_that_is_told_in_words_is_not_unknown(library: Library, world: World) -> None:
    """The list, the facet and the page of the case say the same of it."""
    told = library.published(title="職員だけで", cost_note="職員が作り、費用はかかっていない。")
    figure = library.published(title="既製品で", cost_note="初年度の補助あり。", cost_initial="120,000")
    unknown = library.published(title="資料にない")
    reader = world.client("foreign_officer")
    band = {name: shown(reader, f"/cases?cost={name}") for name in ("1", "5", "x")}
    assert band == {"1": [figure], "5": [told], "x": [unknown]}
    page = reader.text_of("/cases")
    assert "金額はなく文章だけ 1" in page
    assert "費用不明 1" in page
    rows = reader.get_json("/cases/export?format=json&cost=5").json
    assert [(row["title"], row["cost"]) for row in rows] == [("職員だけで", "職員が作り、費用はかかっていない。")]
    pages = [reader.text_of(f"/cases/{case}") for case in (told, unknown)]
    assert ["費用の説明" in page for page in pages] == [True, False]
    assert ["費用と運用の体制" in page for page in pages] == [True, False]
    assert ["費用不明" in page for page in pages] == [False, False], "what nobody knows is no row"
    library.save(told, cost_note="")
    library.publish(told)
    assert shown(reader, "/cases?cost=5") == []


def followed(reader: Any, address: str, way: str) -> str:
    """The address behind 次の20件 (next) or 前の20件 (prev) of a page."""
    found = re.search(rf'href="([^"]+)" rel="{way}"', reader.get(address).text)
    assert found, f"no {way} on {address}"
    return found[1].replace("&amp;", "&")


def test_whatever_comes_in_meanwhile_shows_no_case_twice(library: Library, world: World, monkeypatch: Any) -> None:
    """Seen to fail with pages by number: what was published between two of them pushed a case onto both."""
    monkeypatch.setattr(listing, "PAGE", 2)
    cases = [library.published(title=f"事例{n}") for n in range(5)][::-1]
    reader = world.client("foreign_officer")
    second = followed(reader, "/cases", "next")
    newer = library.published(title="あいだに公開")
    assert shown(reader, second) == cases[2:4]
    third = followed(reader, second, "next")
    assert shown(reader, third) == cases[4:]
    assert shown(reader, followed(reader, third, "prev")) == cases[2:4]
    first = followed(reader, followed(reader, third, "prev"), "prev")
    assert shown(reader, first) == cases[:2]
    assert shown(reader, followed(reader, first, "prev")) == [newer, cases[0]], "the first page is whole"


@pytest.mark.parametrize("order", ["adopted", "near"])
def test_every_order_goes_through_all_cases_once(library: Library, world: World, monkeypatch: Any, order: str) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    cases = [library.published(title=f"事例{n}") for n in range(5)]
    reader, address, seen = world.client("foreign_officer"), f"/cases?order={order}", []
    for page in (1, 2, 3):
        assert f"{page} / 3ページ" in reader.text_of(address)
        seen += shown(reader, address)
        address = followed(reader, address, "next") if page < 3 else ""
    assert sorted(seen) == sorted(cases)


def test_behind_the_last_page_stands_the_last_one(library: Library, world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    cases = [library.published(title=f"事例{n}") for n in range(3)]
    reader = world.client("foreign_officer")
    assert shown(reader, "/cases?order=new&after=0.0") == cases[1::-1], "nothing is there any more behind the place"
    for strange in ("x", "1", "1.2.3.4", "9" * 400, "-1.1", "1.9999999999999999999"):
        assert shown(reader, f"/cases?order=new&after={strange}") == [cases[2], cases[1]], "no place: the first page"
    assert "読める事例がまだありません" not in reader.text_of("/cases?order=new&after=0.0")
    assert "該当する事例はありません" in reader.text_of("/cases?order=new&stage=終了&after=0.0")


def test_what_is_hard_to_begin_has_a_sample_beside_it(library: Library, world: World) -> None:
    case, officer, samples = library.draft(), world.client("officer"), sample_answers()
    hard = "approach alternatives milestones effects kpis cost_note funding team training difficulties next".split()
    assert {*hard, "products", "documents", "bases"} <= samples.keys()
    assert all(part in samples["team"] for part in ("人", "部署", "外部の専門家"))
    for number, names in enumerate(STEPS, start=1):
        page = officer.get(f"/cases/{case}/edit?step={number}").text
        assert all(f'id="hint-{name}"' in page for name in names if name in samples)


def test_columns_in_which_no_row_says_anything_are_left_out(library: Library, world: World) -> None:
    rows = [{"metric": "待ち時間", "value": "30"}, {"metric": "枚数", "value": "36", "method": "窓口で1か月数えた平均"}]
    case = library.published(effects=rows)
    world.write(adopt_case, "foreign_officer", Adopt(case, "trial", reason="試す。", person_days=0))
    reader = world.client("supporter")
    heads = [_heads(reader, f"/cases/{case}{path}") for path in ("", "/print")]
    assert heads == [["指標名", "値", "測り方"]] * 2
    for page in (reader.text_of(f"/cases/{case}"), reader.text_of(f"/cases/{case}/print")):
        assert "榛東村 試行" in page
        assert "0人日" in page
        assert "費用 " not in page, "nobody said a cost"
    assert '<td class="case__short case__figure">30</td>' in reader.get(f"/cases/{case}").text


def _heads(browser: Browser, address: str) -> list[str]:
    tables = browser.get(address).text
    return re.findall(r'<th scope="col">([^<]*)', tables.partition('class="case__part lineage"')[0])


def test_the_list_is_of_what_one_may_read(library: Library, world: World) -> None:
    case = library.published()
    world.client("manager").post_form(f"/cases/{case}/share", audience="town")
    for who, expected in (("officer", [case]), ("supporter", [case]), ("foreign_officer", []), ("guest", [])):
        assert shown(world.client(who), "/cases") == expected, who


def test_the_number_of_queries_does_not_depend_on_the_cases(library: Library, world: World) -> None:
    seen: list[str] = []
    sa.event.listen(world.store.engine, "before_cursor_execute", lambda *event: seen.append(event[2]))

    def queries() -> int:
        reader = world.client("foreign_officer")
        seen.clear()
        assert reader.get("/cases?order=near&stage=実装&stage=実証").status_code == 200
        return len(seen)

    library.published(stage="実装", fields=["防災"], tags=["LINE"])
    one = queries()
    for n in range(4):
        world.write(
            adopt_case,
            "foreign_officer",
            Adopt(library.published(title=f"事例{n}", stage="実証", fields=["防災"], tags=[f"札{n}"]), "adopted"),
        )
    assert queries() == one


def test_near_first_with_reasons(library: Library, world: World) -> None:
    far, near = library.published(title="遠い"), library.published(title="近い")
    library.change(sa.update(Organisation).where(Organisation.id == world.foreign_town).values(population=14_000))
    library.change(sa.update(Organisation).where(Organisation.id == world.town).values(population=21_000, kind="町"))
    with world.store.transaction() as session:
        city = Organisation(name="遠い市", kind="市", population=900_000, member=False, mail_domains=[])
        session.add(city)
        session.flush()
        session.get_one(Case, far).organisation_id = city.id
    reader = world.client("foreign_officer")
    assert shown(reader, "/cases?order=near") == [near, far]
    assert shown(reader, "/cases") == [near, far], "where people of a town begin"
    assert "人口が近い（14,000人と21,000人）" in reader.text_of("/cases")
    assert shown(world.client("supporter"), "/cases?order=near") == [near, far]  # newest: the prefecture has no 近い順
    now = clock.utc_now()
    copied = Adoption(case_id=far, organisation_id=world.town, state="adopted", confirmed_at=now, updated_at=now)
    with world.store.transaction() as session:
        session.add(copied)
    page = reader.text_of("/cases?order=near")
    assert "取り入れた吉岡町は、人口が近い（14,000人と21,000人）" in page
    assert "近くで：吉岡町 採用" in page
    assert "点" not in page.partition("並び順")[2].partition("絞込み")[0]


def test_a_town_adopts_from_the_page_and_others_read_why(library: Library, world: World) -> None:
    case, officer = library.published(), world.client("foreign_officer")
    assert officer.post_form(f"/cases/{case}/adoption", state="declined", reason="人手が足りない。").status_code == 303
    assert "人手が足りない。" in world.client("officer").text_of(f"/cases/{case}")
    wrong = officer.post_form(
        f"/cases/{case}/adoption", state="adopted", started_on="2026-04-02", ended_on="2026-04-01"
    )
    assert wrong.status_code == 422
    assert "2026-04-02" in wrong.text
    assert "自団体の状況を記録する" not in world.client("officer").text_of(f"/cases/{case}")
    assert "自団体の状況を記録する" not in world.client("supporter").text_of(f"/cases/{case}")


def test_a_proposal_is_seen_by_its_town_alone(library: Library, world: World) -> None:
    case = library.published()
    supporter = world.client("supporter")
    proposed = supporter.post_form(
        f"/cases/{case}/adoption/proposal", state="trial", organisation_id=world.foreign_town
    )
    assert proposed.status_code == 303
    assert "県DX担当からの提案" in world.client("foreign_officer").text_of(f"/cases/{case}")
    assert "取り入れた団体の記録はまだありません。" in world.client("officer").text_of(f"/cases/{case}")
    world.write(propose_adoption, "supporter", Adopt(case, "declined", world.foreign_town))


def test_bookmarks_narrow_the_list(library: Library, world: World) -> None:
    first, _second = library.published(), library.published(title="ほかの事例")
    reader = world.client("foreign_officer")
    reader.post_form(f"/cases/{first}/bookmark", on="1")
    assert shown(reader, "/cases?marked=1") == [first]
    reader.post_form(f"/cases/{first}/thanks", on="1")
    assert "参考になった 1" in reader.text_of(f"/cases/{first}")
    with world.store.read() as session:
        assert session.scalars(sa.select(Bookmark.case_id)).all() == [first]


def test_readers_see_published_versions_only(library: Library, world: World) -> None:
    case = library.published(lessons="もとの学び")
    library.save(case, lessons="消すはずの秘密")
    library.save(case, lessons="直した学び")
    library.publish(case)
    reader, published = world.client("foreign_officer"), library.case(case).published_version
    assert published == 4
    assert reader.get(f"/cases/{case}?version=3").status_code == 404
    assert "もとの学び" in reader.text_of(f"/cases/{case}?version=2")
    differences = reader.text_of(f"/cases/{case}/versions?new=4")
    assert "[削除] もとの [追加] 直した 学び" in differences
    assert "秘密" not in differences + reader.text_of(f"/cases/{case}/versions?old=3&new=4")
    assert "秘密" in world.client("officer").text_of(f"/cases/{case}/versions?old=3&new=4")


@pytest.mark.parametrize("page", ["", "/print", "/versions", "/edit?step=1", "/edit?step=5", "?version=2"])
def test_hostile_texts_are_text(library: Library, world: World, page: str) -> None:
    case = library.draft()
    rows = [{"metric": HOSTILE, "value": HOSTILE}]
    links = {
        "documents": [{"name": HOSTILE, "url": "https://example.jp/"}],
        "sources": ["javascript:alert(1)", HOSTILE],
    }
    library.save(case, title=HOSTILE, tags=[HOSTILE], lessons=HOSTILE, effects=rows, **links)
    text = world.client("officer").get(f"/cases/{case}{page}").text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert 'href="javascript:' not in text
    assert "{{ 7*7 }}" in text


def test_what_can_be_chosen_is_named_in_the_readers_language(library: Library, world: World) -> None:
    """Its values are stored in Japanese, and files keep them so."""
    assert tuple(stage_names()) == STAGES
    assert tuple(leader_names()) == LEADERS
    assert tuple(level_names()) == LEVELS
    assert tuple(interest_names()) == INTERESTS
    stored = {*LEADERS, *STAGES, *LEVELS, "利害関係あり"}
    product = {"name": "Product", "maker": "Maker", "interest": "利害"}
    chosen = {"stage": "実装", "led_by": "市町村", "level": "チャレンジ"}
    case = library.published(title="One", **chosen, products=[product])
    other = library.published(title="Two", stage="検討", led_by="民間", level="ステップアップ")
    library.save(other, "supporter", stage="実証", led_by="県一括")
    reader = world.client("supporter")
    pages = [f"/cases/{case}{path}" for path in ("", "/edit?step=1", "/edit?step=5", "/print", "/leader")]
    pages += ["/cases", f"/cases/compare?id={case}&id={other}", f"/cases/{other}/versions"]
    assert [page for page in pages if not stored & _words(reader, page)] == []
    reader.post_form("/language", language="en")
    english = {page: stored & _words(reader, page) for page in pages}
    assert {page: words for page, words in english.items() if words} == {}
    assert 'value="市町村"' in reader.get("/cases").text
    assert "チャレンジ" in reader.get("/cases/export?format=csv").text


def _words(browser: Browser, address: str) -> set[str]:
    """What people read on a page, but for the reader's own name."""
    return set(re.split(r"[\s·・:：（）]+", browser.text_of(address).replace("県 四季", "")))


def test_the_dx_section_writes_a_case_for_any_body(world: World) -> None:
    page = world.client("supporter").get("/cases/new").text
    for name in ("吉岡町", "榛東村"):
        assert re.search(rf'<option value="\d+"[^>]*>{name}</option>', page), name
    assert "榛東村</option>" not in world.client("officer").get("/cases/new").text
