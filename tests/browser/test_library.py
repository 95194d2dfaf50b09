"""A case is written, sent back and published; another town finds it, asks about it and comes to see it, in both
languages and widths. On paper it keeps to its pages."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import BOTH, press, sign_in

AUTHOR, BOSS = "murakami@kakuu-a.example.jp", "aoki@kakuu-a.example.jp"  # 架空町A
LONG = "とても長い説明の文が続きます。" * 260


def begin(page: Page, title: str) -> str:
    """A new draft; the address of its page."""
    page.goto("/cases/new")
    page.locator("[name=title]").fill(title)
    page.locator("[name=summary]").fill("架空の取組の要約です。")
    press(page, "/cases/new")
    page.wait_for_url("**/edit?step=1")
    return page.url.partition("/edit")[0]


def submit(page: Page) -> None:
    """From the form to the case, and on to those who review it."""
    page.locator("form[data-autosave] [value=show]").click()
    press(page, "/submit")


@BOTH
def test_from_the_first_line_to_the_visit(person, locale, viewport):
    look = {"locale": locale, "viewport": viewport}
    author, supporter = person(None, **look), person("supporter", **look)
    sign_in(author, AUTHOR)
    title = f"窓口の案内を紙1枚にする(架空) {locale}"
    case = begin(author, title)

    author.goto(f"{case}/edit?step=5")
    author.locator("[name=lessons]").fill("自分で保存された学び")
    expect(author.locator("[data-slot=autosave]")).to_have_attribute("data-state", "saved")
    author.goto(f"{case}/edit?step=5")
    expect(author.locator("[name=lessons]")).to_have_value("自分で保存された学び")
    author.locator("[name=lessons]").fill("押して保存した学び")
    submit(author)

    supporter.goto(case)
    supporter.locator("details", has=supporter.locator("[name=comment]")).locator("summary").click()
    supporter.locator("[name=comment]").fill("財源を書き足してください。")
    press(supporter, "/return")
    author.goto("/")
    author.locator("main a", has_text=title).click()
    expect(author.get_by_text("財源を書き足してください。")).to_be_visible()
    author.goto(f"{case}/edit?step=3")
    author.locator("[name=funding]").fill("町の予算")
    submit(author)

    boss = person(None, **look)
    sign_in(boss, BOSS)
    boss.goto(case)
    press(boss, "/approve")
    supporter.goto(case)
    supporter.locator("details", has=supporter.locator("[name=audience]")).locator("summary").click()
    supporter.locator("[name=audience]").select_option("members")
    press(supporter, "/share")
    press(supporter, "/publish")

    visitor = person("officer", **look)
    visitor.goto("/cases?order=near")
    if viewport["width"] < 700:
        visitor.locator(".shelf__fold > summary").click()
    visitor.locator("main [name=q]").fill(title)
    visitor.locator(".shelf__filter .button--primary").click()
    visitor.locator(".shelf__title a", has_text=title).click()
    visitor.locator("a[href$='/ask']").click()
    question = visitor.locator("[data-composer=question]")
    question.locator("textarea").fill("紙の大きさはA4ですか。")
    question.locator("[value=preview]").click()
    expect(question.locator("[data-slot=preview]")).to_contain_text("紙の大きさはA4ですか。")
    question.locator("[value=send]").click()
    visitor.wait_for_url("**/threads/*")
    author.goto("/inbox")
    expect(author.locator("[data-entry-id]", has_text="紙の大きさはA4ですか。").first).to_be_visible()
    author.goto(visitor.url)
    author.locator("#composer textarea").fill("A3を二つ折りにしています。")
    author.locator("#composer [value=send]").click()
    expect(visitor.locator(".message", has_text="A3を二つ折り")).to_be_visible()

    visitor.goto(case)
    expect(visitor.locator(".case__asking .pill--success")).to_be_visible()
    visitor.locator("a[href$='/visits/new']").click()
    visitor.locator("[name=purpose]").fill("紙を置いた窓口を見たい。")
    visitor.locator("[name=headcount]").fill("2")
    visitor.locator("[name=first]").fill("2099-05-01")
    press(visitor, "/visits")
    author.goto("/")
    author.locator("main a[href='/visits']").first.click()
    author.locator("main a", has_text=title).first.click()
    author.locator("[name=reply]").fill("お待ちしています。")
    press(author, "/accept")
    visitor.reload()
    expect(visitor.get_by_text("お待ちしています。")).to_be_visible()


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
    author.goto("/cases?q=住民票の窓口")
    author.get_by_role("link", name="住民票の窓口を「書かない」に変える(架空)").click()
    whole = author.url
    assert pages_of(author, f"{whole}/print") <= 2
    assert pages_of(author, f"{whole}/leader") == 1
