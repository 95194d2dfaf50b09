"""A draft saves itself, somebody comes to see a case, in both languages and widths. On paper it keeps to its pages."""

import re

from playwright.sync_api import Page, expect

from tests.browser.clean import OWN_STYLE, faults_of
from tests.browser.conftest import BOTH, press, sign_in

AUTHOR = "murakami@kakuu-a.example.jp"  # 架空町A, of which is
TITLE = "住民票の窓口を「書かない」に変える(架空)"
LONG = "とても長い説明の文が続きます。" * 260


def begin(page: Page, title: str) -> str:
    """A new draft; the address of its page."""
    page.goto("/cases/new")
    page.locator("[name=title]").fill(title)
    page.locator("[name=summary]").fill("架空の取組の要約です。")
    press(page, "/cases/new")
    page.wait_for_url("**/edit?step=1")
    return page.url.partition("/edit")[0]


@BOTH
def test_a_draft_saves_itself_and_somebody_comes_to_see(person, locale, viewport):
    look = {"locale": locale, "viewport": viewport}
    author, visitor = person(None, **look), person("officer", **look)
    sign_in(author, AUTHOR)
    draft = begin(author, f"書きかけ {locale}")
    author.goto(f"{draft}/edit?step=5")
    author.locator("[name=lessons]").fill("自分で保存された学び")
    expect(author.locator("[data-slot=autosave]")).to_have_attribute("data-state", "saved")
    author.goto(f"{draft}/edit?step=5")
    expect(author.locator("[name=lessons]")).to_have_value("自分で保存された学び")

    visitor.goto(f"/cases?q={TITLE}")
    visitor.locator(".shelf__title a", has_text=TITLE).click()
    visitor.locator("a[href$='/visits/new']").click()
    visitor.locator("[name=purpose]").fill(f"窓口を見たい {locale}")
    visitor.locator("[name=headcount]").fill("2")
    visitor.locator("[name=first]").fill("2099-05-01")
    press(visitor, "/visits")
    visitor.wait_for_url(re.compile(r"/visits/\d+$"))
    author.goto("/")
    expect(author.locator("main a[href='/visits']").first).to_be_visible()
    author.goto(visitor.url)
    author.locator("[name=reply]").fill("お待ちしています。")
    press(author, "/accept")
    visitor.reload()
    expect(visitor.get_by_text("お待ちしています。")).to_be_visible()


def test_a_manager_who_submits_chooses_the_readers(person, watch):
    """With the fields that agreeing has; what was refused stays chosen, and the page stays clean."""
    watch.tolerated = (OWN_STYLE, "422")
    manager = person("manager")
    draft = begin(manager, "団体管理者の書いた事例")
    manager.goto(draft)
    expect(manager.locator("#submit-audience")).to_have_value("members")
    assert faults_of(manager) == []
    manager.locator("#submit-audience").select_option("bodies")
    press(manager, "/submit")
    expect(manager.locator(".error-summary a")).to_have_attribute("href", "#field-bodies")
    expect(manager.locator("#submit-audience")).to_have_value("bodies")
    assert faults_of(manager) == []
    manager.locator("#submit-audience").select_option("town")
    press(manager, "/submit")
    expect(manager.locator("#submit-audience")).to_have_count(0)


def pages_of(page: Page, address: str) -> int:
    page.goto(address)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


def test_the_longest_case_keeps_to_two_pages_and_the_mayors_to_one(person):
    author = person(None)
    sign_in(author, AUTHOR)
    case = begin(author, "あ" * 100)
    names = "background approach alternatives cost_note funding team rules training communication difficulties lessons"
    rows = [
        {"metric": "い" * 300, "value": "9" * 300, "unit": "人" * 300, "as_of": "2" * 300, "method": "え" * 300}
    ] * 40
    changes = dict.fromkeys([*names.split(), "next", "ended_reason"], LONG[:4000]) | {
        "summary": "う" * 400,
        "effects": rows,
        "kpis": [{"metric": "お" * 300, "current": "1" * 300}] * 40,
        "milestones": [{"on": "2024", "what": "か" * 300}] * 40,
        "products": [{"name": "き" * 300, "maker": "く" * 300}] * 40,
        "bases": [{"name": "け" * 300}],
        "tags": [f"{'こ' * 290}{n}" for n in range(40)],
        "partners": ["さ" * 300] * 40,
        "sources": ["https://example.jp/" + "s" * 1900] * 40,
        "awards": ["し" * 300] * 40,
    }
    number = case.rsplit("/", 1)[1]
    saved = author.request.post(
        f"/cases/{number}/edit",
        data={"base": 1, "changes": changes},
        headers={"X-CSRFToken": author.locator("meta[name=csrf-token]").get_attribute("content")},
    )
    assert saved.ok, saved.text()
    assert pages_of(author, f"/cases/{number}/print") <= 2
    assert pages_of(author, f"/cases/{number}/leader") == 1
    author.goto(f"/cases?q={TITLE}")
    author.get_by_role("link", name=TITLE, exact=True).click()
    whole = author.url
    assert pages_of(author, f"{whole}/print") <= 2
    assert pages_of(author, f"{whole}/leader") == 1


A4_PX = {"width": 658, "height": 986}  # 174 × 261 mm, which the margins leave of it


def test_the_mayors_page_is_filled(person):
    """Of a case that says everything, and of one that says next to nothing."""
    reader = person(None)
    sign_in(reader, AUTHOR)
    reader.goto(f"/cases?q={TITLE}")
    reader.get_by_role("link", name=TITLE, exact=True).click()
    reader.wait_for_url(re.compile(r"/cases/\d+$"))
    for case in (reader.url, begin(reader, "ほとんど何も書かれていない事例")):
        assert pages_of(reader, f"{case}/leader") == 1
        reader.emulate_media(media="print")
        reader.set_viewport_size(A4_PX)
        below = reader.locator(".leader footer p").last.evaluate("node => node.getBoundingClientRect().bottom")
        assert 0.8 <= below / A4_PX["height"] <= 1, case
        reader.emulate_media(media="screen")


def test_a_comparison_wraps_its_titles_and_prints_in_landscape(person):
    reader = person(None)
    sign_in(reader, AUTHOR)
    reader.goto("/cases/compare?id=1&id=2&id=3&id=4")
    heads = reader.locator(".compare thead th a")
    expect(heads).to_have_count(4)
    cut = (
        "nodes => nodes.filter((a) => a.getBoundingClientRect().right > a.closest('th').getBoundingClientRect().right)"
    )
    assert heads.evaluate_all(cut) == []
    assert b"/MediaBox [0 0 841" in reader.pdf(format="A4", prefer_css_page_size=True)
